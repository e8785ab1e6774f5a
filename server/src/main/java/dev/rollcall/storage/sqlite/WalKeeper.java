package dev.rollcall.storage.sqlite;

import dev.rollcall.storage.engine.Tx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the write-ahead log short without delaying writes: it checkpoints in small steps.
///
/// A checkpoint moves the log into the database. By default, SQLite runs it within the commit that
/// makes the log too long, and all later writes wait: often and briefly with a small limit, for a
/// tenth of a second or more with a large one. A checkpoint on a second connection (`PASSIVE`)
/// delays no write. But the log can start over only when all of it has been moved. While writes
/// continue, that never happens, and the log grows without limit.
///
/// So this thread runs `PASSIVE` checkpoints in small steps, and makes each step durable at once.
/// SQLite itself would do one long fsync at the end. When the log is long and little of it is left
/// to move, the writer moves the rest between two batches and starts the log over (`RESTART`).
final class WalKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WalKeeper.class);

  /// A step is due after this many writes, which are about a megabyte of log.
  private static final long STEP = 80;

  /// A log with this many frames starts over as soon as at most `MAX_LEFT` writes are left to move.
  /// A log with twice as many starts over in any case.
  private static final long RESTART_FRAMES = 8_000;

  private static final long MAX_LEFT = 40;

  /// How long the writer waits for readers that still use the log.
  private static final Duration RESTART_TIMEOUT = Duration.ofMillis(50);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Tx checkpointer;
  private final Tx writer;
  private final int writerTimeout;
  private final FileChannel file;
  private final FileChannel wal;
  private final AtomicLong written = new AtomicLong();
  private final Thread thread;
  private volatile long checkpointed;
  private volatile boolean restart;
  private volatile boolean closing;
  private volatile long notBefore = System.nanoTime();

  /// Uses `writer` only within `wrote`, which runs on the writer's thread.
  WalKeeper(Path database, Tx checkpointer, Tx writer, Duration writerTimeout) throws IOException {
    this.checkpointer = checkpointer;
    this.writer = writer;
    this.writerTimeout = (int) writerTimeout.toMillis();
    // Stays open until SQLite has closed the file: under POSIX (fcntl), closing any descriptor of a
    // file drops the locks that the process holds on it.
    this.file = FileChannel.open(database, StandardOpenOption.WRITE);
    this.wal = FileChannel.open(Path.of(database + "-wal"), StandardOpenOption.WRITE);
    this.thread = Thread.ofPlatform().daemon().name("wal-keeper").start(this::keep);
  }

  /// Makes all committed transactions durable in the log. They stay there until they are durable in
  /// the database.
  void force() throws IOException {
    wal.force(false);
  }

  /// The writer calls this between two batches, with the number of writes in the last one.
  void wrote(int writes) {
    if (written.addAndGet(writes) - checkpointed >= STEP) {
      LockSupport.unpark(thread);
    }
    if (restart) {
      restartLog();
      restart = false;
    }
  }

  private void restartLog() {
    try {
      writer.run("PRAGMA busy_timeout = " + RESTART_TIMEOUT.toMillis());
      boolean busy = true;
      try {
        busy = writer.one("PRAGMA wal_checkpoint(RESTART)", row -> row.getInt(1) != 0).orElse(true);
      } finally {
        writer.run("PRAGMA busy_timeout = " + writerTimeout);
      }
      notBefore = System.nanoTime() + (busy ? PAUSE.toNanos() : 0);
    } catch (SQLException | RuntimeException e) {
      log.atWarn().setCause(e).log("starting the write-ahead log over failed; trying again");
      notBefore = System.nanoTime() + PAUSE.toNanos();
    }
  }

  private void keep() {
    while (!closing) {
      if (restart || written.get() - checkpointed < STEP) {
        LockSupport.parkNanos(PAUSE.toNanos());
        continue;
      }
      try {
        step();
      } catch (SQLException | IOException | RuntimeException e) {
        if (!closing) {
          log.atWarn().setCause(e).log("a checkpoint of the write-ahead log failed; trying again");
          pause();
        }
      }
    }
  }

  // Parks in a loop, because each call of the writer may end a park.
  private void pause() {
    long until = System.nanoTime() + PAUSE.toNanos();
    for (long left = PAUSE.toNanos(); left > 0 && !closing; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void step() throws SQLException, IOException {
    long upTo = written.get();
    long frames =
        checkpointer.one("PRAGMA wal_checkpoint(PASSIVE)", row -> row.getLong(2)).orElse(0L);
    file.force(false);
    boolean nearlyAll = written.get() - upTo <= MAX_LEFT;
    boolean tooLong = frames > 2 * RESTART_FRAMES;
    // If enough writes arrived during this step, the next step follows at once.
    checkpointed = frames > RESTART_FRAMES && !nearlyAll ? upTo - STEP : upTo;
    restart = frames > RESTART_FRAMES && (nearlyAll || tooLong) && System.nanoTime() >= notBefore;
  }

  /// Must be called before the connections are closed.
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Must be called after the connections are closed.
  void release() throws IOException {
    file.close();
    wal.close();
  }
}

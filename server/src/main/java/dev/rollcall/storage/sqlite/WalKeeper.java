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

/// Keeps the write-ahead log short, and nobody waiting for it.
///
/// Left to itself, SQLite moves the log into the database within whichever commit makes the log too
/// long, and everyone behind that commit waits: briefly and often with a small limit, for a tenth of
/// a second and more with a large one. A second connection that moves it (`PASSIVE`) makes nobody
/// wait, but the log can only start over when all of it has been moved, which never happens while
/// writes keep coming; so it grows without end.
///
/// Both together do it. This thread moves the log in small steps, and makes each step durable at
/// once, since SQLite itself would leave the whole fsync to the end. When the log is long and but a
/// little of it is left to move, the writer moves that rest between two batches and starts the log
/// over (`RESTART`).
final class WalKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WalKeeper.class);

  /// A step is due after so many writes (a megabyte of log, or a little more).
  private static final long STEP = 80;

  /// A log of so many frames starts over when no more than `REST` writes are left to move, and
  /// one of twice as many in any case.
  private static final long LONG = 8_000;

  private static final long REST = 40;

  /// How long the writer waits for readers that still use the log, and how long it then leaves it.
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Tx mover;
  private final Tx writer;
  private final int writerTimeout;
  private final FileChannel file;
  private final FileChannel wal;
  private final AtomicLong written = new AtomicLong();
  private final Thread thread;
  private volatile long moved;
  private volatile boolean restart;
  private volatile boolean closing;
  private volatile long notBefore = System.nanoTime();

  /// `writer` is used only within `wrote`, so by the writer's own thread.
  WalKeeper(Path database, Tx mover, Tx writer, Duration writerTimeout) throws IOException {
    this.mover = mover;
    this.writer = writer;
    this.writerTimeout = (int) writerTimeout.toMillis();
    // Kept open until SQLite is done with the file: closing any descriptor of it would drop the
    // locks that SQLite holds (POSIX, fcntl).
    this.file = FileChannel.open(database, StandardOpenOption.WRITE);
    this.wal = FileChannel.open(Path.of(database + "-wal"), StandardOpenOption.WRITE);
    this.thread = Thread.ofPlatform().daemon().name("wal-keeper").start(this::keep);
  }

  /// Makes everything that was committed durable. It stays in the log until it has moved to the
  /// database and is durable there.
  void force() throws IOException {
    wal.force(false);
  }

  /// The writer tells that it is between two batches, of which the last had so many writes.
  void wrote(int writes) {
    if (written.addAndGet(writes) - moved >= STEP) {
      LockSupport.unpark(thread);
    }
    if (restart) {
      startOver();
      restart = false;
    }
  }

  private void startOver() {
    try {
      writer.run("PRAGMA busy_timeout = " + PATIENCE.toMillis());
      boolean busy = true;
      try {
        busy = writer.one("PRAGMA wal_checkpoint(RESTART)", row -> row.getInt(1) != 0).orElse(true);
      } finally {
        writer.run("PRAGMA busy_timeout = " + writerTimeout);
      }
      notBefore = System.nanoTime() + (busy ? PAUSE.toNanos() : 0);
    } catch (SQLException | RuntimeException e) {
      log.atWarn().setCause(e).log("starting the write-ahead log over failed; it is tried again");
      notBefore = System.nanoTime() + PAUSE.toNanos();
    }
  }

  private void keep() {
    while (!closing) {
      if (restart || written.get() - moved < STEP) {
        LockSupport.parkNanos(PAUSE.toNanos());
        continue;
      }
      try {
        step();
      } catch (SQLException | IOException | RuntimeException e) {
        if (!closing) {
          log.atWarn().setCause(e).log("moving the write-ahead log failed; it is tried again");
          pause();
        }
      }
    }
  }

  // Longer than the writer's next word, which would end a mere park.
  private void pause() {
    long until = System.nanoTime() + PAUSE.toNanos();
    for (long left = PAUSE.toNanos(); left > 0 && !closing; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void step() throws SQLException, IOException {
    long upTo = written.get();
    long frames = mover.one("PRAGMA wal_checkpoint(PASSIVE)", row -> row.getLong(2)).orElse(0L);
    file.force(false);
    boolean nearlyAll = written.get() - upTo <= REST;
    boolean tooLong = frames > 2 * LONG;
    // Where writes come faster than a step takes, the next step follows at once.
    moved = frames > LONG && !nearlyAll ? upTo - STEP : upTo;
    restart = frames > LONG && (nearlyAll || tooLong) && System.nanoTime() >= notBefore;
  }

  /// Call before the connections are closed.
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

  /// Call after the connections are closed.
  void release() throws IOException {
    file.close();
    wal.close();
  }
}

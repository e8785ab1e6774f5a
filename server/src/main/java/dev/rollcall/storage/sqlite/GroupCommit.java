package dev.rollcall.storage.sqlite;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.CommitListener;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.SqlErrors;
import dev.rollcall.storage.engine.Tx;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The writer thread runs all waiting writes in one transaction. A second thread makes the
/// transaction durable, and only then answers each write. So many writes share one fsync, and the
/// writer runs the next transaction in the meantime.
///
/// A write that fails must not fail the others of its batch. So the whole batch is rolled back, and
/// each of its writes is retried in its own transaction. That is slow, but failures are rare. A
/// `Problem` before the first change of a row is an answer and not a failure.
final class GroupCommit implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

  /// The number of row-changing statements in a usual write.
  private static final int CHANGES_PER_WRITE = 3;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration RETRY_AFTER_LOSS = Duration.ofSeconds(30);
  private static final String UNCERTAIN =
      "The disk under the database failed to make writes durable";

  /// Makes all committed transactions durable.
  @FunctionalInterface
  interface Durability {
    void force() throws IOException;
  }

  /// A transaction that is not yet durable, and the time when it began.
  private record Committed(List<Pending<?>> writes, long began) {}

  /// The limit of waiting writes, the largest batch, and the timeout of a write that waits.
  record Limits(int maxWaiting, int maxBatch, Duration timeout) {}

  private final Tx tx;
  private final Limits limits;
  private final SqlErrors problems;
  private final Durability durability;
  private final CommitListener listener;
  private final IntConsumer betweenBatches;
  private final BlockingQueue<Pending<?>> waiting;
  private final BlockingQueue<Committed> committed = new LinkedBlockingQueue<>();
  private final Thread writer;
  private final Thread answerer;
  private volatile boolean closing;
  private volatile @Nullable IOException durabilityFailure;

  GroupCommit(
      Tx tx,
      Limits limits,
      SqlErrors problems,
      Durability durability,
      CommitListener listener,
      IntConsumer betweenBatches) {
    this.tx = tx;
    this.limits = limits;
    this.problems = problems;
    this.durability = durability;
    this.listener = listener;
    this.betweenBatches = betweenBatches;
    this.waiting = new ArrayBlockingQueue<>(limits.maxWaiting());
    this.writer = Thread.ofPlatform().name("writer").start(this::writeUntilClosed);
    this.answerer = Thread.ofPlatform().name("answerer").start(this::answerUntilClosed);
  }

  <T> T write(String what, Database.Work<T> work) {
    if (durabilityFailure != null) {
      throw uncertain();
    }
    var pending = new Pending<>(what, work);
    if (closing || !waiting.offer(pending)) {
      throw Problem.later(
          Code.ERR_BUSY, "Too many writes are waiting; try again in a second", RETRY, null);
    }
    return pending.await(limits.timeout());
  }

  private void writeUntilClosed() {
    var batch = new ArrayList<Pending<?>>();
    while (takeBatch(batch)) {
      int before = tx.writes();
      write(batch);
      // A sweep is one write with very many changes, so it counts as many writes.
      betweenBatches.accept(Math.max(batch.size(), (tx.writes() - before) / CHANGES_PER_WRITE));
      batch.clear();
    }
  }

  /// Waits for writes. Returns false if none is left and the queue is closed.
  private boolean takeBatch(List<Pending<?>> batch) {
    try {
      while (batch.isEmpty()) {
        var first = closing ? waiting.poll() : waiting.take();
        if (first == null) {
          return false;
        }
        batch.add(first);
        waiting.drainTo(batch, limits.maxBatch() - 1);
        batch.removeIf(pending -> !pending.begin());
      }
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the writer", e);
    }
  }

  private void write(List<Pending<?>> batch) {
    if (commit(batch)) {
      return;
    }
    if (batch.size() > 1) {
      batch.forEach(pending -> write(List.of(pending)));
    } else {
      batch.getFirst().answer();
    }
  }

  /// Returns true if every write of the batch has its answer or will get it. Returns false if the
  /// batch was rolled back because one write failed.
  private boolean commit(List<Pending<?>> batch) {
    Pending<?> current = batch.getFirst();
    long began = System.nanoTime();
    try {
      tx.run("BEGIN IMMEDIATE");
      for (var pending : batch) {
        current = pending;
        pending.run(tx);
      }
      tx.run("COMMIT");
      committed.add(new Committed(List.copyOf(batch), began));
      return true;
    } catch (SQLException | RuntimeException | Error e) {
      rollBack();
      if (problems.concernsAll(e)) {
        // Each write would fail on its own too, for example on a full disk.
        batch.forEach(
            pending -> {
              pending.fail(problems.of(pending.what(), e));
              pending.answer();
            });
        return true;
      }
      current.fail(problems.of(current.what(), e));
      return false;
    }
  }

  private void answerUntilClosed() {
    var batches = new ArrayList<Committed>();
    boolean open = true;
    while (open) {
      takeCommitted(batches);
      open = !batches.getLast().writes().isEmpty();
      answer(open ? batches : batches.subList(0, batches.size() - 1));
      batches.clear();
    }
  }

  private void takeCommitted(List<Committed> batches) {
    try {
      batches.add(committed.take());
      committed.drainTo(batches);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the answerer", e);
    }
  }

  private void answer(List<Committed> batches) {
    makeDurable();
    for (var batch : batches) {
      listener.committed(
          batch.writes().size(), Duration.ofNanos(System.nanoTime() - batch.began()));
      if (durabilityFailure != null) {
        batch.writes().forEach(pending -> pending.fail(uncertain()));
      }
      batch.writes().forEach(Pending::answer);
    }
  }

  private void makeDurable() {
    try {
      if (durabilityFailure == null) {
        durability.force();
      }
    } catch (IOException e) {
      // It is uncertain whether the writes are on the disk. A second fsync may succeed although the
      // first one lost them.
      log.atError().setCause(e).log(UNCERTAIN + "; check it, then restart");
      durabilityFailure = e;
    }
  }

  private Problem uncertain() {
    return Problem.later(
        Code.ERR_STORAGE_UNAVAILABLE,
        UNCERTAIN + ". This may or may not have been stored. " + Database.RETRY_ADVICE,
        RETRY_AFTER_LOSS,
        durabilityFailure);
  }

  private void rollBack() {
    try {
      tx.run("ROLLBACK");
    } catch (SQLException e) {
      // SQLite has already rolled back after a full disk or an I/O error.
      log.debug("nothing to roll back", e);
    }
  }

  /// Commits and answers all waiting writes, and then stops.
  @Override
  public void close() {
    closing = true;
    // Wakes the writer if it waits for a write. A full queue wakes it too.
    var nothing = new Pending<>("closing", tx -> true);
    nothing.giveUp();
    waiting.offer(nothing);
    try {
      writer.join();
      // An empty transaction marks the end, because no real transaction is empty.
      committed.add(new Committed(List.of(), 0));
      answerer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A write in the queue.
  private static final class Pending<T> {
    private enum State {
      WAITING,
      RUNNING,
      GIVEN_UP
    }

    private final String what;
    private final Database.Work<T> work;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable RuntimeException failure;

    Pending(String what, Database.Work<T> work) {
      this.what = what;
      this.work = work;
    }

    String what() {
      return what;
    }

    /// Returns false if the caller has given up. Then the write must not run.
    boolean begin() {
      return state.compareAndSet(State.WAITING, State.RUNNING);
    }

    /// Returns false if the write has already started.
    boolean giveUp() {
      return state.compareAndSet(State.WAITING, State.GIVEN_UP);
    }

    void run(Tx tx) throws SQLException {
      failure = null;
      var before = tx.writes();
      try {
        result = work.run(tx);
      } catch (Problem problem) {
        if (tx.writes() != before) {
          throw problem;
        }
        failure = problem;
      }
    }

    void fail(RuntimeException why) {
      failure = why;
    }

    @SuppressWarnings("NullAway") // T may allow null
    void answer() {
      if (failure == null) {
        answer.complete(result);
      } else {
        answer.completeExceptionally(failure);
      }
    }

    T await(Duration timeout) {
      try {
        return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        return giveUpOr(e);
      } catch (ExecutionException e) {
        throw (RuntimeException) e.getCause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while " + what, e);
      }
    }

    // A write that has started is not cancelled, because it may be stored. It will be answered
    // soon.
    private T giveUpOr(TimeoutException late) {
      if (giveUp()) {
        throw Problem.later(
            Code.ERR_BUSY, "The database is too slow just now; nothing was changed", RETRY, late);
      }
      try {
        return answer.join();
      } catch (CompletionException e) {
        throw (RuntimeException) e.getCause();
      }
    }
  }
}

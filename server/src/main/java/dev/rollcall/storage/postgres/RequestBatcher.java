package dev.rollcall.storage.postgres;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Callers that wait are served together: each of a few workers takes all that wait, and while it
/// serves them the next crowd gathers by itself.
///
/// What is served together costs less. So while one is at work the second lets `CROWD` callers gather,
/// the third twice as many, and so on; but nobody waits for long behind one that is held up.
public final class RequestBatcher<Q, A> implements AutoCloseable {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int CROWD = 16;

  /// How many may wait, how many are served together, how long one waits for its turn, and how long
  /// before it needs no crowd any more.
  record Limits(int waiting, int together, Duration turn, Duration alone) {}

  /// Answers every one of the questions, in their order. What it throws is everyone's answer.
  @FunctionalInterface
  public interface Service<Q, A> {
    List<Supplier<A>> serve(List<Q> questions);
  }

  private record Asked<Q, A>(Q question, CompletableFuture<Supplier<A>> answer, long since) {
    Asked(Q question) {
      this(question, new CompletableFuture<>(), System.nanoTime());
    }
  }

  private final Service<Q, A> service;
  private final Limits limits;
  private final Lock lock = new ReentrantLock();
  private final Condition crowded = lock.newCondition();
  private final Queue<Asked<Q, A>> waiting = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Thread> workers;
  private final Thread watch;
  private int serving;
  private boolean closing;

  RequestBatcher(String name, int workers, Limits limits, Service<Q, A> service) {
    this.service = service;
    this.limits = limits;
    this.workers =
        IntStream.range(0, workers)
            .mapToObj(i -> Thread.ofPlatform().name(name + "-" + i).start(this::work))
            .toList();
    this.watch = Thread.ofVirtual().name(name + "-watch").start(this::watch);
  }

  public A ask(Q question) {
    var asked = new Asked<Q, A>(question);
    if (!queue(asked)) {
      throw Problem.later(
          Code.ERR_BUSY, "Too many requests are waiting; try again in a second", RETRY, null);
    }
    try {
      return asked.answer().get().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new StorageException("waiting for an answer", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("waiting for an answer", e);
    }
  }

  private boolean queue(Asked<Q, A> asked) {
    lock.lock();
    try {
      if (closing || waiting.size() >= limits.waiting()) {
        return false;
      }
      waiting.add(asked);
      if (isWorthIt()) {
        crowded.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isWorthIt() {
    return !waiting.isEmpty() && (waiting.size() >= CROWD * serving || hasWaited(limits.alone()));
  }

  private boolean hasWaited(Duration time) {
    var first = waiting.peek();
    return first != null && System.nanoTime() - first.since() > time.toNanos();
  }

  /// How many wait for their turn.
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (var crowd = take(); !crowd.isEmpty(); crowd = take()) {
      serve(crowd);
      leave();
    }
  }

  /// Waits for questions; answers with none when none will come.
  private List<Asked<Q, A>> take() {
    lock.lock();
    try {
      while (!closing && !isWorthIt()) {
        crowded.awaitUninterruptibly();
      }
      var crowd = new ArrayList<Asked<Q, A>>();
      while (!waiting.isEmpty() && crowd.size() < limits.together()) {
        crowd.add(waiting.remove());
      }
      serving++;
      return crowd;
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      serving--;
    } finally {
      lock.unlock();
    }
  }

  private void serve(List<Asked<Q, A>> crowd) {
    try {
      var answers = service.serve(crowd.stream().map(Asked::question).toList());
      for (int i = 0; i < crowd.size(); i++) {
        crowd.get(i).answer().complete(answers.get(i));
      }
    } catch (RuntimeException | Error e) {
      crowd.forEach(asked -> asked.answer().completeExceptionally(e));
    }
  }

  /// Looks now and then who has waited for long; an alarm for each would cost more.
  private void watch() {
    try {
      while (!closed.await(limits.alone().toNanos(), TimeUnit.NANOSECONDS)) {
        takeLate().forEach(RequestBatcher::callOff);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the watch", e);
    }
  }

  private List<Asked<Q, A>> takeLate() {
    lock.lock();
    try {
      var late = new ArrayList<Asked<Q, A>>();
      while (hasWaited(limits.turn())) {
        late.add(waiting.remove());
      }
      if (isWorthIt()) {
        crowded.signal();
      }
      return late;
    } finally {
      lock.unlock();
    }
  }

  /// What is being served ends by itself; to call that off could deny what did happen.
  private static void callOff(Asked<?, ?> late) {
    late.answer()
        .completeExceptionally(
            Problem.later(
                Code.ERR_BUSY,
                "The database is too slow just now; nothing was changed",
                RETRY,
                null));
  }

  /// Lets everyone that waits be served, then stops.
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      crowded.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      for (var worker : workers) {
        worker.join();
      }
      closed.countDown();
      watch.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

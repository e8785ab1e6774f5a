package dev.rollcall.storage;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Callers that wait are served together: each of a few workers takes all that wait, and while it
/// serves them the next crowd gathers by itself.
final class Gathering<Q, A> implements AutoCloseable {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int LOOKS = 10;

  /// How many may wait, how many are served together, and how long one waits for its turn.
  record Limits(int waiting, int together, Duration turn) {}

  /// Answers every one of the questions, in their order. What it throws is everyone's answer.
  @FunctionalInterface
  interface Service<Q, A> {
    List<Supplier<A>> serve(List<Q> questions);
  }

  private final Service<Q, A> service;
  private final Limits limits;
  private final BlockingQueue<Asked<Q, A>> waiting;
  private final List<Thread> workers;
  private final Thread watch;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean closing;

  Gathering(String name, int workers, Limits limits, Service<Q, A> service) {
    this.service = service;
    this.limits = limits;
    this.waiting = new ArrayBlockingQueue<>(limits.waiting());
    this.workers =
        IntStream.range(0, workers)
            .mapToObj(i -> Thread.ofPlatform().name(name + "-" + i).start(this::work))
            .toList();
    this.watch = Thread.ofPlatform().name(name + "-watch").start(this::watch);
  }

  A ask(Q question) {
    var asked = new Asked<Q, A>(question);
    if (closing || !waiting.offer(asked)) {
      throw Problem.later(
          Code.ERR_BUSY, "Too many requests are waiting; try again in a second", RETRY, null);
    }
    return asked.await();
  }

  /// How many wait for their turn.
  int waiting() {
    return waiting.size();
  }

  /// Calls off what has waited too long: an alarm for each would cost more than to look now and then.
  private void watch() {
    long turn = limits.turn().toNanos();
    try {
      while (!closed.await(turn / LOOKS, TimeUnit.NANOSECONDS)) {
        long now = System.nanoTime();
        for (var asked : waiting) {
          if (now - asked.since > turn) {
            asked.callOff();
          }
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the watch", e);
    }
  }

  private void work() {
    var crowd = new ArrayList<Asked<Q, A>>();
    while (take(crowd)) {
      serve(crowd);
      crowd.clear();
    }
    wakeOne();
  }

  // In a full queue there is enough that does.
  private void wakeOne() {
    var nothing = new Asked<Q, A>(null);
    nothing.begin();
    waiting.offer(nothing);
  }

  /// Waits for questions; answers false when there are none left and none will come.
  private boolean take(List<Asked<Q, A>> crowd) {
    try {
      while (crowd.isEmpty()) {
        var first = closing ? waiting.poll() : waiting.take();
        if (first == null) {
          return false;
        }
        crowd.add(first);
        waiting.drainTo(crowd, limits.together() - 1);
        crowd.removeIf(asked -> !asked.begin());
      }
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a worker", e);
    }
  }

  private void serve(List<Asked<Q, A>> crowd) {
    try {
      var answers = service.serve(crowd.stream().map(Asked::question).toList());
      for (int i = 0; i < crowd.size(); i++) {
        crowd.get(i).answer.complete(answers.get(i));
      }
    } catch (RuntimeException | Error e) {
      crowd.forEach(asked -> asked.answer.completeExceptionally(e));
    }
  }

  /// Lets everyone that waits be served, then stops.
  @Override
  public void close() {
    closing = true;
    wakeOne();
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

  private static final class Asked<Q, A> {
    private final @Nullable Q question;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CompletableFuture<Supplier<A>> answer = new CompletableFuture<>();
    private final long since = System.nanoTime();

    Asked(@Nullable Q question) {
      this.question = question;
    }

    Q question() {
      return Objects.requireNonNull(question);
    }

    /// Answers false when whoever asked has given up, so that it must not happen any more.
    boolean begin() {
      return taken.compareAndSet(false, true);
    }

    /// What is being served ends by itself; calling it off could deny what did happen.
    void callOff() {
      if (begin()) {
        answer.completeExceptionally(
            Problem.later(
                Code.ERR_BUSY,
                "The database is too slow just now; nothing was changed",
                RETRY,
                null));
      }
    }

    A await() {
      try {
        return answer.get().get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new StorageException("waiting for an answer", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StorageException("waiting for an answer", e);
      }
    }
  }
}

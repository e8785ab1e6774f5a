package dev.rollcall.storage.postgres;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

/// A queue of requests, and a few workers. Each worker takes all waiting requests and serves them
/// as one batch.
///
/// A large batch costs less for each request. So while k workers are busy, another one starts only
/// if k × 16 requests wait, or if the oldest has waited for `startDelay`.
public final class RequestBatcher<Q, A> implements AutoCloseable {
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// For each busy worker, this many requests must wait before another worker starts.
  private static final int START_SIZE = 16;

  /// The limit of waiting requests, the largest batch, the timeout of a request that waits, and the
  /// delay after which a batch starts whatever its size.
  record Limits(int maxWaiting, int maxBatch, Duration timeout, Duration startDelay) {}

  /// Serves a batch, and returns the answers in the order of the requests. If it throws, every
  /// request of the batch fails with that exception.
  @FunctionalInterface
  public interface Service<Q, A> {
    List<Supplier<A>> serve(List<Q> requests);
  }

  private record Waiting<Q, A>(Q request, CompletableFuture<Supplier<A>> answer, long since) {
    Waiting(Q request) {
      this(request, new CompletableFuture<>(), System.nanoTime());
    }
  }

  private final Service<Q, A> service;
  private final Limits limits;
  private final Lock lock = new ReentrantLock();
  private final Condition mayStart = lock.newCondition();
  private final Queue<Waiting<Q, A>> queue = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Thread> workers;
  private final Thread timer;
  private int busy;
  private boolean closing;

  RequestBatcher(String name, int workers, Limits limits, Service<Q, A> service) {
    this.service = service;
    this.limits = limits;
    this.workers =
        IntStream.range(0, workers)
            .mapToObj(i -> Thread.ofPlatform().name(name + "-" + i).start(this::work))
            .toList();
    this.timer = Thread.ofVirtual().name(name + "-timer").start(this::checkTimes);
  }

  public A ask(Q request) {
    var waiting = new Waiting<Q, A>(request);
    if (!enqueue(waiting)) {
      throw Problem.later(
          Code.ERR_BUSY, "Too many requests are waiting; try again in a second", RETRY, null);
    }
    try {
      return waiting.answer().get().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new StorageException("waiting for an answer", Objects.requireNonNull(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("waiting for an answer", e);
    }
  }

  private boolean enqueue(Waiting<Q, A> waiting) {
    lock.lock();
    try {
      if (closing || queue.size() >= limits.maxWaiting()) {
        return false;
      }
      queue.add(waiting);
      if (shouldStart()) {
        mayStart.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean shouldStart() {
    return !queue.isEmpty()
        && (queue.size() >= START_SIZE * busy || oldestHasWaited(limits.startDelay()));
  }

  private boolean oldestHasWaited(Duration time) {
    var oldest = queue.peek();
    return oldest != null && System.nanoTime() - oldest.since() > time.toNanos();
  }

  /// The number of waiting requests.
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (var batch = start(); !batch.isEmpty(); batch = start()) {
      serve(batch);
      end();
    }
  }

  /// Waits until a batch should start. Returns an empty batch if the batcher is closed and no
  /// request waits.
  private List<Waiting<Q, A>> start() {
    lock.lock();
    try {
      while (!closing && !shouldStart()) {
        mayStart.awaitUninterruptibly();
      }
      var batch = new ArrayList<Waiting<Q, A>>();
      while (!queue.isEmpty() && batch.size() < limits.maxBatch()) {
        batch.add(queue.remove());
      }
      busy++;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      busy--;
    } finally {
      lock.unlock();
    }
  }

  private void serve(List<Waiting<Q, A>> batch) {
    try {
      var answers = service.serve(batch.stream().map(Waiting::request).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer().complete(answers.get(i));
      }
    } catch (RuntimeException | Error e) {
      batch.forEach(waiting -> waiting.answer().completeExceptionally(e));
    }
  }

  /// Checks all timeouts at fixed intervals, because a timer for each request would cost more.
  private void checkTimes() {
    try {
      while (!closed.await(limits.startDelay().toNanos(), TimeUnit.NANOSECONDS)) {
        takeTimedOut().forEach(RequestBatcher::refuse);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the timer", e);
    }
  }

  private List<Waiting<Q, A>> takeTimedOut() {
    lock.lock();
    try {
      var timedOut = new ArrayList<Waiting<Q, A>>();
      while (oldestHasWaited(limits.timeout())) {
        timedOut.add(queue.remove());
      }
      if (shouldStart()) {
        mayStart.signal();
      }
      return timedOut;
    } finally {
      lock.unlock();
    }
  }

  /// Refuses a request that was never started. A started request is not refused, because it may
  /// already have changed something.
  private static void refuse(Waiting<?, ?> timedOut) {
    timedOut
        .answer()
        .completeExceptionally(
            Problem.later(
                Code.ERR_BUSY,
                "The database is too slow just now; nothing was changed",
                RETRY,
                null));
  }

  /// Serves all waiting requests, and then stops.
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      mayStart.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      for (var worker : workers) {
        worker.join();
      }
      closed.countDown();
      timer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

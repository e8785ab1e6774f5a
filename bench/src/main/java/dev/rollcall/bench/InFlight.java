package dev.rollcall.bench;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs tasks in virtual threads, so many at once.
final class InFlight {
  /// Throws when it did not go well.
  @FunctionalInterface
  interface Task {
    void run();
  }

  private final int most;
  private final Semaphore room;
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicReference<@Nullable RuntimeException> first = new AtomicReference<>();

  InFlight(int most) {
    this.most = most;
    this.room = new Semaphore(most);
  }

  void start(Task task) {
    room.acquireUninterruptibly();
    Thread.startVirtualThread(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            failed.incrementAndGet();
            first.compareAndSet(null, e);
          } finally {
            room.release();
          }
        });
  }

  /// Waits for the last to end; throws when one has failed.
  void await() {
    room.acquireUninterruptibly(most);
    room.release(most);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " failed", first.get());
    }
  }
}

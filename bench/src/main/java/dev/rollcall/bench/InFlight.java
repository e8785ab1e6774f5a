package dev.rollcall.bench;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs tasks in virtual threads, as many at once as the courier has in flight to one provider.
final class InFlight {
  private static final int MOST = 1_000;

  /// Throws when it did not go well.
  @FunctionalInterface
  interface Task {
    void run();
  }

  private final Semaphore room = new Semaphore(MOST);
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicReference<@Nullable RuntimeException> first = new AtomicReference<>();

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
    room.acquireUninterruptibly(MOST);
    room.release(MOST);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " failed", first.get());
    }
  }
}

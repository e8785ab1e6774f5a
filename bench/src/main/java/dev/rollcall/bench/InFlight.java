package dev.rollcall.bench;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs tasks in virtual threads, as many at once as the courier has in flight to one provider.
final class InFlight {
  private static final int MOST = 1_000;

  /// Answers whether all went well.
  @FunctionalInterface
  interface Task {
    boolean run();
  }

  private final Semaphore room = new Semaphore(MOST);
  private final AtomicInteger failed = new AtomicInteger();

  void start(Task task) {
    room.acquireUninterruptibly();
    Thread.startVirtualThread(
        () -> {
          boolean good = false;
          try {
            good = task.run();
          } finally {
            if (!good) {
              failed.incrementAndGet();
            }
            room.release();
          }
        });
  }

  /// Waits for the last to end; throws when one has failed.
  void await() {
    room.acquireUninterruptibly(MOST);
    room.release(MOST);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " failed");
    }
  }
}

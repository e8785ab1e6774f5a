package dev.rollcall.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A signal that wakes one waiting thread; a signal without a waiting thread is kept for the next
/// one.
final class WakeUpSignal {
  private final Semaphore signals = new Semaphore(0);

  void signal() {
    signals.release();
  }

  /// Sleeps for the whole time.
  static void sleep(Duration time) {
    new WakeUpSignal().await(time);
  }

  void await(Duration most) {
    try {
      if (signals.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
        signals.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

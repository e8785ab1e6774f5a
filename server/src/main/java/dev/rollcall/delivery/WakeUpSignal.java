package dev.rollcall.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A signal that wakes one waiting thread; a signal without a waiting thread is kept for the next
/// one.
final class WakeUpSignal {
  private final Semaphore rung = new Semaphore(0);

  void ring() {
    rung.release();
  }

  /// Sleeps for the whole time.
  static void rest(Duration time) {
    new WakeUpSignal().await(time);
  }

  void await(Duration most) {
    try {
      if (rung.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
        rung.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

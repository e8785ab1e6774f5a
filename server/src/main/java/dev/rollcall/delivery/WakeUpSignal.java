package dev.rollcall.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes one sleeper. A ring while nobody sleeps is heard by the next who would.
final class WakeUpSignal {
  private final Semaphore rung = new Semaphore(0);

  void ring() {
    rung.release();
  }

  /// Sleeps, whoever rings.
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

package dev.rollcall.client;

import java.util.concurrent.ThreadLocalRandom;

/// The time, how it is waited for, and chance: what a test wants to have in its hands.
class World {
  /// Milliseconds since 1970.
  long now() {
    return System.currentTimeMillis();
  }

  void pause(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }

  /// A number from 0 to below 1.
  double random() {
    return ThreadLocalRandom.current().nextDouble();
  }
}

package dev.rollcall.client;

import java.util.concurrent.ThreadLocalRandom;

/// The clock, the waiting between two tries, and the randomness of that waiting. Tests replace it.
class Timing {
  /// Milliseconds since 1970.
  long now() {
    return System.currentTimeMillis();
  }

  void pause(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }

  /// A random number, at least 0 and below 1.
  double random() {
    return ThreadLocalRandom.current().nextDouble();
  }
}

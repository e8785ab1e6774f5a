package dev.rollcall.http;

import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The number of requests that are being answered, so that a stop can wait for them.
final class InFlight {
  // One party stands for the server itself and leaves when the server stops.
  private final Phaser phaser = new Phaser(1);
  private volatile boolean closed;

  /// Returns false if the server is stopping.
  boolean enter() {
    if (closed) {
      return false;
    }
    return phaser.register() >= 0;
  }

  void leave() {
    phaser.arriveAndDeregister();
  }

  /// Refuses new requests and waits for those in progress. Returns false if they took longer than
  /// `most`.
  boolean closeAndWait(Duration most) {
    closed = true;
    int phase = phaser.arriveAndDeregister();
    if (phase < 0 || phaser.isTerminated()) {
      return true;
    }
    try {
      phaser.awaitAdvanceInterruptibly(phase, most.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

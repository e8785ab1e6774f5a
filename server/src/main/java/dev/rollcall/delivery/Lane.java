package dev.rollcall.delivery;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts the sends that one node has in flight to one provider.
///
/// Deliveries are claimed in batches, because claiming one delivery takes as long as claiming many.
final class Lane {
  /// The limit of sends in flight is this many batches.
  private static final int BATCHES = 4;

  private final int most;
  private final AtomicInteger inFlight = new AtomicInteger();

  Lane(int most) {
    this.most = most;
  }

  int batch() {
    return most / BATCHES;
  }

  int inFlight() {
    return inFlight.get();
  }

  boolean hasRoom() {
    return most - inFlight.get() >= batch();
  }

  void enter(int deliveries) {
    inFlight.addAndGet(deliveries);
  }

  /// Returns true if there is now room for another batch.
  boolean leave() {
    return inFlight.decrementAndGet() % batch() == 0;
  }
}

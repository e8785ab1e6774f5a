package dev.rollcall.delivery;

import java.util.concurrent.atomic.AtomicInteger;

/// What one node has in flight to one provider. Deliveries are taken on by the batch, since taking
/// on one has the database wait as long.
final class Lane {
  /// This many batches make up what may be in flight.
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

  /// Answers true when that makes room for another batch.
  boolean leave() {
    return inFlight.decrementAndGet() % batch() == 0;
  }
}

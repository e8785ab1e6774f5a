package dev.rollcall.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that advances when somebody waits, or when a test says so.
final class MovableTiming extends Timing {
  private final AtomicLong now = new AtomicLong(1_795_600_000_000L);
  private final List<Long> pauses = Collections.synchronizedList(new ArrayList<>());

  @Override
  long now() {
    return now.get();
  }

  @Override
  void pause(long millis) {
    pauses.add(millis);
    now.addAndGet(millis);
  }

  @Override
  double random() {
    return 0.5;
  }

  void advance(long millis) {
    now.addAndGet(millis);
  }

  /// The length of each pause.
  List<Long> pauses() {
    return List.copyOf(pauses);
  }
}

package dev.rollcall.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Computes when an event is sent again after a failure.
///
/// The delay doubles with each attempt. Up to half of it is added at random, so that events that
/// failed together are not retried together. A receiver may ask for a longer delay.
final class Retries {
  static final Duration FIRST = Duration.ofSeconds(10);
  static final Duration MAX_DELAY = Duration.ofHours(2);

  /// The age at which an event is dropped.
  static final Duration MAX_AGE = Duration.ofHours(24);

  /// How long a webhook may fail before it is disabled.
  static final Duration DISABLE_AFTER = Duration.ofDays(3);

  private final RandomGenerator random;

  Retries(RandomGenerator random) {
    this.random = random;
  }

  /// Empty if the event is to be dropped.
  Optional<Instant> next(Event event, int attempt, Duration asked, Instant now) {
    var due = now.plus(delay(attempt));
    var wanted = now.plus(asked);
    var end = Instant.ofEpochMilli(event.at()).plus(MAX_AGE);
    if (due.isAfter(end)) {
      return Optional.empty();
    }
    var later = wanted.isAfter(due) ? wanted : due;
    // A receiver's request for a delay must not cost the event its last attempt.
    return Optional.of(later.isAfter(end) ? end : later);
  }

  private Duration delay(int attempt) {
    var doubled = FIRST.multipliedBy(1L << Math.min(attempt - 1, 20));
    var bounded = doubled.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : doubled;
    return bounded.plusMillis((long) (random.nextDouble() * bounded.toMillis() / 2));
  }
}

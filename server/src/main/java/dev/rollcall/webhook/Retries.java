package dev.rollcall.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When an event that was not taken is sent again: twice as long after each attempt, and up to half
/// as much again by chance, so that what failed together does not come back together. A receiver may
/// ask for more time than that.
final class Retries {
  static final Duration FIRST = Duration.ofSeconds(10);
  static final Duration LONGEST = Duration.ofHours(2);

  /// How old an event may grow.
  static final Duration GIVEN_UP = Duration.ofHours(24);

  /// How long a webhook may fail.
  static final Duration DISABLED = Duration.ofDays(3);

  private final RandomGenerator random;

  Retries(RandomGenerator random) {
    this.random = random;
  }

  /// Empty when it is no use any more.
  Optional<Instant> next(Event event, int attempt, Duration asked, Instant now) {
    var due = now.plus(delay(attempt));
    var wanted = now.plus(asked);
    var end = Instant.ofEpochMilli(event.at()).plus(GIVEN_UP);
    if (due.isAfter(end)) {
      return Optional.empty();
    }
    var later = wanted.isAfter(due) ? wanted : due;
    // What is asked for is no reason to give up what would have had another try.
    return Optional.of(later.isAfter(end) ? end : later);
  }

  private Duration delay(int attempt) {
    var doubled = FIRST.multipliedBy(1L << Math.min(attempt - 1, 20));
    var bounded = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return bounded.plusMillis((long) (random.nextDouble() * bounded.toMillis() / 2));
  }
}

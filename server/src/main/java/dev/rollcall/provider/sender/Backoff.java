package dev.rollcall.provider.sender;

import dev.rollcall.egress.RetryAfter;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.Pause;
import java.nio.channels.ClosedChannelException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How long a delivery waits before it is tried again.
///
/// Where the provider says so with `Retry-After`, that long. Else from the vendor's least on, twice
/// as long with each attempt, and up to half as much again by chance, so that what failed together
/// does not come back together. What has to wait along with it waits no longer than the first time.
public final class Backoff {
  /// Google's advice after a 429 without `Retry-After`.
  static final Duration AFTER_TOO_MANY = Duration.ofSeconds(60);

  /// Google's advice after a 5xx; so also where no answer came.
  static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

  static final Duration LONGEST = Duration.ofHours(1);

  private final Clock clock;
  private final RandomGenerator random;

  public Backoff(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /// After an answer that the provider has too much to do, or too much from us (429).
  public Later tooMany(int attempt, Optional<String> retryAfter, Pause pause, String reason) {
    return later(AFTER_TOO_MANY, attempt, retryAfter, pause, reason);
  }

  /// After an answer that the provider is in trouble (5xx).
  public Later failure(int attempt, Optional<String> retryAfter, Pause pause, String reason) {
    return later(AFTER_FAILURE, attempt, retryAfter, pause, reason);
  }

  /// After no answer at all, which may be our own network.
  public Later silence(int attempt, String reason) {
    return later(AFTER_FAILURE, attempt, Optional.empty(), Pause.DELIVERY, reason);
  }

  /// The same, with what it was that failed last.
  public Later silence(int attempt, String who, Throwable failure) {
    return silence(attempt, silent(who, failure));
  }

  /// That somebody does not answer, and what failed last: a name server, TLS, or our patience. Only
  /// the name of it, since a message may hold the address that was called.
  public static String silent(String who, Throwable failure) {
    var root = failure;
    // The JDK says this too, below what it was.
    while (root.getCause() != null && !(root.getCause() instanceof ClosedChannelException)) {
      root = root.getCause();
    }
    return "%s: %s does not answer (%s)"
        .formatted(Outcome.OURS, who, root.getClass().getSimpleName());
  }

  private Later later(
      Duration least, int attempt, Optional<String> retryAfter, Pause pause, String reason) {
    return retryAfter
        .flatMap(header -> RetryAfter.read(header, clock.instant()))
        // "At once", or a date that our clock has passed, is no answer to how long.
        .filter(said -> !said.isZero())
        .map(said -> new Later(said, pause, said, reason))
        .orElseGet(() -> new Later(growing(least, attempt), pause, least, reason));
  }

  private Duration growing(Duration least, int attempt) {
    var doubled = least.multipliedBy(1L << Math.min(attempt, 20));
    var bounded = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return bounded.plusMillis((long) (random.nextDouble() * bounded.toMillis() / 2));
  }
}

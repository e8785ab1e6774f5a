package dev.rollcall.provider.sender;

import dev.rollcall.egress.RetryAfter;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.Pause;
import java.nio.channels.ClosedChannelException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Computes how long a failed delivery waits before it is retried.
///
/// A `Retry-After` header decides, if there is one. Otherwise the delay starts at the vendor's
/// minimum and doubles with each attempt. Up to half of it is added at random, so that deliveries
/// that failed together are not retried together. Other deliveries that a failure pauses wait only
/// for the minimum.
public final class Backoff {
  /// Google's recommendation after a 429 without `Retry-After`.
  static final Duration AFTER_TOO_MANY = Duration.ofSeconds(60);

  /// Google's recommendation after a 5xx; also used when there was no answer.
  static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

  static final Duration LONGEST = Duration.ofHours(1);

  private final Clock clock;
  private final RandomGenerator random;

  public Backoff(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /// For an answer that the provider is overloaded, or that we send too many requests (429).
  public Later tooMany(int attempt, Optional<String> retryAfter, Pause pause, String reason) {
    return later(AFTER_TOO_MANY, attempt, retryAfter, pause, reason);
  }

  /// For an answer that the provider has failed (5xx).
  public Later failure(int attempt, Optional<String> retryAfter, Pause pause, String reason) {
    return later(AFTER_FAILURE, attempt, retryAfter, pause, reason);
  }

  /// For a timeout or a lost connection; the cause may be our own network.
  public Later silence(int attempt, String reason) {
    return later(AFTER_FAILURE, attempt, Optional.empty(), Pause.DELIVERY, reason);
  }

  /// Like the other `silence`, with a reason that names the failure.
  public Later silence(int attempt, String who, Throwable failure) {
    return silence(attempt, silent(who, failure));
  }

  /// The reason for a missing answer, with the class of the root cause: name resolution, TLS, or
  /// our timeout. The exception's message is left out, because it may contain the address that was
  /// called.
  public static String silent(String who, Throwable failure) {
    var root = failure;
    // The JDK adds this exception as the cause of the real one.
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
        // A delay of zero, or a date that our clock has passed, does not say how long to wait.
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

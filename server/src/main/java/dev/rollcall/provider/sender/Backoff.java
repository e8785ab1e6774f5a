package dev.rollcall.provider.sender;

import dev.rollcall.egress.ProxyException;
import dev.rollcall.egress.RetryAfter;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.PauseScope;
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

  static final Duration AFTER_PROXY_REFUSAL = Duration.ofMinutes(1);

  /// The first delay of a call after a failure or a missing answer. A call lives one minute.
  static final Duration CALL_AFTER_FAILURE = Duration.ofMillis(500);

  static final Duration MAX_DELAY = Duration.ofHours(1);

  private final Clock clock;
  private final RandomGenerator random;
  private final Duration afterFailure;

  public Backoff(Clock clock, RandomGenerator random) {
    this(clock, random, AFTER_FAILURE);
  }

  private Backoff(Clock clock, RandomGenerator random, Duration afterFailure) {
    this.clock = clock;
    this.random = random;
    this.afterFailure = afterFailure;
  }

  /// The backoff for one kind of message. A call is retried sooner after a failure.
  public Backoff of(Kind kind) {
    return switch (kind) {
      case VOIP -> new Backoff(clock, random, CALL_AFTER_FAILURE);
      case ALERT, BACKGROUND -> this;
    };
  }

  /// For an answer that the provider is overloaded, or that we send too many requests (429).
  public Later tooMany(int attempt, Optional<String> retryAfter, PauseScope pause, String reason) {
    return later(AFTER_TOO_MANY, AFTER_TOO_MANY, attempt, retryAfter, pause, reason);
  }

  /// For an answer that the provider has failed (5xx).
  public Later failure(int attempt, Optional<String> retryAfter, PauseScope pause, String reason) {
    return later(afterFailure, AFTER_FAILURE, attempt, retryAfter, pause, reason);
  }

  /// For a timeout or a lost connection; the cause may be our own network.
  public Later noAnswer(int attempt, String reason) {
    return later(
        afterFailure, AFTER_FAILURE, attempt, Optional.empty(), PauseScope.DELIVERY, reason);
  }

  /// Like the other `noAnswer`, with a reason that names the failure. If the outward proxy refuses
  /// our user and password, everything that `all` names waits: each attempt would fail, and some
  /// proxies lock a user after a few.
  public Later noAnswer(int attempt, String who, Throwable failure, PauseScope all) {
    var reason = noAnswerReason(who, failure);
    return isRefusedByProxy(failure)
        ? later(AFTER_PROXY_REFUSAL, AFTER_PROXY_REFUSAL, attempt, Optional.empty(), all, reason)
        : noAnswer(attempt, reason);
  }

  /// For an access token that cannot be requested. Nothing can be sent without one, so the provider
  /// waits as after a failure of its own.
  public Later noAccessToken(String who, Throwable failure) {
    var reason = noAnswerReason(who, failure);
    return isRefusedByProxy(failure)
        ? later(
            AFTER_PROXY_REFUSAL,
            AFTER_PROXY_REFUSAL,
            0,
            Optional.empty(),
            PauseScope.PROVIDER,
            reason)
        : failure(0, Optional.empty(), PauseScope.IF_MOST_FAIL, reason);
  }

  private static boolean isRefusedByProxy(Throwable failure) {
    return ProxyException.in(failure)
        .filter(it -> it.kind() == ProxyException.Kind.CREDENTIALS)
        .isPresent();
  }

  /// The reason for a missing answer, with the class of the root cause: name resolution, TLS, or
  /// our timeout. The exception's message is left out, because it may contain the address that was
  /// called. A failure of the outward proxy has a message of ours.
  public static String noAnswerReason(String who, Throwable failure) {
    var proxy = ProxyException.in(failure);
    if (proxy.isPresent()) {
      return Outcome.OURS + ": " + proxy.get().getMessage();
    }
    var root = failure;
    // The JDK adds this exception as the cause of the real one.
    while (root.getCause() != null && !(root.getCause() instanceof ClosedChannelException)) {
      root = root.getCause();
    }
    return "%s: %s does not answer (%s)"
        .formatted(Outcome.OURS, who, root.getClass().getSimpleName());
  }

  private Later later(
      Duration least,
      Duration pauseFor,
      int attempt,
      Optional<String> retryAfter,
      PauseScope pause,
      String reason) {
    return retryAfter
        .flatMap(header -> RetryAfter.read(header, clock.instant()))
        // A delay of zero, or a date that our clock has passed, does not say how long to wait.
        .filter(requested -> !requested.isZero())
        .map(requested -> new Later(requested, pause, requested, reason))
        .orElseGet(() -> new Later(growing(least, attempt), pause, pauseFor, reason));
  }

  private Duration growing(Duration least, int attempt) {
    var doubled = least.multipliedBy(1L << Math.min(attempt, 20));
    var bounded = doubled.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : doubled;
    return bounded.plusMillis((long) (random.nextDouble() * bounded.toMillis() / 2));
  }
}

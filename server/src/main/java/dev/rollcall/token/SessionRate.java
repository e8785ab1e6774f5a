package dev.rollcall.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rollcall.account.AuthToken;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// Rate limit of registrations per session, so that one session that registers in a loop cannot
/// keep the database's writer busy.
///
/// The limit is not per address, because a whole company can share one address. Its key is the
/// whole auth token, so that somebody who knows only a session's handle cannot use up the session's
/// limit. Sessions are remembered for a minute, and at most 20,000 of them, which take a few
/// megabytes.
final class SessionRate {
  private static final int MAX_SESSIONS = 20_000;
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final Cache<AuthToken, Bucket> buckets;
  private final int perMinute;
  private final TimeMeter time;

  SessionRate(int perMinute, Clock clock) {
    this.perMinute = perMinute;
    this.time = new ClockMeter(clock);
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_SESSIONS)
            .expireAfterAccess(WINDOW)
            .ticker(time::currentTimeNanos)
            .build();
  }

  /// The time until the session may register again; empty if it may register now.
  Optional<Duration> retryDelay(AuthToken token) {
    // A value that is not in the form of an auth token is refused later and gets no bucket here.
    return token.sessionId().flatMap(id -> retryDelay(buckets.get(token, it -> newBucket())));
  }

  private static Optional<Duration> retryDelay(Bucket bucket) {
    var probe = bucket.tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, WINDOW))
        .withCustomTimePrecision(time)
        .build();
  }

  private record ClockMeter(Clock clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return clock.millis() * 1_000_000;
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }
}

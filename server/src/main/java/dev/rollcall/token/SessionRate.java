package dev.rollcall.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rollcall.account.AuthToken;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// Keeps a session that registers in a loop from taking the writer for itself.
///
/// Per session and not per address, since whole companies share an address; and by the whole auth
/// token, since whoever merely knows a session's handle must not use up what it may do. Only
/// sessions of the last minute are remembered, and no more of them than fit in a few megabytes.
final class SessionRate {
  private static final int REMEMBERED = 20_000;
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final Cache<AuthToken, Bucket> buckets;
  private final int perMinute;
  private final TimeMeter time;

  SessionRate(int perMinute, Clock clock) {
    this.perMinute = perMinute;
    this.time = new ClockMeter(clock);
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterAccess(WINDOW)
            .ticker(time::currentTimeNanos)
            .build();
  }

  /// How long the session has to wait, if it does.
  Optional<Duration> refusedFor(AuthToken token) {
    // What cannot be an auth token is turned away later, and not worth remembering.
    return token.sessionId().flatMap(id -> refusedFor(buckets.get(token, it -> newBucket())));
  }

  private static Optional<Duration> refusedFor(Bucket bucket) {
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

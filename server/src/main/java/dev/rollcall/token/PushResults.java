package dev.rollcall.token;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The results of the pushes to a push token: when a provider last accepted one, and when and why
/// the last one failed. Times are epoch milliseconds.
///
/// Only failures that are about the token or the message count. A result is recorded only if the
/// last recorded one of the same kind is old enough. So a token that gets many pushes is seldom
/// written.
public record PushResults(
    @Nullable Long acceptedAt, @Nullable Long failedAt, @Nullable String failure) {
  public static final PushResults NONE = new PushResults(null, null, null);

  private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

  /// The interval is at most this fraction of the time to removal, because a short time to removal
  /// needs more precise records.
  private static final int INTERVALS_BEFORE_REMOVAL = 10;

  /// True if a push has failed and none was ever accepted.
  public boolean neverWorked() {
    return acceptedAt == null && failedAt != null;
  }

  /// True if an acceptance now has to be recorded. Tokens are removed after `removal`.
  public boolean isAcceptanceDue(Instant now, Duration removal) {
    return isDue(acceptedAt, now, removal);
  }

  /// True if a failure now has to be recorded.
  public boolean isFailureDue(Instant now, Duration removal) {
    return isDue(failedAt, now, removal);
  }

  private static boolean isDue(@Nullable Long recorded, Instant now, Duration removal) {
    return recorded == null || now.toEpochMilli() - recorded >= interval(removal).toMillis();
  }

  private static Duration interval(Duration removal) {
    var part = removal.dividedBy(INTERVALS_BEFORE_REMOVAL);
    return part.compareTo(LONGEST_INTERVAL) < 0 ? part : LONGEST_INTERVAL;
  }
}

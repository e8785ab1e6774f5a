package dev.rollcall.provider.sender;

import java.time.Duration;
import java.util.function.LongSupplier;

/// When an attempt is over, whatever it is waiting for then: an access token, its turn, a name
/// server, an answer. Whoever took the delivery on holds it for longer than that, and nobody else
/// sends it meanwhile.
public final class Deadline {
  /// For one answer.
  public static final Duration ANSWER = Duration.ofSeconds(30);

  private final LongSupplier nanos;
  private final long end;

  Deadline(Duration most, LongSupplier nanos) {
    this.nanos = nanos;
    this.end = nanos.getAsLong() + most.toNanos();
  }

  public static Deadline in(Duration most) {
    return new Deadline(most, System::nanoTime);
  }

  /// An attempt that waits so long for an answer may take twice that in all.
  public static Deadline ofAttempt(Duration answer) {
    return in(wholeAttempt(answer));
  }

  static Duration wholeAttempt(Duration answer) {
    return answer.multipliedBy(2);
  }

  /// What is left, which may be nothing.
  public Duration left() {
    return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
  }

  /// What is left, but no more than `most`.
  public Duration left(Duration most) {
    var left = left();
    return left.compareTo(most) < 0 ? left : most;
  }
}

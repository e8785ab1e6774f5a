package dev.rollcall.provider.sender;

import java.time.Duration;

/// When an attempt is over, whatever it is waiting for then: a pass, its turn, a name server, an
/// answer. Whoever took the delivery on holds it for longer than that, and nobody else sends it
/// meanwhile.
public final class Deadline {
  /// For one answer.
  public static final Duration ANSWER = Duration.ofSeconds(30);

  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  public static Deadline in(Duration most) {
    return new Deadline(System.nanoTime() + most.toNanos());
  }

  /// An attempt that waits so long for an answer may take twice that in all.
  public static Deadline ofAttempt(Duration answer) {
    return in(answer.multipliedBy(2));
  }

  /// What is left, which may be nothing.
  public Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /// What is left, but no more than `most`.
  public Duration left(Duration most) {
    var left = left();
    return left.compareTo(most) < 0 ? left : most;
  }
}

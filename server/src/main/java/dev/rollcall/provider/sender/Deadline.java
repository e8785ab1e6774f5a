package dev.rollcall.provider.sender;

import dev.rollcall.message.Message.Kind;
import java.time.Duration;
import java.util.function.LongSupplier;

/// The time by which one attempt to send must end, whatever it waits for: an access token, a free
/// stream, name resolution, or an answer. The lease of the delivery lasts longer, so no other node
/// sends the delivery before then.
public final class Deadline {
  /// The timeout for one answer.
  public static final Duration ANSWER = Duration.ofSeconds(30);

  /// The timeout for one answer to a call. A call lives one minute, and a dead connection must not
  /// take half of it.
  public static final Duration CALL = Duration.ofSeconds(5);

  private final LongSupplier nanos;
  private final long end;

  Deadline(Duration most, LongSupplier nanos) {
    this.nanos = nanos;
    this.end = nanos.getAsLong() + most.toNanos();
  }

  public static Deadline in(Duration most) {
    return new Deadline(most, System::nanoTime);
  }

  /// The timeout for one answer to a message of this kind, where `usual` is that of other messages
  /// than calls.
  public static Duration answer(Kind kind, Duration usual) {
    return switch (kind) {
      case VOIP -> usual.compareTo(CALL) < 0 ? usual : CALL;
      case ALERT, BACKGROUND -> usual;
    };
  }

  /// An attempt may take twice its answer timeout in all.
  public static Deadline ofAttempt(Duration answer) {
    return in(wholeAttempt(answer));
  }

  static Duration wholeAttempt(Duration answer) {
    return answer.multipliedBy(2);
  }

  /// The remaining time, which may be zero.
  public Duration left() {
    return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
  }

  /// The remaining time, at most `most`.
  public Duration left(Duration most) {
    var left = left();
    return left.compareTo(most) < 0 ? left : most;
  }
}

package dev.rollcall.delivery;

import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What one delivery after a pause shows: whether the rest may follow.
enum ProbeResult {
  /// The service works, whatever it says of the token.
  WORKS,
  /// The service still fails, or has not answered.
  FAILS,
  /// Nothing was sent, so the next delivery is the probe.
  UNSENT;

  /// The pause after a probe that failed, unless the answer is about the whole provider and asks for
  /// a longer one. The failure may be that of the one token to which the probe was sent.
  static final Duration AGAIN = Duration.ofSeconds(10);

  static ProbeResult of(Dispatch.Result result) {
    return result.outcome().map(ProbeResult::of).orElse(UNSENT);
  }

  private static ProbeResult of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted accepted -> WORKS;
      case Outcome.Gone gone -> WORKS;
      case Outcome.Suspect suspect -> WORKS;
      case Outcome.Refused refused -> WORKS;
      case Outcome.Later later -> FAILS;
      case Outcome.Denied(var pause, var reason) -> pause == PauseScope.DELIVERY ? WORKS : FAILS;
    };
  }

  /// Empty if the pause has ended.
  Optional<Instant> pausedUntil(Instant now) {
    return switch (this) {
      case WORKS -> Optional.empty();
      case FAILS -> Optional.of(now.plus(AGAIN));
      case UNSENT -> Optional.of(now);
    };
  }
}

package dev.rollcall.delivery;

import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The result of a probe, the one delivery after a pause that decides whether the others are sent.
enum ProbeResult {
  /// The service works, whatever it says about the token.
  WORKS,
  /// The service still fails, or has not answered.
  FAILS,
  /// Nothing was sent, so the next delivery is the probe.
  UNSENT;

  /// The pause after a failed probe, unless the answer is about the whole provider and asks for a
  /// longer one. It is short, because the failure may concern only the token of the probe.
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

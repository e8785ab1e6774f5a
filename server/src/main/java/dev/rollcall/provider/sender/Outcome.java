package dev.rollcall.provider.sender;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a send ended: the closed set that every provider's answer is read into.
///
/// A `reason` begins with the provider's own code, so that an operator can look it up. It never
/// holds a push token or a part of a credential.
public sealed interface Outcome {
  /// The code in front of the reasons that no provider gave.
  String OURS = "rollcall";

  String reason();

  /// The provider took the message. `receipt` is its name for it, for a support case.
  record Accepted(String receipt) implements Outcome {
    @Override
    public String reason() {
      return "accepted";
    }
  }

  /// The push token is dead, by the provider's plain word.
  ///
  /// `since` is when the provider saw it last die; without it there is only the word itself, and
  /// nothing but the very row that was sent to may be judged by it.
  record Gone(@Nullable Instant since, String reason) implements Outcome {}

  /// The push token may be bad, or we may have made a mistake that looks the same from there.
  record Suspect(String reason) implements Outcome {}

  /// This message will never be taken by this address. It says nothing of the push token.
  record Refused(String reason) implements Outcome, Prepared {}

  /// Nothing is known yet: the same send may well succeed after `delay`. `pause` tells what else has
  /// to wait, and `pauseFor` how long that is: what fails again and again is no reason for all to wait
  /// longer and longer.
  record Later(Duration delay, Pause pause, Duration pauseFor, String reason) implements Outcome {
    public Later(Duration delay, Pause pause, String reason) {
      this(delay, pause, delay, reason);
    }
  }

  /// Our credentials or permissions were refused, or our configuration is wrong. Somebody has to
  /// act, and no push token may change because of it. `pause` tells what is denied besides: all of
  /// the provider, or only this.
  record Denied(Pause pause, String reason) implements Outcome {
    public Denied(String reason) {
      this(Pause.PROVIDER, reason);
    }
  }

  /// What waits along with a delivery that has to wait.
  enum Pause {
    /// Nothing: the next delivery may go out at once.
    DELIVERY,
    /// Everything for the same push service, which for Web Push is the endpoint's host.
    HOST,
    /// Everything for the same provider.
    PROVIDER
  }
}

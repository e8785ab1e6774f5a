package dev.rollcall.provider.sender;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a send ended; every provider's answer is mapped to one of these.
///
/// A `reason` begins with the provider's own code, so that an operator can look it up. It never
/// contains a push token or part of a credential.
public sealed interface Outcome {
  /// The code with which reasons begin that come from Rollcall and not from a provider.
  String OURS = "rollcall";

  String reason();

  /// The provider has accepted the message. `receipt` is the provider's id for it, for support
  /// cases.
  record Accepted(String receipt) implements Outcome {
    @Override
    public String reason() {
      return "accepted";
    }
  }

  /// The provider says explicitly that the push token is dead.
  ///
  /// `since` is when the provider noticed that. Without it, the answer counts only against the
  /// stored row to which the message was sent.
  record Gone(@Nullable Instant since, String reason) implements Outcome {}

  /// The push token may be bad, or a mistake of ours makes the provider answer the same.
  record Suspect(String reason) implements Outcome {}

  /// The provider will never accept this message for this address. The push token is not affected.
  record Refused(String reason) implements Outcome, Prepared {}

  /// The same send may succeed after `delay`. `pause` says what else has to wait, and `pauseFor`
  /// for how long. `pauseFor` does not grow with the attempts of one delivery, so one delivery that
  /// fails repeatedly does not delay the others longer and longer.
  record Later(Duration delay, PauseScope scope, Duration pauseFor, String reason)
      implements Outcome {
    public Later(Duration delay, PauseScope scope, String reason) {
      this(delay, scope, delay, reason);
    }
  }

  /// The provider refused our credentials or permissions, or our configuration is wrong. An
  /// operator has to act, and no push token changes because of it. `pause` says what is affected.
  record Denied(PauseScope scope, String reason) implements Outcome {
    public Denied(String reason) {
      this(PauseScope.PROVIDER, reason);
    }
  }

  /// What else waits when a delivery has to wait.
  enum PauseScope {
    /// Nothing else: the next delivery may be sent at once.
    DELIVERY,
    /// If most tokens get such an answer: all deliveries to the same service, except calls. The
    /// service is a Web Push host, an APNs environment, or FCM.
    IF_MOST_FAIL,
    /// All deliveries to the same APNs environment.
    ENVIRONMENT,
    /// All deliveries to the same provider.
    PROVIDER
  }
}

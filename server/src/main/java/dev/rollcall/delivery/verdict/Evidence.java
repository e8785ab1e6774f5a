package dev.rollcall.delivery.verdict;

import dev.rollcall.provider.sender.ApnsEnvironment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an attempt showed about the push token that it was sent to.
public sealed interface Evidence {

  /// The provider has accepted a message for a suspect token.
  record Accepted() implements Evidence {}

  /// This environment accepts the token.
  record AcceptedIn(ApnsEnvironment environment) implements Evidence {}

  /// The provider reported a problem with the token, which counts only for the credentials that
  /// were used.
  sealed interface Complaint extends Evidence {}

  /// The token may be bad, or the mistake may be ours.
  record Doubt(String reason) implements Complaint {}

  /// The provider declared the token dead; `since` is when the provider noticed that, if it says
  /// so.
  record Dead(@Nullable Instant since, String reason) implements Complaint {}
}

package dev.rollcall.delivery.verdict;

import dev.rollcall.provider.sender.ApnsEnvironment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an attempt taught about the push token that it went to.
public sealed interface Evidence {

  /// A token that was under suspicion was taken by its provider.
  record Accepted() implements Evidence {}

  /// This environment takes it.
  record AcceptedIn(ApnsEnvironment environment) implements Evidence {}

  /// The provider said something against it, and that counts only for the credentials that were
  /// used.
  sealed interface Complaint extends Evidence {}

  /// The complaint may be our own mistake.
  record Doubt(String reason) implements Complaint {}

  /// The provider declared it dead, last seen so `since`, if it says when.
  record Dead(@Nullable Instant since, String reason) implements Complaint {}
}

package dev.rollcall.delivery.verdict;

import dev.rollcall.provider.sender.ApnsEnvironment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an attempt taught about the push token that it went to.
public sealed interface News {

  /// A token that was under suspicion was taken by its provider.
  record Good() implements News {}

  /// This environment takes it.
  record Lives(ApnsEnvironment environment) implements News {}

  /// The provider said something against it, and that counts only for the credentials that were
  /// used.
  sealed interface Complaint extends News {}

  /// The complaint may be our own mistake.
  record Doubtful(String reason) implements Complaint {}

  /// The provider declared it dead, last seen so `since`, if it says when.
  record Dead(@Nullable Instant since, String reason) implements Complaint {}
}

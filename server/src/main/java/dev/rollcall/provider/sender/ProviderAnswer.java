package dev.rollcall.provider.sender;

import dev.rollcall.provider.sender.Outcome.Accepted;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Gone;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Outcome.Suspect;
import java.time.Instant;
import java.util.Optional;

/// A provider's answer to a send, reduced to what decides the outcome.
public interface ProviderAnswer {
  Verdict verdict();

  /// The provider's code.
  String reason();

  /// The provider's id for a message that it accepted.
  String receipt();

  /// When the provider noticed that a token is dead, if it says so.
  default Optional<Instant> goneSince() {
    return Optional.empty();
  }

  default Optional<String> retryAfter() {
    return Optional.empty();
  }

  /// The reason if our credentials were refused, with the likely cause.
  default String denial() {
    return reason();
  }

  /// The outcome of the attempt that got this answer.
  default Outcome outcome(int attempt, Backoff backoff) {
    return switch (verdict()) {
      case ACCEPTED -> new Accepted(receipt());
      case GONE -> new Gone(goneSince().orElse(null), reason());
      case SUSPECT -> new Suspect(reason());
      case REFUSED -> new Refused(reason());
      case DENIED, STALE_ACCESS_TOKEN -> new Denied(denial());
      case DENIED_FOR_ENVIRONMENT -> new Denied(PauseScope.ENVIRONMENT, denial());
      case DENIED_FOR_TOKEN -> new Denied(PauseScope.DELIVERY, denial());
      case TOO_MANY_FOR_DEVICE ->
          backoff.tooMany(attempt, retryAfter(), PauseScope.DELIVERY, reason());
      case TOO_MANY -> backoff.tooMany(attempt, retryAfter(), PauseScope.IF_MOST_FAIL, reason());
      case TOO_MANY_FOR_PROVIDER ->
          backoff.tooMany(attempt, retryAfter(), PauseScope.PROVIDER, reason());
      case CONNECTION_CLOSED ->
          backoff.failure(attempt, retryAfter(), PauseScope.DELIVERY, reason());
      case FAILURE -> backoff.failure(attempt, retryAfter(), PauseScope.IF_MOST_FAIL, reason());
    };
  }
}

package dev.rollcall.provider.sender;

import dev.rollcall.provider.sender.Outcome.Accepted;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Gone;
import dev.rollcall.provider.sender.Outcome.Pause;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Outcome.Suspect;
import java.time.Instant;
import java.util.Optional;

/// What a provider answered, as far as it decides how the send ended.
public interface ProviderAnswer {
  Verdict verdict();

  /// The provider's code.
  String reason();

  /// The provider's name for a message that it accepted.
  String receipt();

  /// When the provider saw a token last that is gone, if it says so.
  default Optional<Instant> goneSince() {
    return Optional.empty();
  }

  default Optional<String> retryAfter() {
    return Optional.empty();
  }

  /// The code where our credentials were refused, with what may be the cause.
  default String denial() {
    return reason();
  }

  /// What waits along when the service that answered is in trouble, or gets too much from us.
  default Pause service() {
    return Pause.PROVIDER;
  }

  /// How the attempt that got this answer ended.
  default Outcome outcome(int attempt, Backoff backoff) {
    return switch (verdict()) {
      case ACCEPTED -> new Accepted(receipt());
      case GONE -> new Gone(goneSince().orElse(null), reason());
      case SUSPECT -> new Suspect(reason());
      case REFUSED -> new Refused(reason());
      case DENIED, STALE_PASS -> new Denied(denial());
      case DENIED_FOR_TOKEN -> new Denied(Pause.DELIVERY, denial());
      case TOO_MANY_FOR_DEVICE -> backoff.tooMany(attempt, retryAfter(), Pause.DELIVERY, reason());
      case TOO_MANY -> backoff.tooMany(attempt, retryAfter(), service(), reason());
      case FAILURE -> backoff.failure(attempt, retryAfter(), service(), reason());
    };
  }
}

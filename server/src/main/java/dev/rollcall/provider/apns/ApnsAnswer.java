package dev.rollcall.provider.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.rollcall.provider.sender.ProviderAnswer;
import dev.rollcall.provider.sender.Verdict;
import java.time.Instant;
import java.util.Optional;

/// The answer of APNs to a send.
record ApnsAnswer(PushNotificationResponse<?> response) implements ProviderAnswer {
  @Override
  public Verdict verdict() {
    return response
        .getRejectionReason()
        .flatMap(ApnsCode::of)
        .map(ApnsCode::verdict)
        .orElseGet(() -> ApnsCode.ofStatus(response.getStatusCode()));
  }

  @Override
  public String reason() {
    var code = response.getRejectionReason().filter(it -> it.matches("[A-Za-z]{1,40}"));
    return response.getStatusCode() + code.map(it -> " " + it).orElse("");
  }

  @Override
  public String receipt() {
    return String.valueOf(response.getApnsId());
  }

  @Override
  public Optional<Instant> goneSince() {
    return response.getTokenInvalidationTimestamp();
  }

  @Override
  public String denial() {
    return verdict() == Verdict.STALE_ACCESS_TOKEN
        ? reason() + "; the provider token was issued just now, so check this machine's clock"
        : reason();
  }
}

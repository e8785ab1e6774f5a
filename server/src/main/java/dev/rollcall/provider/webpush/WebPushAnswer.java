package dev.rollcall.provider.webpush;

import dev.rollcall.egress.GuardedClient;
import dev.rollcall.provider.sender.ProviderAnswer;
import dev.rollcall.provider.sender.Verdict;
import java.util.Optional;

/// The answer of a push service to a send. `nowOrNever` is true if the message had a time to live of
/// zero. `skew` says whether our clock is wrong.
record WebPushAnswer(GuardedClient.Answer head, boolean nowOrNever, String receipt, String skew)
    implements ProviderAnswer {
  @Override
  public Verdict verdict() {
    var verdict = WebPushCode.of(head.status());
    return switch (verdict) {
      case ACCEPTED -> WnsHeaders.status(head).map(WnsHeaders.Status::verdict).orElse(verdict);
      // A service may refuse a time to live of zero, which is no fault of the subscription.
      case SUSPECT -> nowOrNever && head.status() == 400 ? Verdict.REFUSED : verdict;
      case GONE,
          REFUSED,
          DENIED,
          DENIED_FOR_ENVIRONMENT,
          DENIED_FOR_TOKEN,
          STALE_ACCESS_TOKEN,
          TOO_MANY_FOR_DEVICE,
          TOO_MANY,
          TOO_MANY_FOR_PROVIDER,
          CONNECTION_CLOSED,
          FAILURE ->
          verdict;
    };
  }

  @Override
  public String reason() {
    return head.status() + WnsHeaders.reason(head);
  }

  @Override
  public Optional<String> retryAfter() {
    return head.retryAfter().or(() -> WnsHeaders.continueAfter(head));
  }

  @Override
  public String denial() {
    return reason() + skew;
  }
}

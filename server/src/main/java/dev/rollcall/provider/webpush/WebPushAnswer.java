package dev.rollcall.provider.webpush;

import dev.rollcall.egress.GuardedClient;
import dev.rollcall.provider.sender.Outcome.Pause;
import dev.rollcall.provider.sender.ProviderAnswer;
import dev.rollcall.provider.sender.Verdict;
import java.util.Optional;

/// The answer of a push service to a send. `skew` says whether our clock is wrong.
record WebPushAnswer(GuardedClient.Answer head, String receipt, String skew)
    implements ProviderAnswer {
  @Override
  public Verdict verdict() {
    return WebPushCode.of(head.status());
  }

  @Override
  public String reason() {
    return "" + head.status();
  }

  @Override
  public Optional<String> retryAfter() {
    return head.retryAfter();
  }

  @Override
  public String denial() {
    return reason() + skew;
  }

  // Each push service has its own operator, so a failure of one says nothing about the others.
  @Override
  public Pause service() {
    return Pause.HOST;
  }
}

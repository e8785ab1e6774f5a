package dev.rollcall.provider;

import dev.rollcall.message.Message;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A reference-counted sender: after `close` no new send starts, and the last running send closes
/// the wrapped sender.
final class OpenSender implements Sender {
  private static final Later REPLACED =
      new Later(
          Duration.ofSeconds(1),
          PauseScope.DELIVERY,
          Outcome.OURS + ": the provider was replaced or deleted");

  private final Sender sender;

  /// The number of running sends, plus one until `close` is called.
  private final AtomicInteger uses = new AtomicInteger(1);

  OpenSender(Sender sender) {
    this.sender = sender;
  }

  @Override
  public Outcome send(Push push) {
    if (uses.getAndUpdate(it -> it == 0 ? 0 : it + 1) == 0) {
      return REPLACED;
    }
    try {
      return sender.send(push);
    } finally {
      leave();
    }
  }

  private void leave() {
    if (uses.decrementAndGet() == 0) {
      sender.close();
    }
  }

  @Override
  public Prepared prepare(Push push) {
    return sender.prepare(push);
  }

  @Override
  public Optional<Refused> refusal(Message message) {
    return sender.refusal(message);
  }

  /// Does not wait for running sends. Must be called exactly once.
  @Override
  public void close() {
    leave();
  }
}

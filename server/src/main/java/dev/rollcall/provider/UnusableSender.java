package dev.rollcall.provider;

import dev.rollcall.message.Message;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import java.util.Optional;

/// The sender of a provider whose credentials cannot be decrypted: every send fails with that
/// reason.
record UnusableSender(String why) implements Sender {
  @Override
  public Outcome send(Push push) {
    return new Denied(Outcome.OURS + ": " + why);
  }

  @Override
  public Prepared prepare(Push push) {
    return new Refused(Outcome.OURS + ": " + why);
  }

  @Override
  public Optional<Refused> refusal(Message message) {
    return Optional.empty();
  }

  @Override
  public void close() {}
}

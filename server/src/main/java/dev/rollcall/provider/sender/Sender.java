package dev.rollcall.provider.sender;

import dev.rollcall.message.Message;
import java.util.Optional;

/// Sends to one provider with one set of credentials; it neither stores nor retries.
public interface Sender extends AutoCloseable {
  /// Sends, and waits for the provider's answer. Any number of threads may call this at the same
  /// time; the method waits while the provider's limit of concurrent sends is reached.
  Outcome send(Push push);

  /// Returns what `send` would do, for a dry run.
  Prepared prepare(Push push);

  /// Why every address of this provider would refuse `message`, for example because of its size.
  /// Makes no network call.
  Optional<Outcome.Refused> refusal(Message message);

  @Override
  void close();
}

package dev.rollcall.provider.sender;

import dev.rollcall.message.Message;
import java.util.Optional;

/// The way to one provider with one set of credentials. It neither stores nor retries.
public interface Sender extends AutoCloseable {
  /// Sends, and waits for the provider's word. Any number of threads may send at once; what the
  /// provider bounds is waited for in here.
  Outcome send(Push push);

  /// What `send` would do, for a dry run.
  Prepared prepare(Push push);

  /// Why no address of this provider could take `message`: its size, say. Asks nobody.
  Optional<Outcome.Refused> refusal(Message message);

  @Override
  void close();
}

package dev.rollcall.bench;

import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.secret.CredentialException;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;

/// A limit: the server's own sender, with nothing before or behind it.
final class BareClient {
  private final Options options;
  private final Corpus corpus;
  private final PushService service;

  BareClient(Options options) {
    this.options = options;
    this.corpus = Corpus.of(options);
    this.service = PushService.of(options);
  }

  void run() throws CredentialException, IOException {
    try (var sender = service.sender()) {
      send(sender, options.number("warmup", 20_000));
      var pushing = Pushing.start(options, "client", Pushing.self());
      send(sender, corpus.sessions());
      pushing.end(corpus.sessions());
    }
  }

  private void send(Sender sender, int pushes) {
    var flying = new InFlight(service.inFlight());
    var now = Clock.systemUTC().instant();
    for (int i = 0; i < pushes; i++) {
      var address = service.address(i % corpus.sessions());
      var push = new Push(UUID.randomUUID(), address, BackEnd.message(), now, 0);
      flying.start(() -> requireAccepted(sender.send(push)));
    }
    flying.await();
  }

  private static void requireAccepted(Outcome outcome) {
    if (!(outcome instanceof Outcome.Accepted)) {
      throw new IllegalStateException(outcome.toString());
    }
  }
}

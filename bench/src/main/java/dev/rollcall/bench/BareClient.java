package dev.rollcall.bench;

import dev.rollcall.delivery.Address;
import dev.rollcall.delivery.Backoff;
import dev.rollcall.delivery.CredentialException;
import dev.rollcall.delivery.Outcome;
import dev.rollcall.delivery.Push;
import dev.rollcall.delivery.Secret;
import dev.rollcall.fcm.FcmCredentials;
import dev.rollcall.fcm.FcmSender;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenValue;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// A limit: the server's own sender, with nothing before or behind it.
final class BareClient {
  private final Options options;
  private final Corpus corpus;

  BareClient(Options options) {
    this.options = options;
    this.corpus = Corpus.of(options);
  }

  void run() throws CredentialException, IOException {
    var endpoint = FcmDouble.endpoint(options);
    var account = new Secret(FcmDouble.serviceAccount(endpoint).text());
    var clock = Clock.systemUTC();
    var backoff = new Backoff(clock, RandomGenerator.getDefault());
    var credentials = FcmCredentials.read(account, endpoint);
    try (var sender = new FcmSender(credentials, endpoint, clock, backoff)) {
      send(sender, options.number("warmup", 20_000));
      var pushing = Pushing.start(options, "client", Pushing.self());
      send(sender, corpus.sessions());
      pushing.end(corpus.sessions());
    }
  }

  private void send(FcmSender sender, int pushes) {
    var flying = new InFlight();
    var now = Clock.systemUTC().instant();
    for (int i = 0; i < pushes; i++) {
      var token = new TokenValue(Channel.FCM, corpus.token(i % corpus.sessions(), 0));
      var push = new Push(UUID.randomUUID(), new Address.Fcm(token), BackEnd.message(), now, 0);
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

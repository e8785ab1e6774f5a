package dev.rollcall.bench;

import dev.rollcall.account.Caller;
import dev.rollcall.account.Scope;
import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.DeliveryQueue;
import dev.rollcall.delivery.Transition;
import dev.rollcall.message.NewNotification;
import dev.rollcall.message.Target;
import dev.rollcall.provider.ProviderStore.Administrator;
import dev.rollcall.provider.Providers;
import dev.rollcall.secret.EncryptionKey;
import dev.rollcall.secret.Seal;
import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/// A limit: the queue alone. Every delivery is found, taken on and ended, and sent to nobody.
final class BareQueue {
  private static final Duration UNSEEN = Duration.ofDays(270);
  private static final Duration LEASE = Duration.ofSeconds(90);
  private static final int CLAIMED = 250;
  private static final int SEARCHED = 500;

  private final Options options;
  private final Corpus corpus;
  private final PushService service;
  private final Clock clock = Clock.systemUTC();
  private final Caller.BackEnd caller;

  BareQueue(Options options) {
    this.options = options;
    this.corpus = Corpus.of(options);
    this.service = PushService.of(options);
    this.caller = new Caller.BackEnd(options.text("app"), Corpus.API_KEY, Scope.FULL_ACCESS);
  }

  void run() throws IOException {
    try (var storage = Storage.open(address(), (writes, took) -> {})) {
      long provider = provider(storage);
      var queue = storage.deliveries();
      int warmup = Math.min(Target.MAX_USERS, corpus.users());
      drain(
          queue,
          provider,
          new Target.Users(IntStream.range(0, warmup).mapToObj(corpus::uid).toList()));
      var pushing = Pushing.start(options, "queue", Pushing.self());
      pushing.end(drain(queue, provider, new Target.Everyone()));
    }
  }

  private DatabaseAddress address() {
    return options.maybe("url").isPresent()
        ? new DatabaseAddress.Postgres(Sql.url(options), 10)
        : new DatabaseAddress.SqliteFile(Path.of(options.text("file")));
  }

  private long provider(Storage storage) {
    var seal = new Seal(EncryptionKey::random);
    try (var providers =
        new Providers(storage.providers(), seal, List.of(service.vendor()), clock)) {
      var setting =
          new Providers.Setting(
              service.type(), service.credentials(), Optional.empty(), Optional.empty(), false);
      return providers.put(new Administrator.BackEnd(caller), BackEnd.PROVIDER, setting).number();
    }
  }

  /// Answers how many deliveries there were.
  private int drain(DeliveryQueue queue, long provider, Target target) {
    var notification = new NewNotification(BackEnd.message(), null, target, Optional.empty());
    queue.accept(caller, notification, UUID.randomUUID().toString(), clock.instant());
    var flying = new InFlight(service.inFlight());
    int all = 0;
    List<Delivery> claimed;
    do {
      var now = clock.instant();
      claimed = queue.claim(provider, CLAIMED, now.plus(LEASE), now).deliveries();
      for (var delivery : claimed) {
        flying.start(() -> end(queue, delivery));
      }
      all += claimed.size();
    } while (!claimed.isEmpty() || queue.search(SEARCHED, UNSEEN, clock.instant()));
    flying.await();
    return all;
  }

  private void end(DeliveryQueue queue, Delivery delivery) {
    var accepted = new Transition.Accepted("projects/bench/messages/" + delivery.id());
    queue.finish(delivery, accepted, List.of(), 0, UNSEEN, clock.instant());
  }
}

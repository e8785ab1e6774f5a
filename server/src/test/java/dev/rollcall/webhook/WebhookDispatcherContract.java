package dev.rollcall.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.account.Accounts;
import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Key;
import dev.rollcall.account.MovableClock;
import dev.rollcall.account.Scope;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.account.User;
import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.egress.GuardedClient;
import dev.rollcall.egress.Targets;
import dev.rollcall.fake.FakeProxy;
import dev.rollcall.fake.FakeService;
import dev.rollcall.fake.FakeService.Answer;
import dev.rollcall.fake.FakeService.Got;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.Proxies;
import dev.rollcall.fake.RawReceiver;
import dev.rollcall.json.Json;
import dev.rollcall.problem.Problem;
import dev.rollcall.secret.EncryptionKey;
import dev.rollcall.secret.Seal;
import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.Storage;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenValue;
import dev.rollcall.token.Tokens;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Events on their way to receivers on real sockets, on every engine.
abstract class WebhookDispatcherContract {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final EncryptionKey KEY = EncryptionKey.random();

  @TempDir Path folder;

  private final MovableClock clock = new MovableClock(NOON);
  private final Seal seal = new Seal(() -> KEY);
  private final List<WebhookDispatcher.Outcome> outcomes = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final Key apiKey = Key.random();
  private final Caller.BackEnd backEnd = new Caller.BackEnd("demo", apiKey, Scope.FULL_ACCESS);
  private volatile Function<Got, Answer> answers = got -> Answer.of(200);
  private FakeService receiver;
  private Storage storage;
  private Webhooks webhooks;
  private WebhookDispatcher dispatcher;
  private int users;

  abstract DatabaseAddress newDatabase(Path folder);

  @BeforeEach
  void start() {
    receiver = keep(new FakeService(got -> answers.apply(got)));
    storage = keep(Storage.open(newDatabase(folder), (writes, took) -> {}));
    var app = new App(0, "demo", "us", TokenPolicy.EXCLUSIVE, NOON.toEpochMilli());
    storage.apps().createApp(app, Key.random(), apiKey);
    webhooks = new Webhooks(storage.webhooks(), guard(), seal, clock);
    dispatcher = dispatcher();
  }

  @AfterEach
  void stop() throws Exception {
    for (var part : parts.reversed()) {
      part.close();
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.add(part);
    return part;
  }

  private EndpointGuard guard() {
    return new EndpointGuard(
        Set.of(), Set.of("localhost:" + receiver.port()), InetAddress::getAllByName);
  }

  private WebhookDispatcher dispatcher() {
    var client = new GuardedClient(guard(), FakeTls.ONE.client(), Duration.ofSeconds(5));
    return keep(new WebhookDispatcher(storage.webhooks(), client, seal, outcomes::add, clock));
  }

  private String url() {
    return "https://localhost:" + receiver.port() + "/hook?from=rollcall";
  }

  private SigningSecret hook(String id) {
    return put(id, false).secret().orElseThrow();
  }

  private Webhooks.Saved put(String id, boolean rotate) {
    return webhooks.put(backEnd, id, url(), EnumSet.allOf(EventType.class), rotate);
  }

  /// A new user logs in and registers a token, which is one event.
  private void happen() {
    var uid = "user-" + users++;
    happen(uid, "phone-of-" + uid);
  }

  private void happen(String uid, String phone) {
    var accounts =
        new Accounts(
            storage.users(), storage.sessions(), new Accounts.Limits(Optional.empty(), 9), clock);
    var profile = new User.Profile(uid, null, null, "default", null, null, List.of());
    accounts.createUser(backEnd, uid, profile, false);
    var token = accounts.login(backEnd, uid, ClientInfo.NONE).token();
    var limits =
        new Tokens.Limits(
            new Registration.Limits(Duration.ofSeconds(10), 100),
            Duration.ofDays(30),
            Duration.ofDays(270),
            1_000,
            512);
    var wanted =
        new NewToken(
            TokenValue.read(Channel.FCM, "token", phone),
            null,
            null,
            NewToken.DEFAULT_PROVIDER,
            null);
    new Tokens(storage.tokens(), limits, endpoint -> {}, clock)
        .register(new RequestedSession.Own(new Caller.Device("demo", token)), List.of(wanted));
  }

  private static void assertSigned(SigningSecret secret, Got got, String signature) {
    assertEquals(
        secret.sign(
            got.headers().get("webhook-id"),
            Long.parseLong(got.headers().get("webhook-timestamp")),
            got.body()),
        signature);
  }

  @Test
  void anEventArrivesSigned() {
    var secret = hook("hook");
    happen();
    dispatcher.settle();
    var got = receiver.last();
    assertEquals(List.of("POST", "/hook"), List.of(got.method(), got.path()));
    assertEquals("application/json", got.headers().get("content-type"));
    assertEquals(String.valueOf(NOON.getEpochSecond()), got.headers().get("webhook-timestamp"));
    assertSigned(secret, got, got.headers().get("webhook-signature"));
    var json = Json.MAPPER.readTree(got.body());
    assertEquals("token.registered", json.get("type").stringValue());
    assertEquals("2026-11-24T12:00:00.000Z", json.get("timestamp").stringValue());
    var data = json.get("data");
    assertEquals("demo", data.get("app").stringValue());
    assertEquals("user-0", data.get("uid").stringValue());
    assertTrue(data.get("session").stringValue().startsWith("user-0_"));
    assertTrue(!got.text().contains("phone-of-user-0"), got.text());
    assertEquals(List.of(WebhookDispatcher.Outcome.TOLD), outcomes);
    dispatcher.settle();
    assertEquals(1, receiver.got().size());
  }

  @Test
  void anEventNamesAUidOfAnyScript() {
    hook("hook");
    happen("zoë|林", "phone");
    dispatcher.settle();
    var data = Json.MAPPER.readTree(receiver.last().body()).get("data");
    assertEquals("zoë|林", data.get("uid").stringValue());
    assertTrue(data.get("session").stringValue().matches("zo-\\|-_[0-9a-f]{16}"), data.toString());
  }

  @Test
  void aFailureIsTriedAgainLaterWithTheSameIdAndBody() {
    var secret = hook("hook");
    answers = got -> Answer.of(503);
    happen();
    dispatcher.settle();
    dispatcher.settle();
    assertEquals(1, receiver.got().size());
    assertEquals(NOON.toEpochMilli(), webhooks.find(backEnd, "hook").failingSince());
    answers = got -> Answer.of(204);
    clock.advance(Duration.ofSeconds(15));
    dispatcher.settle();
    assertEquals(2, receiver.got().size());
    var first = receiver.got().getFirst();
    var second = receiver.last();
    assertEquals(first.headers().get("webhook-id"), second.headers().get("webhook-id"));
    assertEquals(first.text(), second.text());
    assertNotEquals(
        first.headers().get("webhook-timestamp"), second.headers().get("webhook-timestamp"));
    assertSigned(secret, second, second.headers().get("webhook-signature"));
    assertNull(webhooks.find(backEnd, "hook").failingSince());
    assertEquals(
        List.of(WebhookDispatcher.Outcome.FAILED, WebhookDispatcher.Outcome.TOLD), outcomes);
  }

  @Test
  void aReceiverThatAsksForTimeGetsIt() {
    hook("hook");
    answers = got -> Answer.of(429).with("Retry-After", "600");
    happen();
    dispatcher.settle();
    answers = got -> Answer.of(204);
    clock.advance(Duration.ofSeconds(599));
    dispatcher.settle();
    assertEquals(1, receiver.got().size());
    clock.advance(Duration.ofSeconds(1));
    dispatcher.settle();
    assertEquals(2, receiver.got().size());
  }

  @Test
  void aRedirectIsNotFollowed() {
    hook("hook");
    answers = got -> Answer.of(307).with("Location", url() + "/elsewhere");
    happen();
    dispatcher.settle();
    assertEquals(1, receiver.got().size());
    assertEquals(List.of(WebhookDispatcher.Outcome.FAILED), outcomes);
  }

  @Test
  void anEventIsGivenUpAfterADay() {
    hook("hook");
    answers = got -> Answer.of(500);
    happen();
    while (!outcomes.contains(WebhookDispatcher.Outcome.DROPPED)) {
      dispatcher.settle();
      clock.advance(Duration.ofHours(3));
    }
    assertTrue(clock.instant().isBefore(NOON.plus(Duration.ofHours(30))));
    assertEquals(1, webhooks.find(backEnd, "hook").dropped());
    int tries = receiver.got().size();
    clock.advance(Duration.ofDays(1));
    dispatcher.settle();
    assertEquals(tries, receiver.got().size());
  }

  @Test
  void aWebhookThatFailsForDaysIsDisabled() {
    hook("hook");
    answers = got -> Answer.of(500);
    for (int day = 0; day <= 3; day++) {
      happen();
      dispatcher.settle();
      clock.advance(Duration.ofDays(1));
    }
    var disabled = webhooks.find(backEnd, "hook").disabled();
    assertEquals(
        "it failed for 3 days; the last reason: the receiver answered 500", disabled.reason());
    happen();
    dispatcher.settle();
    assertEquals(WebhookDispatcher.Outcome.DISABLED, outcomes.getLast());

    answers = got -> Answer.of(200);
    put("hook", false);
    happen();
    dispatcher.settle();
    assertEquals(WebhookDispatcher.Outcome.TOLD, outcomes.getLast());
  }

  @Test
  void aReceiverThatIsGoneIsDisabledAtOnce() {
    hook("hook");
    answers = got -> Answer.of(410);
    happen();
    happen();
    dispatcher.settle();
    assertEquals(
        "the receiver answered 410 Gone", webhooks.find(backEnd, "hook").disabled().reason());
  }

  @Test
  void thatAWebhookWasDisabledIsLoggedOnce() {
    hook("hook");
    var both = new CountDownLatch(2);
    answers =
        got -> {
          both.countDown();
          awaited(both);
          return Answer.of(410);
        };
    happen();
    happen();
    var log = (Logger) LoggerFactory.getLogger(WebhookDispatcher.class);
    var events = new ListAppender<ILoggingEvent>();
    events.start();
    log.addAppender(events);
    try {
      dispatcher.settle();
    } finally {
      log.detachAppender(events);
    }
    assertEquals(2, outcomes.size());
    assertEquals(
        List.of("a webhook was disabled"),
        events.list.stream().map(ILoggingEvent::getMessage).toList());
  }

  @Test
  void afterARotationBothSecretsSignForADay() {
    var old = hook("hook");
    var fresh = put("hook", true).secret().orElseThrow();
    happen();
    dispatcher.settle();
    var signatures = receiver.last().headers().get("webhook-signature").split(" ");
    assertEquals(2, signatures.length);
    assertSigned(fresh, receiver.last(), signatures[0]);
    assertSigned(old, receiver.last(), signatures[1]);
    clock.advance(Webhooks.OLD_SECRET);
    happen();
    dispatcher.settle();
    assertSigned(fresh, receiver.last(), receiver.last().headers().get("webhook-signature"));
  }

  @Test
  void aReceiverThatHangsDoesNotHoldTheOthersUp() {
    hook("quick");
    var slow = url().replace("/hook", "/slow");
    webhooks.put(backEnd, "slow", slow, EnumSet.allOf(EventType.class), false);
    var patience = new CountDownLatch(1);
    answers =
        got -> {
          if (got.path().equals("/slow")) {
            awaited(patience);
          }
          return Answer.of(200);
        };
    for (int told = 1; told <= 3; told++) {
      happen();
      dispatcher.round();
      while (outcomes.size() < told) {
        Thread.onSpinWait();
      }
    }
    assertEquals(3, receiver.got().stream().filter(it -> it.path().equals("/hook")).count());
    patience.countDown();
    dispatcher.settle();
    assertEquals(6, outcomes.size());
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void twoNodesShareTheWork() {
    hook("hook");
    for (int i = 0; i < 60; i++) {
      happen();
    }
    var other = dispatcher();
    while (dispatcher.round() + other.round() > 0) {
      dispatcher.settle();
      other.settle();
    }
    var ids = receiver.got().stream().map(got -> got.headers().get("webhook-id")).toList();
    assertEquals(60, ids.size());
    assertEquals(60, new HashSet<>(ids).size());
  }

  @Test
  void anotherNodeSendsTheEventsOfAKilledNode() {
    hook("hook");
    happen();
    var target = storage.webhooks().due(clock.instant()).getFirst();
    var lease = clock.instant().plus(Duration.ofMinutes(2));
    var taken = storage.webhooks().claim(target.number(), 10, lease, clock.instant());
    dispatcher.settle();
    assertEquals(0, receiver.got().size());
    clock.advance(Duration.ofMinutes(2));
    dispatcher.settle();
    assertEquals(taken.getFirst().event().id(), receiver.last().headers().get("webhook-id"));
  }

  @Test
  void theRequestTargetIsTheTextOfTheUrl() {
    var raw = keep(RawReceiver.friendly());
    var own = Set.of("localhost:" + raw.port());
    var guard = new EndpointGuard(Set.of(), own, InetAddress::getAllByName);
    var client = new GuardedClient(guard, FakeTls.ONE.client(), Duration.ofSeconds(5));
    var exact = keep(new WebhookDispatcher(storage.webhooks(), client, seal, outcomes::add, clock));
    var hooks = new Webhooks(storage.webhooks(), guard, seal, clock);
    var all = EnumSet.allOf(EventType.class);
    for (var target : Targets.SENT) {
      hooks.put(backEnd, "hook", "https://localhost:" + raw.port() + target, all, false);
      happen();
      exact.settle();
      assertEquals("POST " + Targets.written(target) + " HTTP/1.1", raw.last().requestLine());
      assertEquals("localhost:" + raw.port(), raw.last().header("host"));
      assertEquals("Rollcall", raw.last().header("user-agent"));
    }
    assertEquals(Targets.SENT.size(), raw.got().size());
    Targets.REFUSED.forEach(
        (target, why) -> {
          var url = "https://localhost:" + raw.port() + target;
          var refusal =
              assertThrows(Problem.class, () -> hooks.put(backEnd, "hook", url, all, false));
          assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
        });
  }

  @Test
  void anUrlThatCannotBeSentIsRefusedInOneSentence() {
    var refusal =
        assertThrows(
            Problem.class,
            () ->
                webhooks.put(
                    backEnd,
                    "hook",
                    "https://hooks.example/a|b",
                    EnumSet.allOf(EventType.class),
                    false));
    assertEquals(
        "url cannot be called: the endpoint holds U+007C as character 24, where a URL must not;"
            + " percent-encode it",
        refusal.getMessage());
  }

  @Test
  void aUrlThatWasStoredBeforeAndCannotBeSentIsAFailureThatEnds() {
    var strict = new Webhooks(storage.webhooks(), guard(), seal, clock);
    strict.put(backEnd, "hook", url(), EnumSet.allOf(EventType.class), false);
    storeUrl("hook", url() + "|b");
    happen();
    for (int round = 0;
        round < 100 && !outcomes.contains(WebhookDispatcher.Outcome.DROPPED);
        round++) {
      dispatcher.settle();
      clock.advance(Duration.ofHours(5));
    }
    assertTrue(outcomes.contains(WebhookDispatcher.Outcome.DROPPED), outcomes.toString());
    assertEquals(List.of(), receiver.got());
  }

  private void storeUrl(String id, String url) {
    storage
        .database()
        .write("a test", tx -> tx.update("UPDATE webhook SET url = ? WHERE id = ?", url, id));
  }

  @Test
  void anAddressThatIsNotPublicIsNotCalled() {
    hook("hook");
    happen();
    var strict = new EndpointGuard(Set.of(), Set.of(), InetAddress::getAllByName);
    var client = new GuardedClient(strict, FakeTls.ONE.client(), Duration.ofSeconds(5));
    var careful =
        keep(new WebhookDispatcher(storage.webhooks(), client, seal, outcomes::add, clock));
    careful.settle();
    assertEquals(List.of(), receiver.got());
    assertEquals(List.of(WebhookDispatcher.Outcome.FAILED), outcomes);
  }

  @Test
  void aFailureOfTheOutwardProxyIsNoneOfTheWebhook() {
    var proxy = keep(new FakeProxy()).leading("hooks.example:443", receiver.port());
    EndpointGuard.NameResolver unknown =
        host -> {
          throw new UnknownHostException(host);
        };
    var way = new EndpointGuard(Set.of(), Set.of(), Proxies.to(proxy), unknown);
    new Webhooks(storage.webhooks(), way, seal, clock)
        .put(backEnd, "hook", "https://hooks.example/x", EnumSet.allOf(EventType.class), false);
    var client = new GuardedClient(way, FakeTls.ONE.client(), Duration.ofSeconds(5));
    var proxied =
        keep(new WebhookDispatcher(storage.webhooks(), client, seal, outcomes::add, clock));
    happen();
    // 410 of a receiver would disable the webhook.
    for (var status : List.of(410, 407, 403, 404, 502)) {
      proxy.refuseAll(FakeProxy.answer(status));
      proxied.settle();
      clock.advance(Duration.ofHours(3));
    }
    assertEquals(Collections.nCopies(5, WebhookDispatcher.Outcome.FAILED), outcomes);
    assertNull(webhooks.find(backEnd, "hook").failingSince());
    proxy.refuseNone();
    proxied.settle();
    assertEquals(WebhookDispatcher.Outcome.TOLD, outcomes.getLast());
    assertEquals(1, receiver.got().size());
  }

  @Test
  void aLongFailureOfTheOutwardProxyDisablesNoWebhook() {
    var proxy = keep(new FakeProxy());
    var way =
        new EndpointGuard(
            Set.of(),
            Set.of(),
            Proxies.to(proxy),
            host -> new InetAddress[] {InetAddress.ofLiteral("142.250.74.10")});
    new Webhooks(storage.webhooks(), way, seal, clock)
        .put(backEnd, "hook", "https://hooks.example/x", EnumSet.allOf(EventType.class), false);
    var client = new GuardedClient(way, FakeTls.ONE.client(), Duration.ofSeconds(5));
    var proxied =
        keep(new WebhookDispatcher(storage.webhooks(), client, seal, outcomes::add, clock));
    for (int day = 0; day < 5; day++) {
      happen();
      for (int round = 0; round < 8; round++) {
        proxied.settle();
        clock.advance(Duration.ofHours(4));
      }
    }
    assertEquals(5, webhooks.find(backEnd, "hook").dropped());
    assertNull(webhooks.find(backEnd, "hook").disabled());
    assertEquals(
        Set.of(WebhookDispatcher.Outcome.FAILED, WebhookDispatcher.Outcome.DROPPED),
        Set.copyOf(outcomes));
  }

  @Test
  void afterALostKeyARotationIsEnough() {
    hook("hook");
    var another = EncryptionKey.random();
    var seal = new Seal(() -> another);
    var keyless = new Webhooks(storage.webhooks(), guard(), seal, clock);
    var all = EnumSet.allOf(EventType.class);
    var secret = keyless.put(backEnd, "hook", url(), all, true).secret().orElseThrow();
    happen();
    var client = new GuardedClient(guard(), FakeTls.ONE.client(), Duration.ofSeconds(5));
    keep(new WebhookDispatcher(storage.webhooks(), client, seal, outcomes::add, clock)).settle();
    assertSigned(secret, receiver.last(), receiver.last().headers().get("webhook-signature"));
  }

  @Test
  void theLoopSendsDueEvents() {
    hook("hook");
    dispatcher.start();
    happen();
    while (outcomes.isEmpty()) {
      Thread.onSpinWait();
    }
    assertEquals(1, receiver.got().size());
  }
}

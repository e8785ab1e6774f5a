package dev.rollcall.storage.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.fake.FakeApns;
import dev.rollcall.fake.FakeFcm;
import dev.rollcall.fake.FakeService.Answer;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.FakeWebPush;
import dev.rollcall.json.JsonObject;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.Provider;
import dev.rollcall.provider.ProviderStore.Administrator;
import dev.rollcall.provider.Providers;
import dev.rollcall.provider.apns.ApnsEndpoint;
import dev.rollcall.provider.apns.ApnsVendor;
import dev.rollcall.provider.fcm.FcmEndpoint;
import dev.rollcall.provider.fcm.FcmVendor;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Accepted;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Pushes;
import dev.rollcall.provider.webpush.WebPushVendor;
import dev.rollcall.secret.EncryptionKey;
import dev.rollcall.secret.Seal;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.token.AtOnce;
import dev.rollcall.token.Channel;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The rules of providers, with doubles of those they speak to and each database below.
abstract class ProvidersContract extends StoreContract {
  private static final String TOKEN = "00ff".repeat(16);
  private static final String P8 = FakeApns.p8();

  private final EncryptionKey key = EncryptionKey.random();
  private FakeFcm fcm;
  private FakeApns apns;
  private Providers providers;
  private Providers otherNode;

  @BeforeEach
  void startProviders() {
    fcm = new FakeFcm();
    apns = new FakeApns();
    providers = node(key);
    otherNode = node(key);
  }

  @AfterEach
  void stopProviders() {
    providers.close();
    otherNode.close();
    fcm.close();
    apns.close();
  }

  private Providers node(EncryptionKey key) {
    return node(key, new FcmEndpoint(fcm.address(), fcm.tokenAddress(), FakeTls.ONE.client()));
  }

  private Providers node(EncryptionKey key, FcmEndpoint google) {
    var backoff = Pushes.backoff(clock);
    var apple =
        new ApnsEndpoint(
            "localhost", apns.port(), "localhost", apns.port(), List.of(FakeTls.ONE.certificate()));
    return new Providers(
        providerStore,
        new Seal(() -> key),
        List.of(
            new FcmVendor(google, clock, backoff),
            new ApnsVendor(apple, clock, backoff),
            new WebPushVendor(
                new EndpointGuard(Set.of(), Set.of(), InetAddress::getAllByName),
                null,
                clock,
                backoff)),
        clock);
  }

  private Administrator who() {
    return new Administrator.BackEnd(app.backEnd());
  }

  private Provider set(ProviderType type, JsonObject credentials) {
    return set(type, credentials, true);
  }

  private Provider set(ProviderType type, JsonObject credentials, boolean check) {
    return providers.put(who(), "main", setting(type, credentials, check));
  }

  private static Providers.Setting setting(
      ProviderType type, JsonObject credentials, boolean check) {
    return new Providers.Setting(type, credentials, Optional.empty(), Optional.empty(), check);
  }

  private JsonObject google() {
    return JsonObject.of("serviceAccount", JsonObject.parse(fcm.serviceAccount()).orElseThrow());
  }

  private static JsonObject apple() {
    return JsonObject.of(
        "key", P8, "keyId", "KEY1234567", "teamId", "TEAM123456", "topic", "com.example.app");
  }

  private static Outcome send(Providers node, Provider provider, Push push) {
    return node.open(provider.number()).orElseThrow().sender().send(push);
  }

  private Outcome sendToApple(Providers node, Provider provider) {
    return send(node, provider, toApple());
  }

  private Push toApple() {
    var push = Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO);
    return new Push(push.id(), push.address(), push.message(), clock.instant(), 0);
  }

  private Outcome sendToGoogle(Providers node, Provider provider) {
    var push = Pushes.toFcm("a-token", Pushes.HELLO);
    return send(
        node, provider, new Push(push.id(), push.address(), push.message(), clock.instant(), 0));
  }

  private static Problem refused(Code code, Callable<?> put) {
    var problem = assertThrows(Problem.class, put::call);
    assertEquals(code, problem.code());
    assertFalse(problem.getMessage().contains("PRIVATE KEY"), problem.getMessage());
    return problem;
  }

  @Test
  void aServiceAccountIsTriedWhenItIsSetAndWhatThatBroughtIsUsed() {
    var set = set(ProviderType.FCM, google());
    assertEquals(1, fcm.minted());
    assertEquals(
        JsonObject.of(
            "projectId", "roll-1",
            "clientEmail", "push@roll-1.iam.gserviceaccount.com",
            "keyId", "key-1"),
        set.summary());
    assertInstanceOf(Accepted.class, sendToGoogle(providers, set));
    assertInstanceOf(Accepted.class, sendToGoogle(otherNode, set));
    assertEquals(1, fcm.minted());
  }

  @Test
  void whatAProviderRefusesIsNotStored() {
    fcm.setOauthAnswer(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
    var problem = refused(Code.ERR_PROVIDER_CREDENTIALS, () -> set(ProviderType.FCM, google()));
    assertTrue(problem.getMessage().contains("invalid_grant"), problem.getMessage());

    apns.setAnswer("0".repeat(64), FakeApns.error(403, "InvalidProviderToken", null));
    problem = refused(Code.ERR_PROVIDER_CREDENTIALS, () -> set(ProviderType.APNS, apple()));
    assertTrue(problem.getMessage().contains("InvalidProviderToken"), problem.getMessage());
    assertEquals(List.of(), providers.list(who()));
  }

  @Test
  void whatIsNoCredentialIsRefusedWithoutAskingAnybody() {
    for (var type : ProviderType.values()) {
      refused(Code.ERR_PROVIDER_CREDENTIALS, () -> set(type, JsonObject.EMPTY, false));
    }
    var noKey = apple().without("key"::equals);
    refused(Code.ERR_PROVIDER_CREDENTIALS, () -> set(ProviderType.APNS, noKey, false));
    var noPlace = apple().mergedWith(JsonObject.of("environment", "moon"));
    refused(Code.ERR_PROVIDER_CREDENTIALS, () -> set(ProviderType.APNS, noPlace, false));
    var twoWays =
        JsonObject.of("subject", "mailto:o@example.com", "generate", true, "publicKey", "x");
    refused(Code.ERR_PROVIDER_CREDENTIALS, () -> set(ProviderType.WEB_PUSH, twoWays, false));
    refused(
        Code.ERR_BAD_REQUEST,
        () -> providers.put(who(), " ", setting(ProviderType.APNS, apple(), false)));
    assertEquals(0, fcm.minted());
    assertEquals(List.of(), apns.got());
  }

  @Test
  void whatCannotBeTriedIsStoredOnlyWhenThatIsAskedFor() {
    fcm.setOauthAnswer(Answer.of(503).with("retry-after", "30"));
    var problem = refused(Code.ERR_PROVIDER_UNREACHABLE, () -> set(ProviderType.FCM, google()));
    assertEquals(Optional.of(Duration.ofSeconds(30)), problem.retryAfter());
    assertTrue(problem.getMessage().contains("check=false"), problem.getMessage());

    var nowhere =
        new FcmEndpoint(
            URI.create("https://localhost:1"),
            URI.create("https://localhost:1/token"),
            FakeTls.ONE.client());
    try (var lost = node(key, nowhere)) {
      var account =
          fcm.serviceAccount().replace(fcm.tokenAddress().toString(), nowhere.token() + "");
      var credentials = JsonObject.of("serviceAccount", JsonObject.parse(account).orElseThrow());
      refused(
          Code.ERR_PROVIDER_UNREACHABLE,
          () -> lost.put(who(), "main", setting(ProviderType.FCM, credentials, true)));
      assertEquals(List.of(), lost.list(who()));
      lost.put(who(), "main", setting(ProviderType.FCM, credentials, false));
    }
    assertEquals(1, providers.list(who()).size());
  }

  @Test
  void aKeyOfAppleIsTriedOnNobodysPhone() {
    var sandbox =
        apple()
            .mergedWith(JsonObject.of("environment", "sandbox", "topic", "com.example.app.voip"));
    var set = set(ProviderType.APNS, sandbox);
    assertEquals(1, apns.got().size());
    assertEquals("/3/device/" + "0".repeat(64), apns.got().getFirst().path());
    assertEquals(
        JsonObject.of(
            "topic", "com.example.app",
            "environment", "sandbox",
            "teamId", "TEAM123456",
            "keyId", "KEY1234567"),
        set.summary());
    assertInstanceOf(Accepted.class, sendToApple(otherNode, set));
    assertEquals(1, apns.accessTokens().size());
  }

  @Test
  void tenThousandSendsOfTwoNodesShowOneJwt() {
    var set = set(ProviderType.APNS, apple(), false);
    var nodes = List.of(providers, otherNode);
    var outcomes = AtOnce.run(10_000, i -> () -> sendToApple(nodes.get(i % 2), set));
    assertTrue(outcomes.stream().allMatch(Accepted.class::isInstance));
    assertEquals(10_000, apns.got().size());
    assertEquals(1, apns.accessTokens().size());
  }

  @Test
  void aJwtThatAppleCallsExpiredIsReplacedOnceForAllNodes() {
    var set = set(ProviderType.APNS, apple(), false);
    var nodes = List.of(providers, otherNode);
    nodes.forEach(node -> sendToApple(node, set));
    clock.advance(Duration.ofMinutes(21));
    apns.expireTokens();
    // A connection is closed on which a JWT was called expired, and what was under way on it has to
    // be tried again.
    var outcomes = AtOnce.run(200, i -> () -> sendToApple(nodes.get(i % 2), set));
    assertTrue(
        outcomes.stream().allMatch(it -> it instanceof Accepted || it instanceof Later),
        outcomes.toString());
    var again = AtOnce.run(200, i -> () -> sendToApple(nodes.get(i % 2), set));
    assertTrue(again.stream().allMatch(Accepted.class::isInstance), again.toString());
    assertEquals(2, apns.accessTokens().size());
  }

  @Test
  void aDueAccessTokenIsObtainedOnceForAllNodes() {
    var set = set(ProviderType.FCM, google());
    var nodes = List.of(providers, otherNode);
    nodes.forEach(node -> sendToGoogle(node, set));
    clock.advance(Duration.ofMinutes(56));
    var outcomes = AtOnce.run(100, i -> () -> sendToGoogle(nodes.get(i % 2), set));
    assertTrue(outcomes.stream().allMatch(Accepted.class::isInstance), outcomes.toString());
    assertEquals(2, fcm.minted());
  }

  @Test
  void aNodeSeesWithinASecondWhatAnotherSet() {
    var set = set(ProviderType.APNS, apple(), false);
    assertEquals("com.example.app", topic(otherNode, set));
    set(ProviderType.APNS, JsonObject.of("topic", "com.example.new"), false);
    assertEquals("com.example.new", topic(providers, set));
    clock.advance(Duration.ofSeconds(1));
    assertEquals("com.example.new", topic(otherNode, set));

    providers.delete(who(), "main");
    assertEquals(Optional.empty(), providers.open(set.number()));
    clock.advance(Duration.ofSeconds(1));
    assertEquals(Optional.empty(), otherNode.open(set.number()));
    assertProblem(Code.ERR_PROVIDER_NOT_FOUND, () -> providers.delete(who(), "main"));
    assertProblem(Code.ERR_PROVIDER_NOT_FOUND, () -> providers.get(who(), "main"));
  }

  private String topic(Providers node, Provider provider) {
    var shown = node.open(provider.number()).orElseThrow().sender().prepare(toApple());
    return String.valueOf(
        assertInstanceOf(Prepared.Request.class, shown).headers().get("apns-topic"));
  }

  @Test
  void aReplacedSenderAsksForARetry() {
    var set = set(ProviderType.APNS, apple(), false);
    var held = providers.open(set.number()).orElseThrow().sender();
    set(ProviderType.APNS, apple(), false);
    assertInstanceOf(Later.class, held.send(toApple()));
    assertEquals(List.of(), apns.got());
    assertInstanceOf(Accepted.class, sendToApple(providers, set));
  }

  @Test
  void whatIsLeftOutStaysAsItWas() {
    var limited =
        new Providers.Setting(ProviderType.APNS, apple(), Optional.empty(), Optional.of(50), false);
    assertEquals(50, providers.put(who(), "main", limited).perSecond());
    var set = set(ProviderType.APNS, JsonObject.of("environment", "sandbox"), false);
    assertEquals(50, set.perSecond());
    assertEquals("KEY1234567", set.summary().string("keyId").orElseThrow());
    assertInstanceOf(Accepted.class, sendToApple(providers, set));
    var free =
        new Providers.Setting(
            ProviderType.APNS, JsonObject.EMPTY, Optional.empty(), Optional.of(0), false);
    assertEquals(null, providers.put(who(), "main", free).perSecond());
  }

  @Test
  void theTypeCannotChange() {
    set(ProviderType.APNS, apple(), false);
    refused(Code.ERR_BAD_REQUEST, () -> set(ProviderType.FCM, google(), false));
    assertEquals(ProviderType.APNS, providers.get(who(), "main").type());
  }

  @Test
  void formerVapidKeysAreKeptForThoseWhoSubscribedWithThem() {
    var generate = JsonObject.of("subject", "mailto:ops@example.com", "generate", true);
    var first = set(ProviderType.WEB_PUSH, generate).publicKey().orElseThrow();
    var set = set(ProviderType.WEB_PUSH, generate);
    assertNotEquals(first, set.publicKey().orElseThrow());
    assertEquals(List.of(first), set.summary().fields().get("formerPublicKeys"));
    assertEquals(
        set.publicKey(),
        set(ProviderType.WEB_PUSH, JsonObject.of("subject", "https://example.com")).publicKey());
    try (var service = new FakeWebPush(first);
        var inside = webPush(service)) {
      var there = service.subscription("/x");
      var old = new Address.WebPush(there.endpoint(), there.p256dh(), there.auth(), first);
      assertInstanceOf(Accepted.class, send(inside, set, webPush(old)));
      assertInstanceOf(Accepted.class, send(inside, set, webPush(there)));
    }
  }

  private Push webPush(Address address) {
    return new Push(Pushes.ID, address, Pushes.HELLO, clock.instant(), 0);
  }

  private Providers webPush(FakeWebPush service) {
    var guard =
        new EndpointGuard(
            Set.of(), Set.of("localhost:" + service.port()), InetAddress::getAllByName);
    return new Providers(
        providerStore,
        new Seal(() -> key),
        List.of(new WebPushVendor(guard, FakeTls.ONE.client(), clock, Pushes.backoff(clock))),
        clock);
  }

  @Test
  void noMoreThanTenVapidKeysAreKept() {
    var generate = JsonObject.of("subject", "mailto:ops@example.com", "generate", true);
    var keys =
        IntStream.range(0, 12)
            .mapToObj(i -> set(ProviderType.WEB_PUSH, generate).publicKey().orElseThrow())
            .toList();
    assertEquals(
        keys.subList(2, 11).reversed(),
        providers.get(who(), "main").summary().fields().get("formerPublicKeys"));
  }

  @Test
  void nothingOfACredentialIsStoredAsItIs() {
    try (var own = newEngine("sealed")) {
      use(own);
      try (var node = node(key)) {
        node.put(who(), "fcm", setting(ProviderType.FCM, google(), true));
        node.put(who(), "apns", setting(ProviderType.APNS, apple(), true));
        var stored = own.stored();
        assertTrue(stored.contains("com.example.app"));
        assertFalse(stored.contains("PRIVATE KEY"));
        assertFalse(stored.contains("ya29"));
        assertFalse(stored.contains("bearer "));
        assertFalse(stored.contains(P8.lines().skip(1).findFirst().orElseThrow()));
      }
    }
  }

  @Test
  void anotherKeyOpensNothingAndSaysSo() {
    var set = set(ProviderType.APNS, apple(), false);
    try (var stranger = node(EncryptionKey.random())) {
      var denied = assertInstanceOf(Denied.class, sendToApple(stranger, set));
      assertTrue(denied.reason().contains("ROLLCALL_ENCRYPTION_KEY"), denied.reason());
      refused(
          Code.ERR_PROVIDER_CREDENTIALS,
          () -> stranger.put(who(), "main", setting(ProviderType.APNS, JsonObject.EMPTY, false)));
      stranger.put(who(), "main", setting(ProviderType.APNS, apple(), false));
      assertInstanceOf(Accepted.class, sendToApple(stranger, set));
    }
  }

  @Test
  void aRowThatWasPutElsewhereDoesNotOpen() {
    var set = set(ProviderType.APNS, apple(), false);
    var other = providers.put(who(), "other", setting(ProviderType.APNS, apple(), false));
    database.write(
        "moving",
        tx ->
            tx.update(
                """
                UPDATE provider SET credentials = (SELECT credentials FROM provider WHERE no = ?)
                 WHERE no = ?
                """,
                set.number(),
                other.number()));
    var denied = assertInstanceOf(Denied.class, sendToApple(otherNode, other));
    assertTrue(denied.reason().contains("belongs to another row"), denied.reason());
  }

  @Test
  void ofManyWhoSetAProviderAtOnceEachIsAnswered() {
    var generate = JsonObject.of("subject", "mailto:ops@example.com", "generate", true);
    var set = AtOnce.run(4, i -> () -> set(ProviderType.WEB_PUSH, generate));
    assertEquals(4, set.stream().map(Provider::version).distinct().count());
    assertEquals(4L, providers.get(who(), "main").version());
  }
}

package dev.rollcall.provider.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eatthepath.pushy.apns.auth.ApnsVerificationKey;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.ValidatingPushNotificationHandlerFactory;
import dev.rollcall.account.MovableClock;
import dev.rollcall.fake.FakeApns;
import dev.rollcall.fake.FakeService.Answer;
import dev.rollcall.fake.FakeService.Got;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.Relay;
import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Accepted;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Gone;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Outcome.Suspect;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Pushes;
import dev.rollcall.provider.sender.Scopes;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Secret;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenValue;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What APNs gets, and what is made of its answers.
final class ApnsSenderTest {
  private static final String TOKEN = "00ff".repeat(16);
  private static final String TEAM = "TEAM123456";
  private static final String KEY_ID = "KEY1234567";

  private final MovableClock clock = Pushes.clock();
  private final KeyPair keys = keyPair();
  private final FakeApns apns = new FakeApns();
  private ApnsSender sender;

  @BeforeEach
  void open() throws CredentialException {
    sender = sender(key("com.example.app"), apns.port());
  }

  @AfterEach
  void close() {
    sender.close();
    apns.close();
  }

  private static KeyPair keyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private ApnsCredentials key(String bundleId) throws CredentialException {
    return ApnsCredentials.key(bundleId, TEAM, KEY_ID, new Secret(p8()));
  }

  private String p8() {
    var base64 = Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded());
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted("PRIVATE KEY", base64);
  }

  private ApnsSender sender(ApnsCredentials credentials, int port) {
    return new ApnsSender(credentials, endpoint(port), clock, Pushes.backoff(clock));
  }

  private static ApnsEndpoint endpoint(int port) {
    return new ApnsEndpoint(
        "localhost", port, "localhost", port, List.of(FakeTls.ONE.certificate()));
  }

  private Outcome send(Message message) {
    var channel = message.kind() == Kind.VOIP ? Channel.APNS_VOIP : Channel.APNS;
    return sender.send(Pushes.toApns(channel, TOKEN, message));
  }

  private Outcome answered(Answer answer) {
    apns.setAnswer(TOKEN, answer);
    return send(Pushes.HELLO);
  }

  private Got last() {
    return apns.got().getLast();
  }

  private static JsonObject json(String text) {
    return JsonObject.parse(text).orElseThrow();
  }

  private String collapsed(String id) {
    send(Message.of(Kind.ALERT).title("Hello").collapseId(id).build());
    return last().headers().get("apns-collapse-id");
  }

  @Test
  void collapseIdsBeyondAsciiStayApart() {
    assertEquals("room 7 ~", collapsed("room 7 ~"));
    assertNotEquals(collapsed("чат-Анна"), collapsed("чат-Инна"));
    assertEquals(collapsed("чат-Анна"), collapsed("чат-Анна"));
  }

  @Test
  void aCollapseIdThatAHeaderCannotCarryIsHashed() {
    for (var id : List.of(" ", " room", "room ")) {
      assertTrue(collapsed(id).matches("[A-Za-z0-9_-]{32}"), collapsed(id));
    }
  }

  @Test
  void anAlertArrivesWithEverythingAppleWants() {
    var message =
        Message.of(Kind.ALERT)
            .title("Hello")
            .body("it's me")
            .data(Map.of("room", "7"))
            .collapseId("room 7")
            .ttl(Duration.ofHours(1))
            .badge(3)
            .sound("ping")
            .build();
    assertEquals(new Accepted(Pushes.ID.toString()), send(message));
    assertEquals("POST", last().method());
    assertEquals("/3/device/" + TOKEN, last().path());
    assertEquals("2.0", last().protocol());
    var headers = last().headers();
    assertEquals(Pushes.ID.toString(), headers.get("apns-id"));
    assertEquals("com.example.app", headers.get("apns-topic"));
    assertEquals("alert", headers.get("apns-push-type"));
    assertEquals("10", headers.get("apns-priority"));
    assertEquals("room 7", headers.get("apns-collapse-id"));
    assertEquals(
        Long.toString(Pushes.NOW.plus(Duration.ofHours(1)).getEpochSecond()),
        headers.get("apns-expiration"));
    assertEquals(
        json(
            """
            {"aps":{"alert":{"title":"Hello","body":"it's me"},"badge":3,"sound":"ping"},
             "room":"7","rollcall_id":"%s"}
            """
                .formatted(Pushes.ID)),
        json(last().text()));
  }

  @Test
  void aCallGoesToTheVoipTopicWithTheVoipType() {
    send(Message.of(Kind.VOIP).title("Bob calls").build());
    assertEquals("com.example.app.voip", last().headers().get("apns-topic"));
    assertEquals("voip", last().headers().get("apns-push-type"));
    assertEquals("10", last().headers().get("apns-priority"));
  }

  @Test
  void theVoipTopicIsNeverDoubled() throws CredentialException {
    for (var bundle : List.of("com.example.app.voip", " com.example.app.voip.voip ")) {
      try (var other = sender(key(bundle), apns.port())) {
        var call = Message.of(Kind.VOIP).build();
        other.send(Pushes.toApns(Channel.APNS_VOIP, TOKEN, call));
        assertEquals("com.example.app.voip", last().headers().get("apns-topic"), bundle);
        other.send(Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO));
        assertEquals("com.example.app", last().headers().get("apns-topic"), bundle);
      }
    }
  }

  @Test
  void aBackgroundMessageIsContentAvailableAndMayWait() {
    var urgent = Message.of(Kind.BACKGROUND).priority(Message.Priority.HIGH).build();
    send(urgent);
    assertEquals("background", last().headers().get("apns-push-type"));
    assertEquals("5", last().headers().get("apns-priority"));
    assertEquals(json("{\"content-available\":1}"), json(last().text()).object("aps"));
  }

  @Test
  void nowOrNeverIsSaidAsNoTimeAtAll() {
    send(Message.of(Kind.ALERT).title("Hello").ttl(Duration.ZERO).build());
    assertEquals("0", last().headers().get("apns-expiration"));
  }

  @Test
  void aCallToAnAlertTokenIsRefusedWithoutAskingAndTheOtherWayRound() {
    var call = Message.of(Kind.VOIP).build();
    assertInstanceOf(Refused.class, sender.send(Pushes.toApns(Channel.APNS, TOKEN, call)));
    assertInstanceOf(Refused.class, sender.prepare(Pushes.toApns(Channel.APNS, TOKEN, call)));
    assertInstanceOf(
        Refused.class, sender.send(Pushes.toApns(Channel.APNS_VOIP, TOKEN, Pushes.HELLO)));
    assertEquals(List.of(), apns.got());
  }

  @Test
  void aDryRunShowsWhatIsThenSentButNoCredentials() {
    var push = Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO);
    var shown = assertInstanceOf(Prepared.Request.class, sender.prepare(push));
    assertEquals(List.of(), apns.got());
    sender.send(push);
    assertEquals(shown.method(), last().method());
    assertEquals(shown.uri().getPath(), last().path());
    assertEquals(shown.body(), last().text());
    shown.headers().forEach((name, value) -> assertEquals(value, last().headers().get(name)));
    assertFalse(shown.headers().containsKey("authorization"));
  }

  @Test
  void everyDocumentedReasonIsReadAsTheTableSays() {
    var since = Pushes.NOW.minusSeconds(3600);
    for (var code : ApnsCode.values()) {
      var outcome = answered(FakeApns.error(code.status(), code.reason(), since));
      var reason = code.status() + " " + code.reason();
      var expected =
          switch (code) {
            case BAD_DEVICE_TOKEN, DEVICE_TOKEN_NOT_FOR_TOPIC -> new Suspect(reason);
            case EXPIRED_TOKEN, UNREGISTERED -> new Gone(since, reason);
            case BAD_TOPIC, MISSING_TOPIC, TOPIC_DISALLOWED ->
                new Denied(PauseScope.DELIVERY, reason);
            case BAD_CERTIFICATE_ENVIRONMENT,
                BAD_ENVIRONMENT_KEY_ID_IN_TOKEN,
                BAD_ENVIRONMENT_KEY_IN_TOKEN ->
                new Denied(PauseScope.ENVIRONMENT, reason);
            case BAD_CERTIFICATE, FORBIDDEN, INVALID_PROVIDER_TOKEN, MISSING_PROVIDER_TOKEN ->
                new Denied(reason);
            case EXPIRED_PROVIDER_TOKEN ->
                new Denied(
                    reason
                        + "; the provider token was issued just now, so check this machine's"
                        + " clock");
            case BAD_COLLAPSE_ID,
                BAD_EXPIRATION_DATE,
                BAD_MESSAGE_ID,
                BAD_PRIORITY,
                DUPLICATE_HEADERS,
                INVALID_PUSH_TYPE,
                MISSING_DEVICE_TOKEN,
                PAYLOAD_EMPTY,
                BAD_PATH,
                METHOD_NOT_ALLOWED,
                PAYLOAD_TOO_LARGE ->
                new Refused(reason);
            case TOO_MANY_PROVIDER_TOKEN_UPDATES ->
                new Later(Duration.ofSeconds(60), PauseScope.PROVIDER, reason);
            case TOO_MANY_REQUESTS ->
                new Later(Duration.ofSeconds(60), PauseScope.DELIVERY, reason);
            case IDLE_TIMEOUT, SHUTDOWN, UNRELATED_KEY_ID_IN_TOKEN ->
                new Later(Duration.ofSeconds(10), PauseScope.DELIVERY, reason);
            case INTERNAL_SERVER_ERROR, SERVICE_UNAVAILABLE ->
                new Later(Duration.ofSeconds(10), PauseScope.IF_MOST_FAIL, reason);
          };
      assertEquals(expected, outcome, code.reason());
    }
  }

  @Test
  void everyDocumentedReasonIsExplained() throws Exception {
    var document = Files.readString(Path.of("../docs/delivery.md"));
    for (var code : ApnsCode.values()) {
      var outcome = answered(FakeApns.error(code.status(), code.reason(), null));
      var row =
          "\n| `%s` | %d | %s | %s | "
              .formatted(
                  code.reason(),
                  code.status(),
                  code.verdict().documentedName(),
                  Scopes.about(code.verdict(), outcome, "environment"));
      assertTrue(document.contains(row), row);
    }
  }

  @Test
  void aReasonThatNobodyKnowsIsReadByItsStatus() {
    assertEquals(new Refused("400 NewThing"), answered(FakeApns.error(400, "NewThing", null)));
    assertEquals(new Denied("403 NewThing"), answered(FakeApns.error(403, "NewThing", null)));
    assertEquals(new Gone(null, "410 NewThing"), answered(FakeApns.error(410, "NewThing", null)));
    assertInstanceOf(Later.class, answered(FakeApns.error(529, "NewThing", null)));
  }

  @Test
  void aConnectionThatAppleClosesIsReplacedAtOnceByANewOne() {
    for (var closing :
        List.of(
            FakeApns.error(503, "Shutdown", null),
            FakeApns.error(400, "IdleTimeout", null),
            FakeApns.error(403, "UnrelatedKeyIdInToken", null))) {
      send(Pushes.HELLO);
      var before = apns.got().size();
      apns.tellOnce(TOKEN, closing);
      assertInstanceOf(Accepted.class, send(Pushes.HELLO));
      assertEquals(before + 2, apns.got().size());
      assertNotEquals(apns.got().get(before).port(), last().port());
    }
  }

  @Test
  void aCallAfterAFailureIsRetriedWithinASecond() {
    apns.setAnswer(TOKEN, FakeApns.error(500, "InternalServerError", null));
    assertEquals(
        new Later(
            Duration.ofMillis(500),
            PauseScope.IF_MOST_FAIL,
            Duration.ofSeconds(10),
            "500 InternalServerError"),
        send(Message.of(Kind.VOIP).title("Bob calls").build()));
  }

  @Test
  @Timeout(20)
  void aCallIsNotWaitedForAsLongAsOtherMessages() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var sender = sender(key("com.example.app"), silent.getLocalPort())) {
      var call = Message.of(Kind.VOIP).title("Bob calls").build();
      assertEquals(
          new Later(
              Duration.ofMillis(500),
              PauseScope.DELIVERY,
              Duration.ofSeconds(10),
              "rollcall: APNs does not answer (TimeoutException)"),
          sender.send(Pushes.toApns(Channel.APNS_VOIP, TOKEN, call)));
    }
  }

  @Test
  void aPushWhoseConnectionEndsBeforeTheAnswerIsSentOnceMoreAtOnce() throws Exception {
    try (var relay = new Relay(apns.port());
        var sender = sender(key("com.example.app"), relay.port())) {
      apns.beforeAnswerTo(TOKEN, relay::cut);
      assertInstanceOf(
          Accepted.class, sender.send(Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO)));
      assertEquals(2, apns.to(TOKEN).size());
    }
  }

  @Test
  void eachEnvironmentIsReachedAtItsOwnPlace() throws CredentialException {
    try (var sandbox = new FakeApns()) {
      // Both doubles are on this machine, so a second sender stands for the other place.
      try (var there = sender(key("com.example.app"), sandbox.port())) {
        var push =
            Pushes.to(
                new Address.Apns(new TokenValue(Channel.APNS, TOKEN), ApnsEnvironment.SANDBOX),
                Pushes.HELLO);
        assertInstanceOf(Accepted.class, there.send(push));
      }
      assertEquals(1, sandbox.got().size());
    }
    var shown = shownUri(ApnsEnvironment.SANDBOX);
    assertEquals("api.sandbox.push.apple.com", shown);
    assertEquals("api.push.apple.com", shownUri(ApnsEnvironment.PRODUCTION));
  }

  private String shownUri(ApnsEnvironment environment) throws CredentialException {
    try (var real =
        new ApnsSender(key("com.example.app"), ApnsEndpoint.APPLE, clock, Pushes.backoff(clock))) {
      var push =
          Pushes.to(
              new Address.Apns(new TokenValue(Channel.APNS, TOKEN), environment), Pushes.HELLO);
      return ((Prepared.Request) real.prepare(push)).uri().getHost();
    }
  }

  @Test
  void manySendsShareOneProviderToken() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Outcome> one = () -> send(Pushes.HELLO);
      for (var outcome : threads.invokeAll(Stream.generate(() -> one).limit(500).toList())) {
        assertInstanceOf(Accepted.class, outcome.get());
      }
    }
    assertEquals(500, apns.got().size());
    assertEquals(1, apns.accessTokens().size());
  }

  @Test
  void bothEnvironmentsShareOneProviderToken() {
    send(Pushes.HELLO);
    sender.send(
        Pushes.to(
            new Address.Apns(new TokenValue(Channel.APNS, TOKEN), ApnsEnvironment.SANDBOX),
            Pushes.HELLO));
    assertEquals(2, apns.got().size());
    assertEquals(1, apns.accessTokens().size());
  }

  @Test
  void aProviderTokenIsRenewedBeforeItsHourIsOver() {
    send(Pushes.HELLO);
    clock.advance(Duration.ofMinutes(49));
    send(Pushes.HELLO);
    assertEquals(1, apns.accessTokens().size());
    clock.advance(Duration.ofMinutes(1));
    send(Pushes.HELLO);
    assertEquals(2, apns.accessTokens().size());
  }

  @Test
  void anExpiredProviderTokenIsReplacedOnceAndThePushTriedOnceMore() {
    send(Pushes.HELLO);
    clock.advance(Duration.ofMinutes(20));
    apns.expireTokens();
    assertEquals(new Accepted(Pushes.ID.toString()), send(Pushes.HELLO));
    assertEquals(2, apns.accessTokens().size());
    assertEquals(3, apns.got().size());
  }

  @Test
  void aNewProviderTokenThatIsCalledExpiredIsNotReplacedTimeAndAgain() {
    apns.callEveryTokenExpired();
    for (var i = 0; i < 5; i++) {
      var denied = assertInstanceOf(Denied.class, send(Pushes.HELLO));
      assertTrue(denied.reason().contains("clock"), denied.reason());
    }
    assertEquals(1, apns.accessTokens().size());
  }

  @Test
  void pushysOwnDoubleTakesTheSignatureTheTopicAndTheToken() throws Exception {
    var key = new ApnsVerificationKey(KEY_ID, TEAM, (ECPublicKey) keys.getPublic());
    var topics = Set.of("com.example.app", "com.example.app.voip");
    var apples =
        new MockApnsServerBuilder()
            .setServerCredentials(
                new X509Certificate[] {FakeTls.ONE.certificate()}, FakeTls.ONE.key(), null)
            .setHandlerFactory(
                new ValidatingPushNotificationHandlerFactory(
                    Map.of("com.example.app", Set.of(TOKEN), "com.example.app.voip", Set.of(TOKEN)),
                    Map.of(TOKEN.replace('f', 'e'), Pushes.NOW),
                    Map.of(KEY_ID, key),
                    Map.of(key, topics)))
            .build();
    var port = apples.start(0).get();
    try (var checked = sender(key("com.example.app"), port)) {
      assertInstanceOf(
          Accepted.class, checked.send(Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO)));
      assertInstanceOf(
          Accepted.class,
          checked.send(Pushes.toApns(Channel.APNS_VOIP, TOKEN, Message.of(Kind.VOIP).build())));
      assertEquals(
          new Suspect("400 DeviceTokenNotForTopic"),
          checked.send(Pushes.toApns(Channel.APNS, "abcd".repeat(16), Pushes.HELLO)));
    } finally {
      apples.shutdown().get();
    }
  }

  @Test
  @Timeout(30)
  void anAttemptIsOverInTimeWhereverItWaits() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var hasty = hasty(silent.getLocalPort(), UnaryOperator.identity())) {
      assertEquals(
          new Later(
              Duration.ofSeconds(10),
              PauseScope.DELIVERY,
              "rollcall: APNs does not answer (TimeoutException)"),
          hasty.send(Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO)));
    }
    try (var hasty = hasty(apns.port(), own -> refused -> never())) {
      assertEquals(
          new Later(
              Duration.ofSeconds(5), PauseScope.DELIVERY, "rollcall: no access token in time"),
          hasty.send(Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO)));
    }
  }

  private ApnsSender hasty(int port, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException {
    return new ApnsSender(
        key("com.example.app"),
        endpoint(port),
        Duration.ofMillis(200),
        clock,
        Pushes.backoff(clock),
        shared);
  }

  private static AccessToken never() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException("nobody counts down");
  }

  @Test
  @Timeout(60)
  void whatFoundNoConnectionIsNotSentOnceThereIsOne() throws Exception {
    // Takes connections, and says nothing in the handshake.
    var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var old = "01".repeat(32);
    try (silent;
        var hasty = hasty(silent.getLocalPort(), UnaryOperator.identity())) {
      // The first is forgotten together with the connection that was made for it; what comes after
      // it waits for the next one.
      for (int i = 0; i < 3; i++) {
        assertInstanceOf(Later.class, hasty.send(Pushes.toApns(Channel.APNS, old, Pushes.HELLO)));
      }
      silent.close();
      try (var back = new FakeApns(silent.getLocalPort())) {
        Outcome outcome;
        do {
          outcome = hasty.send(Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO));
        } while (outcome instanceof Later);
        assertInstanceOf(Accepted.class, outcome);
        assertEquals(List.of(), back.to(old));
      }
    }
  }

  @Test
  void nobodyThereIsNoNewsOfTheToken() throws CredentialException {
    try (var lost = sender(key("com.example.app"), 1)) {
      assertEquals(
          new Later(
              Duration.ofSeconds(10),
              PauseScope.DELIVERY,
              "rollcall: APNs does not answer (ConnectException)"),
          lost.send(Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO)));
    }
  }

  @Test
  void aPayloadThatIsTooLargeIsRefusedWithTheSizes() {
    var frame =
        "{\"aps\":{},\"k\":\"\",\"rollcall_id\":\"\"}".length() + Pushes.ID.toString().length() - 1;
    assertTrue(sender.refusal(Pushes.ofSize(Kind.VOIP, 5120 - frame)).isEmpty());
    assertEquals(
        new Refused("rollcall: the payload for APNs has 5121 bytes, but the limit is 5120"),
        send(Pushes.ofSize(Kind.VOIP, 5121 - frame)));
    assertTrue(sender.refusal(Pushes.ofSize(Kind.ALERT, 4096 - frame)).isEmpty());
    assertEquals(
        new Refused("rollcall: the payload for APNs has 4097 bytes, but the limit is 4096"),
        send(Pushes.ofSize(Kind.ALERT, 4097 - frame)));
    assertEquals(List.of(), apns.got());
  }

  @Test
  void aCertificateWorksInPlaceOfAKeyUntilItEnds() throws Exception {
    var certificate = ApnsCredentials.certificate("com.example.app", p12(), new Secret("secret"));
    try (var certified = sender(certificate, apns.port())) {
      var push = Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO);
      assertInstanceOf(Accepted.class, certified.send(push));
      assertFalse(last().headers().containsKey("authorization"));
      clock.advance(Duration.ofDays(91));
      var later = new Push(push.id(), push.address(), push.message(), clock.instant(), 0);
      var denied = assertInstanceOf(Denied.class, certified.send(later));
      assertTrue(denied.reason().contains("certificate expired"), denied.reason());
    }
  }

  private static byte[] p12() throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "push",
        FakeTls.ONE.key(),
        "secret".toCharArray(),
        new Certificate[] {FakeTls.ONE.certificate()});
    var out = new ByteArrayOutputStream();
    store.store(out, "secret".toCharArray());
    return out.toByteArray();
  }

  @Test
  void credentialsAreCheckedWhenTheyAreSet() throws Exception {
    refuse(() -> ApnsCredentials.key("com.example.app", "short", KEY_ID, new Secret(p8())));
    refuse(() -> ApnsCredentials.key("com.example.app", TEAM, "", new Secret(p8())));
    refuse(() -> ApnsCredentials.key("no bundle!", TEAM, KEY_ID, new Secret(p8())));
    refuse(() -> ApnsCredentials.key("com.example.app", TEAM, KEY_ID, new Secret("nonsense")));
    var p12 = p12();
    refuse(() -> ApnsCredentials.certificate("com.example.app", p12, new Secret("wrong")));
    refuse(() -> ApnsCredentials.certificate("com.example.app", new byte[3], new Secret("")));
  }

  private static void refuse(Callable<ApnsCredentials> reading) {
    var refusal = assertThrows(CredentialException.class, reading::call);
    assertFalse(String.valueOf(refusal.getMessage()).contains("nonsense"));
  }

  @Test
  void credentialsDoNotPrintThemselves() throws CredentialException {
    assertEquals("[APNs key for com.example.app]", key("com.example.app").toString());
  }
}

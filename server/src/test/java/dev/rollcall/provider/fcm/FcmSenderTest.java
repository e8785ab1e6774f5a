package dev.rollcall.provider.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.MovableClock;
import dev.rollcall.fake.FakeFcm;
import dev.rollcall.fake.FakeService.Answer;
import dev.rollcall.fake.FakeService.Got;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenIssuer;
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
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What FCM gets, and what is made of its answers.
final class FcmSenderTest {
  private static final String TOKEN = "bk3RNwTe3H0:CI2k_HHwgIpoDKCIZvvDMExUdFQ3P1";
  private static final String INSTALLATION = "dXvbVq7bT3yQW1cWZ0aKfT";

  private final MovableClock clock = Pushes.clock();
  private final FakeFcm fcm = new FakeFcm();
  private FcmSender sender;

  @BeforeEach
  void open() throws CredentialException {
    sender = sender(endpoint());
  }

  private FcmSender sender(FcmEndpoint endpoint) throws CredentialException {
    var credentials = FcmCredentials.read(new Secret(fcm.serviceAccount()), endpoint());
    return new FcmSender(credentials, endpoint, clock, Pushes.backoff(clock));
  }

  private FcmEndpoint endpoint() {
    return new FcmEndpoint(fcm.address(), fcm.tokenAddress(), FakeTls.ONE.client());
  }

  @AfterEach
  void close() {
    sender.close();
    fcm.close();
  }

  private Outcome send(Message message) {
    return sender.send(Pushes.toFcm(TOKEN, message));
  }

  private Outcome answered(Answer answer) {
    fcm.setAnswer(TOKEN, answer);
    return send(Pushes.HELLO);
  }

  private JsonObject sent() {
    return JsonObject.parse(fcm.sent().getLast().text()).orElseThrow().object("message");
  }

  @Test
  void anAlertArrivesOverHttp2WithWhatEachPlatformNeeds() {
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
    assertEquals(new Accepted("projects/roll-1/messages/1"), send(message));
    assertEquals("2.0", fcm.sent().getLast().protocol());
    var expires = Pushes.NOW.plus(Duration.ofHours(1)).getEpochSecond();
    assertEquals(
        JsonObject.parse(
                """
                {"token":"%s",
                 "notification":{"title":"Hello","body":"it's me"},
                 "data":{"room":"7","rollcall_id":"%s"},
                 "android":{"priority":"HIGH","ttl":"3600s","collapse_key":"room 7",
                   "notification":{"sound":"ping","notification_count":3}},
                 "apns":{"headers":{"apns-id":"%s","apns-push-type":"alert","apns-priority":"10",
                     "apns-expiration":"%d","apns-collapse-id":"room 7"},
                   "payload":{"aps":{"badge":3,"sound":"ping"}}},
                 "webpush":{"headers":{"TTL":"3600","Urgency":"high","Topic":"%s"}}}
                """
                    .formatted(TOKEN, Pushes.ID, Pushes.ID, expires, message.topic()))
            .orElseThrow(),
        sent());
  }

  @Test
  void aFirebaseInstallationIdIsAddressedAsOne() {
    sender.send(Pushes.toFcm(INSTALLATION, Pushes.HELLO));
    assertEquals(INSTALLATION, sent().string("fid").orElseThrow());
    assertTrue(sent().string("token").isEmpty());
  }

  @Test
  void aCallIsDataForAndroidAndAnAlertWhereOnlyTheSystemCanShow() {
    send(Message.of(Kind.VOIP).title("Bob calls").build());
    assertTrue(sent().object("notification").isEmpty());
    assertEquals("Bob calls", sent().object("data").string("title").orElseThrow());
    assertTrue(sent().object("android").object("notification").isEmpty());
    var alert = sent().object("apns").object("payload").object("aps").object("alert");
    assertEquals("Bob calls", alert.string("title").orElseThrow());
  }

  @Test
  void aBackgroundMessageShowsNothingAndMayWait() {
    send(Message.of(Kind.BACKGROUND).data(Map.of("sync", "1")).build());
    assertTrue(sent().object("notification").isEmpty());
    assertEquals("NORMAL", sent().object("android").string("priority").orElseThrow());
    var headers = sent().object("apns").object("headers");
    assertEquals("background", headers.string("apns-push-type").orElseThrow());
    assertEquals("5", headers.string("apns-priority").orElseThrow());
  }

  @Test
  void anOverrideWinsButCannotSendElsewhere() {
    var override =
        JsonObject.parse(
            "{\"topic\":\"all\",\"token\":\"x\",\"android\":{\"priority\":\"NORMAL\"}}");
    send(
        Message.of(Kind.ALERT)
            .title("Hello")
            .overrides(Map.of("fcm", override.orElseThrow()))
            .build());
    assertEquals("NORMAL", sent().object("android").string("priority").orElseThrow());
    assertEquals(TOKEN, sent().string("token").orElseThrow());
    assertTrue(sent().string("topic").isEmpty());
  }

  @Test
  void theTimeToLiveRunsFromWhenTheMessageWasTaken() {
    var message = Message.of(Kind.ALERT).title("Hello").ttl(Duration.ofMinutes(10)).build();
    clock.advance(Duration.ofMinutes(4));
    send(message);
    assertEquals("360s", sent().object("android").string("ttl").orElseThrow());
    clock.advance(Duration.ofMinutes(6));
    assertEquals(new Refused("rollcall: its time to live has passed"), send(message));
  }

  @Test
  void aDryRunShowsWhatIsThenSentButNoCredentials() {
    var push = Pushes.toFcm(TOKEN, Pushes.HELLO);
    var shown = assertInstanceOf(Prepared.Request.class, sender.prepare(push));
    assertEquals(0, fcm.minted());
    sender.send(push);
    var got = fcm.sent().getLast();
    assertEquals(shown.method(), got.method());
    assertEquals(shown.uri().getPath(), got.path());
    assertEquals(shown.body(), got.text());
    shown.headers().forEach((name, value) -> assertEquals(value, got.headers().get(name), name));
    assertFalse(shown.headers().containsKey("authorization"));
    assertFalse(shown.toString().contains(TOKEN.substring(0, 9)));
  }

  @Test
  void everyDocumentedCodeIsReadAsTheTableSays() {
    for (var code : FcmCode.values()) {
      var outcome = answered(FakeFcm.error(code.status(), code.name()));
      var reason = code.status() + " " + code.name();
      var expected =
          switch (code) {
            case UNREGISTERED -> new Gone(null, reason);
            case INVALID_ARGUMENT, SENDER_ID_MISMATCH -> new Suspect(reason);
            case THIRD_PARTY_AUTH_ERROR -> new Denied(PauseScope.DELIVERY, reason);
            case QUOTA_EXCEEDED ->
                new Later(Duration.ofSeconds(60), PauseScope.IF_MOST_FAIL, reason);
            case UNSPECIFIED_ERROR, UNAVAILABLE, INTERNAL ->
                new Later(Duration.ofSeconds(10), PauseScope.IF_MOST_FAIL, reason);
          };
      assertEquals(expected, outcome, code.name());
    }
  }

  @Test
  void everyDocumentedCodeIsExplained() throws Exception {
    var document = Files.readString(Path.of("../docs/delivery.md"));
    for (var code : FcmCode.values()) {
      var outcome = answered(FakeFcm.error(code.status(), code.name()));
      var row =
          "\n| `%s` | %d | %s | %s | "
              .formatted(
                  code.name(),
                  code.status(),
                  code.verdict().documentedName(),
                  Scopes.about(code.verdict(), outcome, "project"));
      assertTrue(document.contains(row), row);
    }
  }

  private static final String FCM_ERROR =
      "{'@type':'type.googleapis.com/google.firebase.fcm.v1.FcmError',"
          + "'errorCode':'INVALID_ARGUMENT'}";
  private static final String BAD_DEVICE_TOKEN = apnsError("BadDeviceToken");

  private static String apnsError(String reason) {
    return "{'@type':'type.googleapis.com/google.firebase.fcm.v1.ApnsError','statusCode':400,"
        + "'reason':'%s'}".formatted(reason);
  }

  private static String badRequest(String... fields) {
    var violations =
        Stream.of(fields)
            .map(field -> "{'field':'%s','description':'x'}".formatted(field))
            .collect(Collectors.joining(","));
    return "{'@type':'type.googleapis.com/google.rpc.BadRequest','fieldViolations':[%s]}"
        .formatted(violations);
  }

  private Outcome invalidArgument(String... details) {
    var body =
        "{'error':{'code':400,'status':'INVALID_ARGUMENT','details':[%s]}}"
            .formatted(String.join(",", details));
    return answered(Answer.json(400, body.replace('\'', '"')));
  }

  @Test
  void aTokenThatIsTheOnlyBlamedFieldIsSuspect() {
    var suspect = new Suspect("400 INVALID_ARGUMENT");
    assertEquals(suspect, invalidArgument(FCM_ERROR, badRequest("message.token")));
    assertEquals(suspect, invalidArgument(badRequest("message.token"), FCM_ERROR));
    assertEquals(suspect, invalidArgument(badRequest("message.token")));
    assertEquals(suspect, invalidArgument(FCM_ERROR, badRequest("message.fid")));
    assertEquals(suspect, invalidArgument(FCM_ERROR));
    var withApple = new Suspect("400 INVALID_ARGUMENT; APNs: BadDeviceToken");
    assertEquals(
        withApple, invalidArgument(FCM_ERROR, BAD_DEVICE_TOKEN, badRequest("message.token")));
    assertEquals(withApple, invalidArgument(FCM_ERROR, BAD_DEVICE_TOKEN));
  }

  @Test
  void anyOtherBlamedFieldIsTheMessagesFault() {
    var refused = new Refused("400 INVALID_ARGUMENT");
    assertEquals(refused, invalidArgument(badRequest("message.data[0].value"), FCM_ERROR));
    assertEquals(refused, invalidArgument(FCM_ERROR, badRequest("message")));
    assertEquals(refused, invalidArgument(FCM_ERROR, badRequest("message.token", "message.data")));
    assertEquals(refused, invalidArgument(FCM_ERROR, badRequest("message.token.x")));
    assertEquals(refused, invalidArgument());
    assertEquals(
        new Refused("400 INVALID_ARGUMENT; APNs: PayloadTooLarge"),
        invalidArgument(FCM_ERROR, apnsError("PayloadTooLarge")));
  }

  @Test
  void wordsDecideNothing() {
    var talk = "{\"error\":{\"message\":\"UNREGISTERED NotRegistered\",\"status\":\"NOT_FOUND\"}}";
    assertEquals(new Denied("404 NOT_FOUND"), answered(Answer.json(404, talk)));
    assertEquals(
        new Denied("403 PERMISSION_DENIED"),
        answered(Answer.json(403, "{\"error\":{\"status\":\"PERMISSION_DENIED\"}}")));
  }

  @Test
  void aPageThatIsNotJsonIsAFailureOfTheServerInFrontOfFcm() {
    for (var status : List.of(200, 403, 404, 500, 502)) {
      var page = new Answer(status, Map.of("content-type", "text/html"), "<html>UNREGISTERED");
      var reason = status + "; the answer is not JSON";
      assertEquals(
          new Later(Duration.ofSeconds(10), PauseScope.IF_MOST_FAIL, reason),
          answered(page),
          reason);
    }
    assertEquals(
        new Refused("400; the answer is not JSON"),
        answered(Answer.json(400, "<html>UNREGISTERED</html>")));
    assertEquals(
        new Later(Duration.ofSeconds(60), PauseScope.IF_MOST_FAIL, "429; the answer is not JSON"),
        answered(Answer.of(429)));
  }

  @Test
  void anAnswerThatDoesNotNameTheMessageIsNotAnAcceptance() {
    assertEquals(
        new Later(
            Duration.ofSeconds(10),
            PauseScope.IF_MOST_FAIL,
            "200; the answer does not name a message"),
        answered(Answer.json(200, "{\"ok\":true}")));
  }

  private static Answer quota(String... details) {
    var body =
        "{'error':{'code':429,'status':'RESOURCE_EXHAUSTED','details':[%s]}}"
            .formatted(String.join(",", details));
    return Answer.json(429, body.replace('\'', '"')).with("retry-after", "120");
  }

  private static String quotaFailure(String subject) {
    return "{'@type':'type.googleapis.com/google.rpc.QuotaFailure','violations':["
        + "{'subject':'%s','description':'x'}]}".formatted(subject);
  }

  private static String errorInfo(String reason, String limit) {
    return "{'@type':'type.googleapis.com/google.rpc.ErrorInfo','reason':'%s',".formatted(reason)
        + "'domain':'googleapis.com','metadata':{'quota_limit':'%s'}}".formatted(limit);
  }

  @Test
  void aQuotaIsThatOfTheTokenUnlessTheAnswerNamesTheProject() {
    var code = FCM_ERROR.replace("INVALID_ARGUMENT", "QUOTA_EXCEEDED");
    for (var details :
        List.of(
            new String[] {code},
            new String[] {code, quotaFailure("device:abc")},
            new String[] {quotaFailure("device:project"), code},
            new String[] {errorInfo("RATE_LIMIT_EXCEEDED", "SendsPerMinutePerDevice")},
            new String[] {errorInfo("OTHER", "SendsPerMinutePerProject")},
            new String[] {})) {
      assertEquals(
          PauseScope.IF_MOST_FAIL, ((Later) answered(quota(details))).scope(), details.length + "");
    }
    for (var details :
        List.of(
            new String[] {code, quotaFailure("project:roll-1")},
            new String[] {quotaFailure("projects/123"), code},
            new String[] {code, errorInfo("RATE_LIMIT_EXCEEDED", "SendsPerMinutePerProject")},
            new String[] {errorInfo("RATE_LIMIT_EXCEEDED", "SendsPerMinutePerProject")})) {
      var later = (Later) answered(quota(details));
      assertEquals(PauseScope.PROVIDER, later.scope());
      assertEquals(Duration.ofSeconds(120), later.pauseFor());
    }
  }

  @Test
  void retryAfterIsHeededInSecondsAndAsADate() {
    var quota = FakeFcm.error(429, "QUOTA_EXCEEDED");
    assertEquals(
        new Later(Duration.ofSeconds(7), PauseScope.IF_MOST_FAIL, "429 QUOTA_EXCEEDED"),
        answered(quota.with("retry-after", "7")));
    var date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Pushes.NOW.plusSeconds(90).atOffset(ZoneOffset.UTC));
    assertEquals(
        new Later(Duration.ofSeconds(90), PauseScope.IF_MOST_FAIL, "503 UNAVAILABLE"),
        answered(FakeFcm.error(503, "UNAVAILABLE").with("retry-after", date)));
  }

  @Test
  void aLaterAttemptWaitsLonger() {
    fcm.setAnswer(TOKEN, FakeFcm.error(503, "UNAVAILABLE"));
    var first = Pushes.toFcm(TOKEN, Pushes.HELLO);
    var third = new Push(first.id(), first.address(), first.message(), first.accepted(), 2);
    var later = assertInstanceOf(Later.class, sender.send(third));
    assertEquals(Duration.ofSeconds(40), later.delay());
  }

  @Test
  void manySendsAtOnceOpenFewConnections() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sends = Stream.generate(() -> (Callable<Outcome>) () -> send(Pushes.HELLO)).limit(500);
      for (var outcome : threads.invokeAll(sends.toList())) {
        assertInstanceOf(Accepted.class, outcome.get());
      }
    }
    assertEquals(500, fcm.sent().size());
    assertTrue(fcm.sent().stream().mapToInt(Got::port).distinct().count() <= 20);
  }

  @Test
  void manySendsAtOnceShareOneOauthToken() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Outcome> one = () -> send(Pushes.HELLO);
      for (var outcome : threads.invokeAll(Stream.generate(() -> one).limit(200).toList())) {
        assertInstanceOf(Accepted.class, outcome.get());
      }
    }
    assertEquals(1, fcm.minted());
    assertEquals(200, fcm.sent().size());
  }

  @Test
  void whatGoogleHoldsIsWaitedFor() throws Exception {
    fcm.hold();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sent = threads.submit(() -> send(Pushes.HELLO));
      assertTrue(fcm.await(1));
      assertFalse(sent.isDone());
      fcm.release();
      assertInstanceOf(Accepted.class, sent.get());
    }
  }

  @Test
  @Timeout(30)
  void anAttemptIsOverInTimeWhereverItWaits() throws Exception {
    fcm.hold();
    try (var hasty = hasty(UnaryOperator.identity());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Outcome> one = () -> hasty.send(Pushes.toFcm(TOKEN, Pushes.HELLO));
      // More than there is room for.
      for (var outcome : threads.invokeAll(Stream.generate(() -> one).limit(1500).toList())) {
        assertEquals(PauseScope.DELIVERY, assertInstanceOf(Later.class, outcome.get()).scope());
      }
    }
  }

  @Test
  @Timeout(20)
  void aCallIsNotWaitedForAsLongAsOtherMessages() {
    fcm.hold();
    assertEquals(
        new Later(
            Duration.ofMillis(500),
            PauseScope.DELIVERY,
            Duration.ofSeconds(10),
            "rollcall: FCM does not answer (InterruptedIOException)"),
        send(Message.of(Kind.VOIP).title("Bob calls").build()));
  }

  @Test
  @Timeout(30)
  void anAttemptEndsInTimeWithoutAnAccessToken() throws Exception {
    try (var hasty = hasty(own -> refused -> never())) {
      assertEquals(
          new Later(
              Duration.ofSeconds(5), PauseScope.DELIVERY, "rollcall: no access token in time"),
          hasty.send(Pushes.toFcm(TOKEN, Pushes.HELLO)));
    }
  }

  private FcmSender hasty(UnaryOperator<AccessTokenIssuer> shared) throws CredentialException {
    return new FcmSender(
        FcmCredentials.read(new Secret(fcm.serviceAccount()), endpoint()),
        endpoint(),
        Duration.ofSeconds(1),
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
  void anOauthTokenIsRenewedBeforeItEnds() {
    send(Pushes.HELLO);
    clock.advance(Duration.ofMinutes(56));
    send(Pushes.HELLO);
    assertEquals(2, fcm.minted());
  }

  @Test
  void anOauthTokenThatIsRefusedIsReplacedOnceAndTheSendTriedOnceMore() {
    send(Pushes.HELLO);
    clock.advance(Duration.ofMinutes(2));
    fcm.forgetTokens();
    assertInstanceOf(Accepted.class, send(Pushes.HELLO));
    assertEquals(2, fcm.minted());
    fcm.forgetTokens();
    assertEquals(new Denied("401 UNAUTHENTICATED"), send(Pushes.HELLO));
    assertEquals(2, fcm.minted());
  }

  @Test
  void aRefusedServiceAccountIsDeniedAndAskedForOnlyOnce() {
    fcm.setOauthAnswer(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
    var denied = new Denied("oauth 400 invalid_grant");
    assertEquals(denied, send(Pushes.HELLO));
    assertEquals(denied, send(Pushes.HELLO));
    assertEquals(0, fcm.sent().size());
  }

  @Test
  void aClockThatIsWrongIsNamedAsTheCause() {
    clock.advance(Duration.ofHours(2));
    var date = DateTimeFormatter.RFC_1123_DATE_TIME.format(Pushes.NOW.atOffset(ZoneOffset.UTC));
    fcm.setOauthAnswer(Answer.json(400, "{\"error\":\"invalid_grant\"}").with("date", date));
    assertEquals(
        new Denied(
            "oauth 400 invalid_grant; this machine's clock is 7200 seconds ahead of the"
                + " provider's"),
        send(Pushes.HELLO));
  }

  @Test
  void anOauthServerInTroubleIsWaitedFor() {
    fcm.setOauthAnswer(Answer.of(503).with("retry-after", "30"));
    assertEquals(
        new Later(Duration.ofSeconds(30), PauseScope.IF_MOST_FAIL, "oauth 503"),
        send(Pushes.HELLO));
  }

  @Test
  void nobodyThereIsNoNewsOfTheToken() throws CredentialException {
    send(Pushes.HELLO);
    var nowhere =
        new FcmEndpoint(
            URI.create("https://localhost:1"), fcm.tokenAddress(), FakeTls.ONE.client());
    try (var lost = sender(nowhere)) {
      assertEquals(
          new Later(
              Duration.ofSeconds(10),
              PauseScope.DELIVERY,
              "rollcall: FCM does not answer (ConnectException)"),
          lost.send(Pushes.toFcm(TOKEN, Pushes.HELLO)));
    }
  }

  @Test
  void aPayloadThatIsTooLargeIsRefusedWithTheSizesBeforeAnybodyIsAsked() {
    var rollcallId = "rollcall_id".length() + Pushes.ID.toString().length();
    var fits = Pushes.ofSize(Kind.VOIP, 4096 - rollcallId);
    assertTrue(sender.refusal(fits).isEmpty());
    var one = Pushes.ofSize(Kind.VOIP, 4097 - rollcallId);
    var refused =
        new Refused("rollcall: the payload for FCM has 4097 bytes, but the limit is 4096");
    assertEquals(refused, sender.refusal(one).orElseThrow());
    assertEquals(refused, sender.prepare(Pushes.toFcm(TOKEN, one)));
    assertEquals(refused, send(one));
    assertEquals(0, fcm.minted());
  }

  @Test
  void dataKeysThatFcmKeepsForItselfAreRefused() {
    for (var key : new String[] {"from", "message_type", "google.x", "gcm.notification.y"}) {
      var message = Message.of(Kind.ALERT).data(Map.of(key, "1")).build();
      assertTrue(sender.refusal(message).orElseThrow().reason().contains(key), key);
    }
  }

  @Test
  void anApnsTokenIsNotSentTo() {
    assertInstanceOf(Refused.class, sender.send(Pushes.toApns(Channel.APNS, "00ff", Pushes.HELLO)));
  }

  @Test
  void aServiceAccountIsCheckedWhenItIsSet() {
    refuse("[]", "not a JSON object");
    refuse(fcm.serviceAccount().replace("service_account", "authorized_user"), "service_account");
    refuse(fcm.serviceAccount().replace("roll-1\"", "../x\""), "project_id");
    refuse(fcm.serviceAccount().replace("client_email", "mail"), "client_email");
    refuse(fcm.serviceAccount().replace("BEGIN PRIVATE", "BEGIN NO"), "private_key");
  }

  @Test
  void aServiceAccountCannotHaveUsCallWhereItLikes() {
    refuse(
        fcm.serviceAccount()
            .replace(fcm.tokenAddress().toString(), "http://169.254.169.254/latest/meta-data"),
        "token_uri");
  }

  private void refuse(String json, String says) {
    var refusal =
        assertThrows(
            CredentialException.class, () -> FcmCredentials.read(new Secret(json), endpoint()));
    assertTrue(String.valueOf(refusal.getMessage()).contains(says), refusal.getMessage());
  }
}

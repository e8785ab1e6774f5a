package dev.rollcall.provider.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.MovableClock;
import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.egress.NameLookups;
import dev.rollcall.egress.Targets;
import dev.rollcall.fake.FakeService;
import dev.rollcall.fake.FakeService.Answer;
import dev.rollcall.fake.FakeService.Got;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.FakeWebPush;
import dev.rollcall.fake.RawReceiver;
import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.message.Message.Priority;
import dev.rollcall.provider.sender.Address;
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
import dev.rollcall.provider.sender.Verdict;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Secret;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a push service gets and the browser behind it reads, and what is made of the answers.
final class WebPushSenderTest {
  private static final String PATH = "/wpush/v2/gAAAAA";

  // RFC 8291, appendix A.
  private static final String RFC_8291_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
  private static final String RFC_8291_BROWSER =
      "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
  private static final String RFC_8291_AUTH = "BTBZMqHH6r4Tts7J_aSIgg";
  private static final String RFC_8291_BODY =
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
          + "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxs"
          + "j_Qulcy4a-fN";

  /// Every status that a source of the table names.
  private static final Map<Integer, Verdict> TABLE =
      Map.ofEntries(
          Map.entry(200, Verdict.ACCEPTED),
          Map.entry(201, Verdict.ACCEPTED),
          Map.entry(202, Verdict.ACCEPTED),
          Map.entry(204, Verdict.ACCEPTED),
          Map.entry(301, Verdict.SUSPECT),
          Map.entry(307, Verdict.SUSPECT),
          Map.entry(308, Verdict.SUSPECT),
          Map.entry(400, Verdict.SUSPECT),
          Map.entry(401, Verdict.DENIED_FOR_TOKEN),
          Map.entry(403, Verdict.DENIED_FOR_TOKEN),
          Map.entry(404, Verdict.GONE),
          Map.entry(406, Verdict.TOO_MANY_FOR_DEVICE),
          Map.entry(410, Verdict.GONE),
          Map.entry(413, Verdict.REFUSED),
          Map.entry(429, Verdict.TOO_MANY),
          Map.entry(500, Verdict.FAILURE),
          Map.entry(502, Verdict.FAILURE),
          Map.entry(503, Verdict.FAILURE),
          Map.entry(504, Verdict.FAILURE));

  private final MovableClock clock = Pushes.clock();
  private final VapidKeys keys = VapidKeys.generate();
  private final FakeWebPush service = new FakeWebPush(keys.publicKey());
  private WebPushSender sender;

  @BeforeEach
  void open() throws CredentialException {
    sender = sender(keys, trusting(service));
  }

  @AfterEach
  void close() {
    sender.close();
    service.close();
  }

  private static EndpointGuard trusting(FakeWebPush service) {
    return new EndpointGuard(
        Set.of(), Set.of("localhost:" + service.port()), InetAddress::getAllByName);
  }

  private WebPushSender sender(VapidKeys keys, EndpointGuard guard) throws CredentialException {
    return sender(keys, guard, Duration.ofSeconds(30));
  }

  private WebPushSender sender(VapidKeys keys, EndpointGuard guard, Duration patience)
      throws CredentialException {
    return new WebPushSender(
        VapidCredentials.of(keys, "mailto:ops@example.com"),
        guard,
        FakeTls.ONE.client(),
        patience,
        clock,
        Pushes.backoff(clock));
  }

  private Outcome send(Message message) {
    return sender.send(Pushes.to(service.subscription(PATH), message));
  }

  private Outcome answered(Answer answer) {
    service.setAnswer(PATH, answer);
    return send(Pushes.HELLO);
  }

  private Got last() {
    return service.got().getLast();
  }

  @Test
  void theBrowserReadsWhatWasSaid() {
    var message =
        Message.of(Kind.ALERT)
            .title("Grüße")
            .body("it's me")
            .data(Map.of("room", "7"))
            .collapseId("room-7")
            .ttl(Duration.ofHours(1))
            .badge(3)
            .sound("ping")
            .build();
    assertEquals(new Accepted("1"), send(message));
    assertEquals(
        JsonObject.parse(
                """
                {"kind":"alert","title":"Grüße","body":"it's me","data":{"room":"7"},"badge":3,
                 "sound":"ping","tag":"room-7","rollcall_id":"%s"}
                """
                    .formatted(Pushes.ID))
            .orElseThrow(),
        JsonObject.parse(service.lastMessage()).orElseThrow());
    assertEquals("POST", last().method());
    assertEquals("3600", last().headers().get("ttl"));
    assertEquals("high", last().headers().get("urgency"));
    assertEquals("room-7", last().headers().get("topic"));
    assertEquals("aes128gcm", last().headers().get("content-encoding"));
  }

  @Test
  void anOverrideIsLaidOverWhatTheServiceWorkerGets() {
    var override = JsonObject.of("title", "Hi", "actions", List.of("answer"));
    send(
        Message.of(Kind.ALERT)
            .title("Hello")
            .body("it's me")
            .overrides(Map.of("webPush", override))
            .build());
    assertEquals(
        JsonObject.parse(
                """
                {"kind":"alert","title":"Hi","body":"it's me","rollcall_id":"%s",
                 "actions":["answer"]}
                """
                    .formatted(Pushes.ID))
            .orElseThrow(),
        JsonObject.parse(service.lastMessage()).orElseThrow());
  }

  @Test
  void anOverrideCountsForTheSize() {
    var large = JsonObject.of("more", "x".repeat(4096));
    var message = Message.of(Kind.ALERT).title("Hello").overrides(Map.of("webPush", large)).build();
    assertTrue(sender.refusal(message).isPresent());
    assertInstanceOf(Refused.class, send(message));
  }

  @Test
  void theDoubleDecryptsTheExampleOfTheRfc() throws Exception {
    var decoder = Base64.getUrlDecoder();
    var browser = decoder.decode(RFC_8291_BROWSER);
    var own = VapidKeys.read(RFC_8291_BROWSER, new Secret(RFC_8291_PRIVATE)).ecPrivateKey();
    assertEquals(
        "When I grow up, I want to be a watermelon",
        FakeWebPush.decrypt(
            decoder.decode(RFC_8291_BODY), own, browser, decoder.decode(RFC_8291_AUTH)));
  }

  @Test
  void everyPushIsEncryptedAnew() {
    send(Pushes.HELLO);
    send(Pushes.HELLO);
    assertNotEquals(
        HexFormat.of().formatHex(service.got().get(0).body()),
        HexFormat.of().formatHex(service.got().get(1).body()));
  }

  @Test
  void aDryRunShowsWhatTheBrowserThenReadsButNoCredentials() {
    var push = Pushes.to(service.subscription(PATH), Pushes.HELLO);
    var shown = assertInstanceOf(Prepared.Request.class, sender.prepare(push));
    assertEquals(List.of(), service.got());
    sender.send(push);
    assertEquals(shown.method(), last().method());
    assertEquals(shown.uri().getPath(), last().path());
    assertEquals(shown.body(), service.lastMessage());
    shown.headers().forEach((name, value) -> assertEquals(value, last().headers().get(name), name));
    assertFalse(shown.headers().containsKey("authorization"));
  }

  @Test
  void everyDocumentedStatusIsReadAsTheTableSays() {
    assertEquals(TABLE, WebPushCode.DOCUMENTED);
    TABLE.forEach(
        (status, verdict) -> {
          var reason = "" + status;
          var expected =
              switch (verdict) {
                case ACCEPTED -> new Accepted("");
                case GONE -> new Gone(null, reason);
                case SUSPECT -> new Suspect(reason);
                case REFUSED -> new Refused(reason);
                case DENIED, STALE_ACCESS_TOKEN -> new Denied(reason);
                case DENIED_FOR_TOKEN -> new Denied(PauseScope.DELIVERY, reason);
                case TOO_MANY_FOR_DEVICE ->
                    new Later(Duration.ofSeconds(60), PauseScope.DELIVERY, reason);
                case TOO_MANY -> new Later(Duration.ofSeconds(60), PauseScope.IF_MOST_FAIL, reason);
                case FAILURE -> new Later(Duration.ofSeconds(10), PauseScope.IF_MOST_FAIL, reason);
                case DENIED_FOR_ENVIRONMENT, TOO_MANY_FOR_PROVIDER, CONNECTION_CLOSED ->
                    throw new AssertionError(verdict + " is no verdict of a push service");
              };
          assertEquals(expected, answered(Answer.of(status)), reason);
        });
  }

  @Test
  void everyDocumentedStatusIsExplained() throws Exception {
    var document = Files.readString(Path.of("../docs/delivery.md"));
    TABLE.forEach(
        (status, verdict) -> {
          var about = Scopes.about(verdict, answered(Answer.of(status)), "host");
          var row = "\n| %d | %s | %s | ".formatted(status, verdict.documentedName(), about);
          assertTrue(document.contains(row), row);
        });
  }

  @Test
  void retryAfterIsHeededInSecondsAndAsADate() {
    assertEquals(
        new Later(Duration.ofSeconds(7), PauseScope.IF_MOST_FAIL, "429"),
        answered(Answer.of(429).with("retry-after", "7")));
    var date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Pushes.NOW.plusSeconds(90).atOffset(ZoneOffset.UTC));
    assertEquals(
        new Later(Duration.ofSeconds(90), PauseScope.IF_MOST_FAIL, "503"),
        answered(Answer.of(503).with("retry-after", date)));
  }

  private Outcome nowOrNever(Answer answer) {
    service.setAnswer(PATH, answer);
    return send(Message.of(Kind.ALERT).title("Hello").ttl(Duration.ZERO).build());
  }

  @Test
  void aRefusedTimeToLiveOfZeroIsNotTheSubscriptionsFault() {
    var conflict =
        Answer.of(400)
            .with("X-WNS-Status", "dropped")
            .with("X-WNS-Error-Description", "Ttl value conflicts with X-WNS-Cache-Policy.");
    var reason = "400; dropped; Ttl value conflicts with X-WNS-Cache-Policy.";
    assertEquals(new Refused(reason), nowOrNever(conflict));
    assertEquals("0", last().headers().get("ttl"));
    assertEquals("no-cache", last().headers().get("x-wns-cache-policy"));
    assertEquals(new Suspect(reason), answered(conflict));
    assertFalse(last().headers().containsKey("x-wns-cache-policy"));
    assertEquals(new Gone(null, "410"), nowOrNever(Answer.of(410)));
  }

  @Test
  void aMessageThatWnsDropsIsNotAccepted() {
    var ok = Answer.of(200);
    assertEquals(new Accepted(""), answered(ok.with("X-WNS-NotificationStatus", "Received")));
    assertEquals(
        new Refused("200; dropped"), answered(ok.with("X-WNS-NotificationStatus", "dropped")));
    assertEquals(new Refused("201; new"), answered(Answer.of(201).with("X-WNS-Status", "new")));
    assertEquals(
        new Later(Duration.ofSeconds(60), PauseScope.DELIVERY, "200; channelThrottled"),
        answered(ok.with("X-WNS-NotificationStatus", "channelThrottled")));
    assertEquals(
        new Later(Duration.ofSeconds(17), PauseScope.DELIVERY, "406; channelthrottled"),
        answered(
            Answer.of(406)
                .with("X-WNS-Status", "channelthrottled")
                .with("X-WNS-Continue-After", "17")));
  }

  @Test
  void aDescriptionThatMayHoldPartOfAnEndpointIsLeftOut() {
    for (var text : List.of("x".repeat(31), "a  b", "x ".repeat(20) + "x")) {
      assertEquals(
          new Suspect("400"), answered(Answer.of(400).with("X-WNS-Error-Description", text)), text);
    }
  }

  @Test
  void aBegunSecondOfTheTimeToLiveIsAWholeOne() {
    clock.advance(Duration.ofMillis(900));
    send(Message.of(Kind.ALERT).title("Hello").ttl(Duration.ofSeconds(1)).build());
    assertEquals("1", last().headers().get("ttl"));
  }

  @Test
  void theReceiptIsHowTheMessagesAddressEnds() {
    assertEquals("m7", receipt("https://push.example/wpush/v2/m7"));
    assertEquals("m7", receipt("/m/m7?token=x#y"));
    assertEquals("m7", receipt("m7"));
    assertEquals("a%20b", receipt("/m/a%20b"));
    assertEquals("ac", receipt("/m/a\tc"));
    assertEquals("", receipt("https://push.example/m/"));
    assertEquals("x".repeat(100), receipt("/m/" + "x".repeat(1000)));
  }

  @Test
  void aReceiptIsNeverTheEndpoint() {
    assertEquals("", receipt(service.endpoint(PATH).toString()));
    assertEquals("", receipt(PATH));
    assertEquals("", receipt("https://push.example/elsewhere" + PATH + "?x=y"));
  }

  private String receipt(String location) {
    var answer = answered(Answer.of(201).with("location", location));
    return assertInstanceOf(Accepted.class, answer).receipt();
  }

  @Test
  void aRedirectIsNotFollowed() {
    var elsewhere = service.endpoint("/elsewhere").toString();
    for (var status : List.of(301, 302, 303, 307, 308)) {
      assertEquals(
          new Suspect("" + status), answered(Answer.of(status).with("location", elsewhere)));
    }
    assertTrue(service.got().stream().noneMatch(one -> one.path().equals("/elsewhere")));
  }

  @Test
  void aHostThatHasMovedInsideIsNotCalled() throws CredentialException {
    var subscription = service.subscription(PATH);
    var guard = new EndpointGuard(Set.of(), Set.of(), host -> new InetAddress[] {loopback()});
    try (var strict = sender(keys, guard)) {
      var endpoint = "https://localhost/x";
      var inside = new Address.WebPush(endpoint, subscription.p256dh(), subscription.auth());
      assertEquals(
          new Suspect("rollcall: no public address was found for the endpoint's host"),
          strict.send(Pushes.to(inside, Pushes.HELLO)));
    }
    assertEquals(List.of(), service.got());
  }

  @Test
  void aNameThatPointsInsideOnlyWhenItIsCalledIsNotCalled() throws CredentialException {
    var asked = new AtomicInteger();
    // Public for whoever checks, and inside for whoever connects.
    EndpointGuard.NameResolver rebinding =
        host ->
            new InetAddress[] {
              asked.getAndIncrement() == 0 ? InetAddress.ofLiteral("142.250.74.10") : loopback()
            };
    var subscription = service.subscription(PATH);
    var attacked =
        new Address.WebPush("https://rebind.example/x", subscription.p256dh(), subscription.auth());
    try (var strict = sender(keys, new EndpointGuard(Set.of(), Set.of(), rebinding))) {
      assertEquals(
          new Suspect("rollcall: no public address was found for the endpoint's host"),
          strict.send(Pushes.to(attacked, Pushes.HELLO)));
    }
    assertEquals(2, asked.get());
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  @Test
  void theAddressThatIsCalledIsTheOneThatWasChecked() throws CredentialException {
    var asked = new AtomicInteger();
    EndpointGuard.NameResolver counting =
        host -> {
          asked.incrementAndGet();
          if (!host.equals("localhost")) {
            throw new UnknownHostException(host);
          }
          return new InetAddress[] {loopback()};
        };
    var guard = new EndpointGuard(Set.of(), Set.of("localhost:" + service.port()), counting);
    try (var counted = sender(keys, guard)) {
      var push = Pushes.to(service.subscription(PATH), Pushes.HELLO);
      assertInstanceOf(Accepted.class, counted.send(push));
    }
    assertEquals(2, asked.get());
  }

  @Test
  void aNameServerThatDoesNotAnswerIsNoNewsOfTheToken() throws CredentialException {
    var lookups = new NameLookups(InetAddress::getAllByName, Runnable::run, clock);
    lookups.close();
    try (var lost = sender(keys, new EndpointGuard(Set.of(), Set.of(), lookups))) {
      var there = service.subscription(PATH);
      var silent = new Address.WebPush("https://silent.example/x", there.p256dh(), there.auth());
      assertEquals(
          new Later(
              Duration.ofSeconds(10),
              PauseScope.DELIVERY,
              "rollcall: the push service does not answer (NoAnswerException)"),
          lost.send(Pushes.to(silent, Pushes.HELLO)));
    }
  }

  @Test
  void aHostThatDnsForgotIsNoNewsOfTheToken() throws CredentialException {
    EndpointGuard.NameResolver nobody =
        host -> {
          throw new UnknownHostException(host);
        };
    try (var lost = sender(keys, new EndpointGuard(Set.of(), Set.of(), nobody))) {
      var there = service.subscription(PATH);
      var gone = new Address.WebPush("https://gone.example/x", there.p256dh(), there.auth());
      assertEquals(
          new Later(
              Duration.ofSeconds(10),
              PauseScope.DELIVERY,
              "rollcall: the push service does not answer (UnknownHostException)"),
          lost.send(Pushes.to(gone, Pushes.HELLO)));
    }
  }

  @Test
  void aServerThatNeverAnswersIsLeftInTime() throws Exception {
    try (var silent = new ServerSocket(0, 50, loopback());
        var hasty =
            sender(
                keys,
                new EndpointGuard(
                    Set.of(),
                    Set.of("localhost:" + silent.getLocalPort()),
                    host -> new InetAddress[] {loopback()}),
                Duration.ofMillis(200))) {
      var there = service.subscription(PATH);
      var endpoint = "https://localhost:" + silent.getLocalPort() + "/x";
      var address = new Address.WebPush(endpoint, there.p256dh(), there.auth());
      assertInstanceOf(Later.class, hasty.send(Pushes.to(address, Pushes.HELLO)));
    }
  }

  @Test
  @Timeout(30)
  void aNameServerThatNeverAnswersIsLeftInTimeAndNothingIsSentAfterAll() throws Exception {
    var asked = new CountDownLatch(1);
    var answers = new CountDownLatch(1);
    var told = new CountDownLatch(1);
    EndpointGuard.NameResolver slow =
        host -> {
          asked.countDown();
          uninterrupted(answers);
          told.countDown();
          return new InetAddress[] {loopback()};
        };
    var guard = new EndpointGuard(Set.of(), Set.of("localhost:" + service.port()), slow);
    try (var hasty = sender(keys, guard, Duration.ofMillis(200))) {
      assertEquals(
          new Later(
              Duration.ofSeconds(10),
              PauseScope.DELIVERY,
              "rollcall: the push service does not answer (InterruptedIOException)"),
          hasty.send(Pushes.to(service.subscription(PATH), Pushes.HELLO)));
      asked.await();
      answers.countDown();
      told.await();
    }
    assertEquals(List.of(), service.got());
  }

  // Whoever looks a name up cannot be interrupted.
  private static void uninterrupted(CountDownLatch latch) {
    var interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Timeout(30)
  void whoeverWaitsForItsTurnAtASilentHostIsLeftInTimeToo() throws Exception {
    try (var silent = new ServerSocket(0, 50, loopback());
        var hasty =
            sender(
                keys,
                new EndpointGuard(
                    Set.of(),
                    Set.of("localhost:" + silent.getLocalPort()),
                    host -> new InetAddress[] {loopback()}),
                Duration.ofSeconds(2));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var there = service.subscription(PATH);
      var endpoint = "https://localhost:" + silent.getLocalPort() + "/x";
      var address = new Address.WebPush(endpoint, there.p256dh(), there.auth());
      Callable<Outcome> one = () -> hasty.send(Pushes.to(address, Pushes.HELLO));
      // A hundred at a time, each for two seconds, would take forty.
      for (var outcome : threads.invokeAll(Stream.generate(() -> one).limit(2000).toList())) {
        assertInstanceOf(Later.class, outcome.get());
      }
    }
  }

  @Test
  @Timeout(20)
  void aCallIsNotWaitedForAsLongAsOtherMessages() throws Exception {
    var over = new CountDownLatch(1);
    try (var silent = new FakeService(got -> answerAfter(over));
        var sender =
            sender(
                keys,
                new EndpointGuard(
                    Set.of(),
                    Set.of("localhost:" + silent.port()),
                    host -> new InetAddress[] {loopback()}))) {
      var there = service.subscription(PATH);
      var endpoint = "https://localhost:" + silent.port() + "/x";
      var address = new Address.WebPush(endpoint, there.p256dh(), there.auth());
      var call = Message.of(Kind.VOIP).title("Bob calls").build();
      var later = assertInstanceOf(Later.class, sender.send(Pushes.to(address, call)));
      assertEquals(Duration.ofMillis(500), later.delay());
      over.countDown();
    }
  }

  private static Answer answerAfter(CountDownLatch latch) {
    uninterrupted(latch);
    return Answer.of(201);
  }

  @Test
  void oneSignatureServesManyPushesAndIsRenewedInTime() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Outcome> one = () -> send(Pushes.HELLO);
      for (var outcome : threads.invokeAll(Stream.generate(() -> one).limit(200).toList())) {
        assertInstanceOf(Accepted.class, outcome.get());
      }
    }
    assertEquals(1, signatures().size());
    clock.advance(Duration.ofHours(6));
    send(Pushes.HELLO);
    assertEquals(2, signatures().size());
  }

  private Set<String> signatures() {
    return service.got().stream()
        .map(one -> one.headers().getOrDefault("authorization", ""))
        .collect(Collectors.toSet());
  }

  @Test
  void pushesAtOnceAreEachReadByTheBrowser() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sends =
          IntStream.range(0, 1000)
              .mapToObj(
                  number ->
                      (Callable<Outcome>)
                          () -> send(Message.of(Kind.ALERT).title("number " + number).build()))
              .toList();
      threads.invokeAll(sends);
    }
    var read =
        service.messages().stream()
            .map(text -> JsonObject.parse(text).orElseThrow().string("title").orElseThrow())
            .collect(Collectors.toSet());
    assertEquals(1000, read.size());
  }

  @Test
  void anotherVapidKeyIsDeniedAndNoNewsOfTheToken() throws CredentialException {
    try (var rotated = sender(VapidKeys.generate(), trusting(service))) {
      assertEquals(
          new Denied(PauseScope.DELIVERY, "403"),
          rotated.send(Pushes.to(service.subscription(PATH), Pushes.HELLO)));
    }
  }

  @Test
  void aSubscriptionIsSentToWithTheKeyThatItWasMadeWithUntilItIsMadeAnew() throws Exception {
    try (var rotated = sender(VapidKeys.generate(), keys)) {
      for (var known : List.of(keys.publicKey(), keys.publicKey().substring(0, 16))) {
        assertInstanceOf(Accepted.class, rotated.send(madeWith(known)));
      }
      assertEquals(2, service.got().size());
    }
  }

  @Test
  void whereTheKeyOfASubscriptionIsNotKnownAllThatAreKeptAreTriedTheNewestFirst() throws Exception {
    var newest = VapidKeys.generate();
    try (var rotated = sender(newest, VapidKeys.generate(), keys, VapidKeys.generate())) {
      assertInstanceOf(Accepted.class, rotated.send(madeWith(null)));
      var tried = service.got().stream().map(one -> one.headers().get("authorization")).toList();
      assertEquals(3, tried.size());
      assertTrue(tried.getFirst().endsWith("k=" + newest.publicKey()));
      assertTrue(tried.getLast().endsWith("k=" + keys.publicKey()));
      service.setAnswer(PATH, Answer.of(410));
      assertEquals(new Gone(null, "410"), rotated.send(madeWith(null)));
      var before = service.got().size();
      service.setAnswer(PATH, Answer.of(400));
      assertEquals(new Suspect("400"), rotated.send(madeWith(null)));
      assertEquals(before + 4, service.got().size());
    }
  }

  @Test
  void aServiceThatAnswers400ToAnotherKeyIsTriedWithTheNext() throws Exception {
    service.tellOtherKeys(Answer.of(400));
    try (var rotated = sender(VapidKeys.generate(), VapidKeys.generate(), keys)) {
      assertInstanceOf(Accepted.class, rotated.send(madeWith(null)));
    }
  }

  @Test
  void aSubscriptionThatNoKeyOpensIsDeniedOnceAllWereTried() throws Exception {
    var other = VapidKeys.generate();
    try (var rotated = sender(other, VapidKeys.generate())) {
      assertEquals(new Denied(PauseScope.DELIVERY, "403"), rotated.send(madeWith(null)));
      assertEquals(2, service.got().size());
      assertEquals(
          new Denied(PauseScope.DELIVERY, "403"), rotated.send(madeWith(other.publicKey())));
      assertEquals(3, service.got().size());
    }
  }

  private Push madeWith(@Nullable String key) {
    var there = service.subscription(PATH);
    return Pushes.to(
        new Address.WebPush(there.endpoint(), there.p256dh(), there.auth(), key), Pushes.HELLO);
  }

  private WebPushSender sender(VapidKeys... newestFirst) throws CredentialException {
    return new WebPushSender(
        VapidCredentials.of(List.of(newestFirst), "mailto:ops@example.com"),
        trusting(service),
        FakeTls.ONE.client(),
        Duration.ofSeconds(30),
        clock,
        Pushes.backoff(clock));
  }

  @Test
  void aClockThatIsWrongIsNamedAsTheCause() {
    clock.advance(Duration.ofHours(2));
    var date = DateTimeFormatter.RFC_1123_DATE_TIME.format(Pushes.NOW.atOffset(ZoneOffset.UTC));
    assertEquals(
        new Denied(
            PauseScope.DELIVERY,
            "401; this machine's clock is 7200 seconds ahead of the provider's"),
        answered(Answer.of(401).with("date", date)));
  }

  @Test
  void anEndpointThatOurSettingsNoLongerAllowIsNoNewsOfTheToken() throws CredentialException {
    var strict = new EndpointGuard(Set.of("push.example"), Set.of(), InetAddress::getAllByName);
    try (var sender = sender(keys, strict)) {
      var denied =
          assertInstanceOf(
              Denied.class, sender.send(Pushes.to(service.subscription(PATH), Pushes.HELLO)));
      assertEquals(PauseScope.DELIVERY, denied.scope());
      assertTrue(denied.reason().contains("ROLLCALL_WEB_PUSH_INTERNAL"), denied.reason());
    }
  }

  private Push to(RawReceiver receiver, String target) {
    var there = service.subscription(PATH);
    var endpoint = "https://localhost:" + receiver.port() + target;
    return Pushes.to(new Address.WebPush(endpoint, there.p256dh(), there.auth()), Pushes.HELLO);
  }

  private WebPushSender sender(RawReceiver receiver) throws CredentialException {
    return sender(
        keys,
        new EndpointGuard(
            Set.of(), Set.of("localhost:" + receiver.port()), InetAddress::getAllByName));
  }

  @Test
  void theRequestTargetIsTheTextOfTheEndpoint() throws CredentialException {
    try (var receiver = RawReceiver.friendly();
        var sender = sender(receiver)) {
      for (var target : Targets.SENT) {
        assertInstanceOf(Accepted.class, sender.send(to(receiver, target)), target);
        assertEquals(
            "POST " + Targets.written(target) + " HTTP/1.1", receiver.last().requestLine());
        assertEquals("localhost:" + receiver.port(), receiver.last().header("host"));
      }
      assertEquals(Targets.SENT.size(), receiver.got().size());
    }
  }

  @Test
  void anEndpointThatCannotBeSentIsTheAddressesFaultAndNothingIsSent() throws CredentialException {
    try (var receiver = RawReceiver.friendly();
        var sender = sender(receiver)) {
      Targets.REFUSED.forEach(
          (target, why) -> {
            var push = to(receiver, target);
            var suspect = assertInstanceOf(Suspect.class, sender.send(push), target);
            assertTrue(suspect.reason().contains(why), suspect.reason());
            assertEquals(new Refused(suspect.reason()), sender.prepare(push));
          });
      assertEquals(List.of(), receiver.got());
    }
  }

  @Test
  void anEndpointIsOneRequestAndTheNextPushGetsItsOwnAnswer() throws CredentialException {
    try (var receiver =
            new RawReceiver(
                (got, out) ->
                    RawReceiver.write(
                        out,
                        got.requestLine().contains("/good")
                            ? RawReceiver.created()
                            : "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"));
        var sender = sender(receiver)) {
      for (var target : List.of(Targets.HEADER_INSIDE, Targets.REQUEST_INSIDE)) {
        assertEquals(new Gone(null, "410"), sender.send(to(receiver, target)));
        assertEquals("", receiver.last().header("x-injected"));
        assertInstanceOf(Accepted.class, sender.send(to(receiver, "/good")));
        assertEquals("POST /good HTTP/1.1", receiver.last().requestLine());
      }
      assertEquals(4, receiver.got().size());
      assertEquals(1, receiver.connections());
    }
  }

  @Test
  void keysThatAreNotABrowsersAreSuspectAndNothingIsSent() {
    var there = service.subscription(PATH);
    var notOnTheCurve = "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB" + "A".repeat(43);
    for (var address :
        List.of(
            new Address.WebPush(there.endpoint(), "", there.auth()),
            new Address.WebPush(there.endpoint(), "!!", there.auth()),
            new Address.WebPush(there.endpoint(), notOnTheCurve, there.auth()),
            new Address.WebPush(there.endpoint(), there.p256dh(), ""))) {
      assertInstanceOf(
          Suspect.class, sender.send(Pushes.to(address, Pushes.HELLO)), address.p256dh());
    }
    assertEquals(List.of(), service.got());
  }

  @Test
  void aPayloadThatIsTooLargeIsRefusedWithTheSizes() {
    var frame =
        "{\"kind\":\"alert\",\"data\":{\"k\":\"\"},\"rollcall_id\":\"\"}".length()
            + Pushes.ID.toString().length()
            - 1
            + 103;
    assertInstanceOf(Accepted.class, send(Pushes.ofSize(Kind.ALERT, 4096 - frame)));
    assertEquals(4096, last().body().length);
    assertEquals(
        new Refused(
            "rollcall: the payload for Web Push has 4097 bytes once encrypted, but the limit is"
                + " 4096"),
        send(Pushes.ofSize(Kind.ALERT, 4097 - frame)));
    assertEquals(1, service.got().size());
  }

  @Test
  void aCollapseIdThatIsNoTopicIsHashedIntoOne() {
    send(
        Message.of(Kind.ALERT)
            .title("x")
            .collapseId("Raum ü / 7")
            .priority(Priority.NORMAL)
            .build());
    var topic = last().headers().get("topic");
    assertTrue(topic.matches("[A-Za-z0-9_-]{32}"), topic);
    assertEquals("normal", last().headers().get("urgency"));
  }
}

package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.account.Uid;
import dev.rollcall.config.Setting;
import dev.rollcall.delivery.State;
import dev.rollcall.fake.FakeApns;
import dev.rollcall.fake.FakeFcm;
import dev.rollcall.fake.FakeService;
import dev.rollcall.problem.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Notifications from the back end's request to the phone, over real sockets.
final class DeliveryTest {
  private static final Doubles doubles = new Doubles();

  @RegisterExtension
  static final RunningServer server =
      new RunningServer()
          .with(Setting.WEB_PUSH_INTERNAL, doubles.pushService())
          .with(doubles.outside());

  private RunningServer.TestApp app;

  @AfterAll
  static void stopDoubles() {
    doubles.close();
  }

  /// Each test has an app of its own, with a provider for every channel.
  @BeforeEach
  void newApp() {
    app = server.newApp(TokenPolicy.EXCLUSIVE);
    doubles.setProviders(server, app);
  }

  private Device login(String uid) {
    if (server.call("GET", "/v3/users/" + uid).backEnd(app).send().status() == 404) {
      server.newUser(app, uid);
    }
    return server.login(app, uid);
  }

  private static String hex() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  private Answer post(String body) {
    return server.call("POST", "/v1/notifications").backEnd(app).json(body).send();
  }

  // What is said of a token within moments of its registration does not count.
  private String send(String body) {
    server.clock().advance(Duration.ofSeconds(30));
    var answer = post(body);
    assertEquals(202, answer.status(), answer.body());
    return idOf(answer);
  }

  private static String idOf(Answer answer) {
    return answer.json().get("data").get("id").stringValue();
  }

  private JsonNode report(String id) {
    return server.call("GET", "/v1/notifications/" + id).backEnd(app).send().data();
  }

  private static void until(java.util.function.BooleanSupplier reached) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it did not happen");
      server.server().courier().wake();
    }
  }

  /// The notification once all its deliveries have ended.
  private JsonNode done(String id) {
    until(() -> !report(id).get("state").stringValue().equals("sending"));
    return report(id);
  }

  private static long count(JsonNode report, String state) {
    return report.get("counts").get(state).longValue();
  }

  private JsonNode firstDelivery(JsonNode report) {
    return report.get("deliveries").get(0);
  }

  /// Sends to the user, and waits until it is tried once and is due again.
  private JsonNode waiting(String id) {
    until(
        () -> {
          var lines = report(id).get("deliveries");
          return lines.size() == 1 && !lines.get(0).get("reason").isNull();
        });
    return firstDelivery(report(id));
  }

  private List<String> history(String uid) {
    var all = new ArrayList<String>();
    server
        .call("GET", "/v1/users/" + uid + "/tokens")
        .backEnd(app)
        .send()
        .data()
        .get("history")
        .forEach(line -> all.addFirst(line.get("event").stringValue()));
    return all;
  }

  private static void keep() {
    server.server().keeper().sweepAll();
  }

  @Test
  void twoUsersWithFiveDevicesAreReachedOnceOnEach() {
    var android = "fcm-" + hex();
    var alert = hex();
    var voip = hex();
    var web = "fcm-" + hex();
    login("alice").registerFcm(android);
    login("alice").register("{'apnsToken':'%s','voipToken':'%s'}".formatted(alert, voip)).data();
    login("alice").register(doubles.subscription("/alice")).data();
    login("bob").registerFcm(web);
    var other = hex();
    login("bob").register("{'apnsToken':'%s'}".formatted(other)).data();

    var id = send("{'to':{'uids':['alice','bob']},'title':'Hello','data':{'a':'1'}}");
    var report = done(id);

    assertEquals(5, count(report, "accepted"), report.toString());
    assertEquals(2, report.get("users").intValue());
    assertEquals(1, doubles.google().to(android).size());
    assertEquals(1, doubles.google().to(web).size());
    assertEquals(1, doubles.apple().to(alert).size());
    assertEquals(0, doubles.apple().to(voip).size());
    assertEquals(1, doubles.apple().to(other).size());
    assertEquals(1, doubles.browser().messages("/alice").size());
    assertTrue(doubles.browser().messages("/alice").getFirst().contains("Hello"));
    assertEquals("alert", doubles.apple().to(alert).getFirst().headers().get("apns-push-type"));
    assertEquals(
        "com.example.app", doubles.apple().to(alert).getFirst().headers().get("apns-topic"));

    var call = send("{'to':{'uids':['alice','bob']},'channel':'voip','title':'Carol'}");
    assertEquals(4, count(done(call), "accepted"));
    assertEquals(1, doubles.apple().to(voip).size());
    assertEquals(
        "com.example.app.voip", doubles.apple().to(voip).getFirst().headers().get("apns-topic"));
    assertEquals("voip", doubles.apple().to(voip).getFirst().headers().get("apns-push-type"));
    // The phone that has only a token for alerts cannot ring.
    assertEquals(1, doubles.apple().to(other).size());
  }

  @Test
  void usersAreReachedWhateverTheirUid() {
    var uids = List.of("auth0|64F0", "Zoe\u0308", "kim.lee+x@example.org");
    var paths = List.of("auth0%7C64F0", "Zoe%CC%88", "kim.lee%2Bx%40example.org");
    for (int i = 0; i < uids.size(); i++) {
      server.newUser(app, uids.get(i));
      server.login(app, paths.get(i)).registerFcm("fcm-" + hex());
      var report =
          done(
              send(
                  "{'to':{'uids':['%s']},'title':'x','context':{'type':'chat','from':{'uid':'%s'}}}"
                      .formatted(uids.get(i).toUpperCase(Locale.ROOT), uids.get(i))));
      assertEquals(0, report.get("unknown").intValue());
      assertEquals(1, count(report, "accepted"), report.toString());
      assertEquals(Uid.folded(uids.get(i)), firstDelivery(report).get("uid").stringValue());
    }
  }

  @Test
  void whoeverLoggedOutOrHandedThePhoneOnIsNotReached() {
    var token = "fcm-" + hex();
    var alice = login("alice");
    alice.registerFcm(token);
    login("bob").registerFcm(token);
    var handedOn = done(send("{'to':{'uids':['alice']},'title':'For Alice'}"));
    assertEquals(1, handedOn.get("unreachable").intValue());
    var carol = login("carol");
    carol.registerFcm("fcm-" + hex());
    carol.logout();
    assertEquals(
        1, done(send("{'to':{'uids':['carol']},'title':'x'}")).get("unreachable").intValue());
    assertEquals(List.of(), doubles.google().to(token));
    done(send("{'to':{'uids':['bob']},'title':'For Bob'}"));
    assertEquals(1, doubles.google().to(token).size());
  }

  @Test
  void whoeverHasMutedItIsNotReached() {
    var alice = login("alice");
    alice.registerFcm("fcm-" + hex());
    var later = server.clock().instant().plusSeconds(3600).toEpochMilli();
    alice
        .call("POST", "/v2/mute-chat")
        .json("{'uids':['carol'],'timeInMS':'%d'}".formatted(later))
        .send()
        .data();
    var from = "'context':{'type':'%s','from':{'uid':'%s'}}";
    var muted = "{'to':{'uids':['alice']},'title':'x'," + from.formatted("chat", "carol") + "}";
    assertEquals(1, done(send(muted)).get("silenced").intValue());
    var call = "{'to':{'uids':['alice']},'title':'x'," + from.formatted("call", "carol") + "}";
    assertEquals(1, count(done(send(call)), "accepted"));
    var bob = "{'to':{'uids':['alice']},'title':'x'," + from.formatted("chat", "bob") + "}";
    assertEquals(1, count(done(send(bob)), "accepted"));
    assertEquals(1, count(done(send("{'to':{'uids':['alice']},'title':'x'}")), "accepted"));
  }

  @Test
  void aTokenThatAppleDeclaresDeadIsForgottenIfItWasNotRegisteredSince() {
    var token = hex();
    var alice = login("alice");
    alice.register("{'apnsToken':'%s'}".formatted(token)).data();
    var before = server.clock().instant().minusSeconds(60);
    doubles.apple().setAnswer(token, FakeApns.error(410, "Unregistered", before));
    var report = done(send("{'to':{'uids':['alice']},'title':'x'}"));
    assertEquals("410 Unregistered", firstDelivery(report).get("reason").stringValue());
    server.clock().advance(Duration.ofMinutes(2));
    keep();
    assertEquals(List.of(token), alice.tokens());

    doubles
        .apple()
        .setAnswer(
            token, FakeApns.error(410, "Unregistered", server.clock().instant().minusSeconds(1)));
    done(send("{'to':{'uids':['alice']},'title':'x'}"));
    keep();
    assertEquals(List.of(token), alice.tokens(), "not at once");
    server.clock().advance(Duration.ofMinutes(2));
    keep();
    assertEquals(List.of(), alice.tokens());
    assertEquals(List.of("registered", "suspected", "retired"), history("alice"));
  }

  @Test
  void aTokenOfTheOtherEnvironmentIsReachedThereAndTheAnswerIsLearned() {
    var token = hex();
    login("alice").register("{'apnsToken':'%s'}".formatted(token)).data();
    doubles.apple().setAnswer(token, FakeApns.error(400, "BadDeviceToken", null));
    assertEquals(1, count(done(send("{'to':{'uids':['alice']},'title':'x'}")), "accepted"));
    assertEquals(1, count(done(send("{'to':{'uids':['alice']},'title':'y'}")), "accepted"));
    assertEquals(1, doubles.apple().to(token).size());
    assertEquals(2, doubles.sandbox().to(token).size());
    assertEquals(List.of("registered"), history("alice"));
  }

  @Test
  void aHiccupInTheOtherEnvironmentDecidesNothing() {
    var token = hex();
    login("alice").register("{'apnsToken':'%s'}".formatted(token)).data();
    doubles.apple().setAnswer(token, FakeApns.error(400, "BadDeviceToken", null));
    doubles.sandbox().setAnswer(token, FakeApns.error(503, "ServiceUnavailable", null));
    var id = send("{'to':{'uids':['alice']},'title':'x'}");
    waiting(id);
    assertEquals(List.of("registered"), history("alice"));
    doubles.sandbox().setAnswer(token, FakeService.Answer.of(200));
    server.clock().advance(Duration.ofMinutes(1));
    assertEquals(1, count(done(id), "accepted"));
    assertEquals(List.of("registered"), history("alice"));
  }

  @Test
  void aStormOfBadTokensForgetsNobodyAndTheProviderIsShownAsDegraded() {
    var tokens = IntStream.range(0, 40).mapToObj(i -> hex()).toList();
    for (int i = 0; i < tokens.size(); i++) {
      login("user-" + i).register("{'apnsToken':'%s'}".formatted(tokens.get(i))).data();
      var dead = server.clock().instant().plusSeconds(1);
      doubles.apple().setAnswer(tokens.get(i), FakeApns.error(410, "Unregistered", dead));
    }
    server.clock().advance(Duration.ofSeconds(2));
    assertEquals(40, count(done(send("{'to':{'all':true},'title':'x'}")), "token-bad"));
    server.clock().advance(Duration.ofDays(1));
    keep();
    assertEquals(List.of("registered", "suspected"), history("user-0"));
    var provider = server.call("GET", "/v1/providers/apple").backEnd(app).send().data();
    assertEquals("degraded", provider.get("state").stringValue());
    // It goes on sending.
    doubles.apple().setAnswer(tokens.getFirst(), FakeService.Answer.of(200));
    assertEquals(1, count(done(send("{'to':{'uids':['user-0']},'title':'x'}")), "accepted"));
    assertEquals(List.of("registered", "suspected", "restored"), history("user-0"));

    // Setting the credentials anew says that they are right now: what was said before is forgiven.
    doubles.setApple(server, app);
    tokens.forEach(token -> doubles.apple().setAnswer(token, FakeService.Answer.of(200)));
    keep();
    assertEquals(40, count(done(send("{'to':{'all':true},'title':'x'}")), "accepted"));
  }

  @Test
  void aBadDeviceTokenInBothEnvironmentsIsASuspectUntilItIsTaken() {
    var token = hex();
    login("alice").register("{'apnsToken':'%s'}".formatted(token)).data();
    for (var apple : List.of(doubles.apple(), doubles.sandbox())) {
      apple.setAnswer(token, FakeApns.error(400, "BadDeviceToken", null));
    }
    var report = done(send("{'to':{'uids':['alice']},'title':'x'}"));
    assertEquals(1, count(report, "token-bad"));
    server.clock().advance(Duration.ofMinutes(2));
    keep();
    assertEquals(List.of("registered", "suspected"), history("alice"));
    doubles.apple().setAnswer(token, FakeService.Answer.of(200));
    assertEquals(1, count(done(send("{'to':{'uids':['alice']},'title':'x'}")), "accepted"));
    assertEquals(List.of("registered", "suspected", "restored"), history("alice"));
  }

  @Test
  void aStormOfBadDeviceTokensFromTheWrongEnvironmentForgetsNobody() {
    var tokens = IntStream.range(0, 30).mapToObj(i -> hex()).toList();
    for (int i = 0; i < tokens.size(); i++) {
      login("user-" + i).register("{'apnsToken':'%s'}".formatted(tokens.get(i))).data();
      doubles.apple().setAnswer(tokens.get(i), FakeApns.error(400, "BadDeviceToken", null));
      doubles.sandbox().setAnswer(tokens.get(i), FakeApns.error(400, "BadDeviceToken", null));
    }
    for (int day = 0; day < 4; day++) {
      assertEquals(30, count(done(send("{'to':{'all':true},'title':'x'}")), "token-bad"));
      server.clock().advance(Duration.ofDays(1));
      keep();
    }
    assertEquals(List.of("registered", "suspected"), history("user-7"));
    var provider = server.call("GET", "/v1/providers/apple").backEnd(app).send().data();
    assertEquals("degraded", provider.get("state").stringValue());
  }

  private String providerState(String id) {
    var provider = server.call("GET", "/v1/providers/" + id).backEnd(app).send().data();
    return provider.get("state").stringValue();
  }

  private String withFcm(String uid) {
    var token = "fcm-" + hex();
    login(uid).registerFcm(token);
    return token;
  }

  @Test
  void tooManyRequestsHoldBackOnlyTheTokenThatGetsThem() {
    var busy = withFcm("alice");
    var other = withFcm("bob");
    doubles
        .google()
        .setAnswer(busy, FakeFcm.error(429, "QUOTA_EXCEEDED").with("retry-after", "120"));
    var first = send("{'to':{'uids':['alice']},'title':'x'}");
    assertTrue(waiting(first).get("reason").stringValue().startsWith("429"));
    assertEquals("active", providerState("google"));
    assertEquals(1, count(done(send("{'to':{'uids':['bob']},'title':'x'}")), "accepted"));
    assertEquals(1, doubles.google().to(other).size());

    doubles.google().setAnswer(busy, FakeFcm.accepted());
    server.clock().advance(Duration.ofSeconds(89));
    assertEquals(1, count(done(send("{'to':{'uids':['bob']},'title':'y'}")), "accepted"));
    assertEquals(1, count(done(first), "accepted"));
    assertEquals(2, firstDelivery(report(first)).get("attempts").intValue());
    var ids = doubles.google().to(busy).stream().map(DeliveryTest::rollcallId).distinct().toList();
    assertEquals(List.of(firstDelivery(report(first)).get("id").stringValue()), ids);
  }

  @Test
  void severalTokensWithTooManyRequestsPauseTheProviderUntilAProbeIsAccepted() {
    var busy = List.of(withFcm("a"), withFcm("b"), withFcm("c"));
    var quota = FakeFcm.error(429, "QUOTA_EXCEEDED").with("retry-after", "300");
    busy.forEach(token -> doubles.google().setAnswer(token, quota));
    var first = send("{'to':{'uids':['a','b','c']},'title':'x'}");
    until(() -> providerState("google").equals("paused"));

    var waiting = List.of(withFcm("d"), withFcm("e"), withFcm("f"));
    var called = withFcm("g");
    var others = send("{'to':{'uids':['d','e','f']},'title':'x'}");
    var call = send("{'to':{'uids':['g']},'channel':'voip','title':'Carol'}");
    assertEquals(1, count(done(call), "accepted"));
    assertEquals(3, count(report(others), "pending"));
    waiting.forEach(token -> assertEquals(List.of(), doubles.google().to(token)));

    // After the pause, one delivery is tried, and its failure pauses the others again.
    waiting.forEach(token -> doubles.google().setAnswer(token, FakeFcm.error(503, "UNAVAILABLE")));
    int before = doubles.google().sent().size();
    server.clock().advance(Duration.ofSeconds(240));
    until(() -> report(others).get("deliveries").toString().contains("503"));
    assertEquals("paused", providerState("google"));
    var meanwhile = post("{'to':{'uids':['g']},'channel':'voip','title':'Carol'}");
    assertEquals(1, count(done(idOf(meanwhile)), "accepted"));
    assertEquals(2, doubles.google().to(called).size());
    assertEquals(before + 2, doubles.google().sent().size());

    busy.forEach(token -> doubles.google().setAnswer(token, FakeFcm.accepted()));
    waiting.forEach(token -> doubles.google().setAnswer(token, FakeFcm.accepted()));
    server.clock().advance(Duration.ofMinutes(1));
    assertEquals(3, count(done(others), "accepted"));
    assertEquals(3, count(done(first), "accepted"));
    assertEquals("active", providerState("google"));
  }

  @Test
  void aQuotaOfTheProjectPausesTheProviderForAsLongAsItSays() {
    var busy = withFcm("alice");
    var other = withFcm("bob");
    var quota =
        """
        {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[
          {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED",
           "metadata":{"quota_limit":"SendsPerMinutePerProject"}}]}}
        """;
    doubles
        .google()
        .setAnswer(busy, FakeService.Answer.json(429, quota).with("retry-after", "120"));
    var first = send("{'to':{'uids':['alice']},'title':'x'}");
    assertTrue(waiting(first).get("reason").stringValue().startsWith("429"));
    assertEquals("paused", providerState("google"));
    var second = send("{'to':{'uids':['bob']},'title':'x'}");
    until(() -> report(second).get("deliveries").size() == 1);
    assertEquals(0, doubles.google().to(other).size());

    doubles.google().setAnswer(busy, FakeFcm.accepted());
    server.clock().advance(Duration.ofSeconds(89));
    server.server().courier().wake();
    assertEquals(1, count(report(second), "pending"));
    server.clock().advance(Duration.ofSeconds(1));
    assertEquals(1, count(done(first), "accepted"));
    assertEquals(1, count(done(second), "accepted"));
  }

  @Test
  void aFailureOfOneSendDelaysOnlyThatDelivery() {
    var failing = withFcm("alice");
    withFcm("bob");
    var page = new FakeService.Answer(404, Map.of("content-type", "text/html"), "<html>");
    for (var answer : List.of(FakeFcm.error(500, "INTERNAL"), page)) {
      doubles.google().setAnswer(failing, answer);
      var first = send("{'to':{'uids':['alice']},'title':'x'}");
      assertEquals(State.PENDING.wireName(), waiting(first).get("state").stringValue());
      assertEquals("active", providerState("google"));
      assertEquals(1, count(done(send("{'to':{'uids':['bob']},'title':'x'}")), "accepted"));
      doubles.google().setAnswer(failing, FakeFcm.accepted());
      server.clock().advance(Duration.ofMinutes(2));
      assertEquals(1, count(done(first), "accepted"));
    }
    assertEquals(List.of("registered"), history("alice"));
  }

  @Test
  void tooManyRequestsToOneSubscriptionHoldBackNoOtherOfItsHost() {
    login("alice").register(doubles.subscription("/busy")).data();
    login("bob").register(doubles.subscription("/calm")).data();
    doubles.browser().setAnswer("/busy", FakeService.Answer.of(429).with("retry-after", "120"));
    var first = send("{'to':{'uids':['alice']},'title':'x'}");
    waiting(first);
    assertEquals(1, count(done(send("{'to':{'uids':['bob']},'title':'x'}")), "accepted"));
    doubles.browser().setAnswer("/busy", FakeService.Answer.of(201));
    server.clock().advance(Duration.ofSeconds(90));
    assertEquals(1, count(done(first), "accepted"));
  }

  @Test
  void aHostThatFailsForSeveralSubscriptionsWaitsForAProbe() {
    for (var uid : List.of("a", "b", "c", "d", "e")) {
      login(uid).register(doubles.subscription("/host-" + uid)).data();
    }
    for (var uid : List.of("a", "b", "c")) {
      doubles
          .browser()
          .setAnswer("/host-" + uid, FakeService.Answer.of(503).with("retry-after", "300"));
    }
    var first = send("{'to':{'uids':['a','b','c']},'title':'x'}");
    until(() -> report(first).get("deliveries").toString().split("503").length == 4);
    var others = send("{'to':{'uids':['d','e']},'title':'x'}");
    var call = send("{'to':{'uids':['d']},'channel':'voip','title':'Carol'}");
    assertEquals(1, count(done(call), "accepted"));
    assertEquals(2, count(report(others), "pending"));
    assertEquals(List.of(), doubles.browser().messages("/host-e"));
    for (var uid : List.of("a", "b", "c")) {
      doubles.browser().setAnswer("/host-" + uid, FakeService.Answer.of(201));
    }
    server.clock().advance(Duration.ofSeconds(300));
    until(
        () -> {
          server.clock().advance(Duration.ofSeconds(1));
          return count(report(others), "accepted") == 2;
        });
    assertEquals(3, count(done(first), "accepted"));
  }

  @Test
  void credentialsThatAreNotForOneEnvironmentPauseOnlyThatEnvironment() {
    var developer = hex();
    var customer = hex();
    login("alice").register("{'apnsToken':'%s'}".formatted(developer)).data();
    login("bob").register("{'apnsToken':'%s'}".formatted(customer)).data();
    doubles.apple().setAnswer(developer, FakeApns.error(400, "BadDeviceToken", null));
    assertEquals(1, count(done(send("{'to':{'uids':['alice']},'title':'x'}")), "accepted"));
    for (var reason : List.of("BadEnvironmentKeyIdInToken", "BadEnvironmentKeyInToken")) {
      doubles.sandbox().setAnswer(developer, FakeApns.error(403, reason, null));
      var first = send("{'to':{'uids':['alice']},'title':'x'}");
      assertEquals("403 " + reason, waiting(first).get("reason").stringValue());
      assertEquals("active", providerState("apple"));
      assertEquals(1, count(done(send("{'to':{'uids':['bob']},'title':'x'}")), "accepted"));
      doubles.sandbox().setAnswer(developer, FakeService.Answer.of(200));
      doubles.setApple(server, app);
      server.clock().advance(Duration.ofSeconds(60));
      assertEquals(1, count(done(first), "accepted"));
    }
  }

  private static String rollcallId(FakeService.Got got) {
    return got.text().replaceFirst("(?s).*\"rollcall_id\":\"([^\"]*)\".*", "$1");
  }

  @Test
  void credentialsThatExpireHarmNoTokenAndWhatWaitsIsSentOnceTheyAreSetAnew() {
    var token = hex();
    login("alice").register("{'apnsToken':'%s'}".formatted(token)).data();
    doubles.apple().setAnswer(token, FakeApns.error(403, "InvalidProviderToken", null));
    var id = send("{'to':{'uids':['alice']},'title':'x'}");
    assertEquals("403 InvalidProviderToken", waiting(id).get("reason").stringValue().split(";")[0]);
    keep();
    assertEquals(List.of("registered"), history("alice"));
    doubles.apple().setAnswer(token, FakeService.Answer.of(200));
    assertEquals(1, doubles.apple().to(token).size());
    doubles.setApple(server, app);
    assertEquals(1, count(done(id), "accepted"));
  }

  @Test
  void aMessageThatCameTooLateIsNotSent() {
    var token = "fcm-" + hex();
    login("alice").registerFcm(token);
    doubles.google().setAnswer(token, FakeFcm.error(503, "UNAVAILABLE"));
    var id = send("{'to':{'uids':['alice']},'title':'x','ttl':30}");
    waiting(id);
    doubles.google().setAnswer(token, FakeFcm.accepted());
    server.clock().advance(Duration.ofHours(1));
    assertEquals(1, count(done(id), "expired"));
    assertEquals(1, doubles.google().to(token).size());
  }

  @Test
  void whatIsCalledOffIsNotSent() {
    var token = "fcm-" + hex();
    login("alice").registerFcm(token);
    doubles.google().setAnswer(token, FakeFcm.error(503, "UNAVAILABLE").with("retry-after", "60"));
    var id = send("{'to':{'uids':['alice']},'title':'x'}");
    waiting(id);
    server.call("DELETE", "/v1/notifications/" + id).backEnd(app).send().data();
    doubles.google().setAnswer(token, FakeFcm.accepted());
    server.clock().advance(Duration.ofMinutes(5));
    assertEquals(1, count(done(id), "cancelled"));
    assertEquals("cancelled", report(id).get("state").stringValue());
    done(send("{'to':{'uids':['alice']},'title':'another'}"));
    assertEquals(2, doubles.google().to(token).size());
  }

  @Test
  void theSameRequestIsSentOnceUnderOneKey() {
    var token = "fcm-" + hex();
    login("alice").registerFcm(token);
    var body = "{'to':{'uids':['alice']},'title':'x'}";
    var first = keyed("key-1", body);
    var second = keyed("key-1", body);
    assertEquals(idOf(first), idOf(second));
    assertTrue(second.json().get("data").get("repeated").booleanValue());
    keyed("key-1", body.replace('x', 'y')).is(Code.ERR_IDEMPOTENCY_KEY_REUSED);
    assertNotEquals(idOf(first), idOf(keyed("key-2", body)));
    done(idOf(first));
  }

  private Answer keyed(String key, String body) {
    return server
        .call("POST", "/v1/notifications")
        .backEnd(app)
        .header("Idempotency-Key", key)
        .json(body)
        .send();
  }

  @Test
  void aDryRunShowsWhatWouldBeSentAndSendsNothing() {
    var token = "fcm-" + hex();
    login("alice").registerFcm(token);
    var answer = post("{'to':{'uids':['alice','nobody']},'title':'x','dryRun':true}");
    assertEquals(200, answer.status(), answer.body());
    assertEquals(1, answer.data().get("unknown").intValue());
    var request = answer.data().get("requests").get(0);
    assertEquals("POST", request.get("method").stringValue());
    assertTrue(request.get("body").stringValue().contains(token));
    assertFalse(answer.body().toLowerCase(java.util.Locale.ROOT).contains("bearer"));
    assertEquals(List.of(), doubles.google().to(token));
  }

  @Test
  void aKeyThatNobodyKnowsIsRefusedByNameAndNothingIsSent() {
    var token = "fcm-" + hex();
    login("alice").registerFcm(token);
    var mistyped = post("{'to':{'uids':['alice']},'title':'x','dryrun':true}");
    mistyped.is(Code.ERR_BAD_REQUEST, "dryrun");
    assertTrue(mistyped.body().contains("dryRun"), mistyped.body());
    post("{'%s':true}".formatted(token)).is(Code.ERR_BAD_REQUEST, "(a long key)");
    assertEquals(
        1, count(done(send("{'to':{'uids':['alice']},'title':'x','TTL':null}")), "accepted"));
    assertEquals(1, doubles.google().to(token).size());
  }

  /// Programs are written after the document.
  @Test
  void theDocumentDescribesTheKeysThatAreKnown() {
    var described =
        OpenApi.document()
            .root()
            .get("components")
            .get("schemas")
            .get("NewNotification")
            .get("properties")
            .propertyNames();
    var named = post("{'none':1}").json().get("error").get("message").stringValue();
    assertEquals(Set.copyOf(described), Set.of(named.replaceFirst("^.*: ", "").split(", ")), named);
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedWithTheSizes() {
    var answer =
        post("{'to':{'all':true},'title':'x','data':{'a':'%s'}}".formatted("a".repeat(4100)));
    answer.is(Code.ERR_MESSAGE_REFUSED);
    assertTrue(answer.body().contains("4096"), answer.body());
  }

  @Test
  void whatIsWrongWithARequestIsSaid() {
    post("{'title':'x'}").is(Code.ERR_BAD_REQUEST, "to");
    post("{'to':{'uids':[]},'title':'x'}").is(Code.ERR_BAD_REQUEST, "to.uids");
    post("{'to':{'uids':['a'],'all':true},'title':'x'}").is(Code.ERR_BAD_REQUEST, "to");
    post("{'to':{'all':true}}").is(Code.ERR_BAD_REQUEST, "title");
    post("{'to':{'all':true},'title':'x','channel':'fcm'}").is(Code.ERR_BAD_REQUEST, "channel");
    post("{'to':{'all':true},'title':'x','ttl':2419201}").is(Code.ERR_BAD_REQUEST, "ttl");
    post("{'to':{'all':true},'title':'x','data':{'a':1}}").is(Code.ERR_BAD_REQUEST, "data.a");
    post("{'to':{'all':true},'title':'x','collapseId':'%s'}".formatted("c".repeat(65)))
        .is(Code.ERR_BAD_REQUEST, "collapseId");
    post("{'to':{'all':true},'title':'x','overrides':{'gcm':{}}}")
        .is(Code.ERR_BAD_REQUEST, "overrides");
    post("{'to':{'all':true},'title':'x','context':{'type':'chat'}}")
        .is(Code.ERR_BAD_REQUEST, "context.from");
    post("{'to':{'token':'x'},'title':'x'}").is(Code.ERR_TOKEN_NOT_FOUND);
    post("{'to':{'session':'x'},'title':'x'}").is(Code.ERR_AUTH_TOKEN_NOT_FOUND);
    server
        .call("GET", "/v1/notifications/none")
        .backEnd(app)
        .send()
        .is(Code.ERR_NOTIFICATION_NOT_FOUND);
    server
        .call("DELETE", "/v1/notifications/none")
        .backEnd(app)
        .send()
        .is(Code.ERR_NOTIFICATION_NOT_FOUND);
    var authKey =
        new RunningServer.TestApp(
            app.id(), /* authKey= */ app.apiKey(), /* apiKey= */ app.authKey());
    server
        .call("POST", "/v1/notifications")
        .backEnd(authKey)
        .json("{'to':{'all':true},'title':'x'}")
        .send()
        .is(Code.AUTH_ERR_NO_ACCESS);
  }

  @Test
  void tenThousandUidsAreTaken() {
    login("alice").registerFcm("fcm-" + hex());
    var uids =
        IntStream.range(0, 9_999)
            .mapToObj(i -> "'" + "u".repeat(90) + i + "'")
            .collect(java.util.stream.Collectors.joining(","));
    var report = done(send("{'to':{'uids':['alice',%s]},'title':'x'}".formatted(uids)));
    assertEquals(9_999, report.get("unknown").intValue());
    assertEquals(1, count(report, "accepted"));
    post("{'to':{'uids':['alice','bob',%s]},'title':'x'}".formatted(uids))
        .is(Code.ERR_BAD_REQUEST, "to.uids");
  }

  @Test
  void aTestCanBeSentToOneToken() {
    var token = "fcm-" + hex();
    login("alice").registerFcm(token);
    var listed = server.call("GET", "/v1/users/alice/tokens").backEnd(app).send().data();
    var id = listed.get("tokens").get(0).get("id").stringValue();
    var sent = server.call("POST", "/v1/tokens/" + id + "/test").backEnd(app).send();
    assertEquals(202, sent.status());
    assertEquals(1, count(done(idOf(sent)), "accepted"));
    assertEquals(1, doubles.google().to(token).size());
    server
        .call("POST", "/v1/tokens/" + "0".repeat(16) + "-fcm/test")
        .backEnd(app)
        .send()
        .is(Code.ERR_TOKEN_NOT_FOUND);
  }

  @Test
  void aSuspectIsShownAndCanBeRestored() {
    var token = "fcm-" + hex();
    login("alice").registerFcm(token);
    doubles.google().setAnswer(token, FakeFcm.error(404, "UNREGISTERED"));
    done(send("{'to':{'uids':['alice']},'title':'x'}"));
    assertEquals("suspect", onlyToken("alice").get("state").stringValue());
    var id = onlyToken("alice").get("id").stringValue();
    server.call("POST", "/v1/tokens/" + id + "/restore").backEnd(app).send().data();
    assertEquals("active", onlyToken("alice").get("state").stringValue());
    assertEquals(List.of("registered", "suspected", "restored"), history("alice"));
    server.call("POST", "/v1/tokens/none/restore").backEnd(app).send().is(Code.ERR_TOKEN_NOT_FOUND);
  }

  private JsonNode onlyToken(String uid) {
    var roll = server.call("GET", "/v1/users/" + uid + "/tokens").backEnd(app).send().data();
    assertEquals(1, roll.get("tokens").size());
    return roll.get("tokens").get(0);
  }

  @Test
  void aSubscriptionThatLeadsInsideIsRefused() {
    for (var endpoint :
        List.of(
            "https://127.0.0.1/x",
            "https://10.0.0.1/x",
            "https://169.254.169.254/latest",
            "https://[::1]/x",
            "https://100.64.0.1/x")) {
      login("alice")
          .register(doubles.subscriptionAt(endpoint))
          .is(Code.ERR_BAD_REQUEST, "webPush.endpoint");
    }
    login("alice")
        .register("{'webPush':{'endpoint':'https://1.1.1.1/x'}}")
        .is(Code.ERR_BAD_REQUEST, "webPush.keys");
    login("alice")
        .register(doubles.subscriptionAt("http://1.1.1.1/x"))
        .is(Code.TOKEN_BAD_CHARACTER);
  }

  @Test
  void anEndpointThatCouldOnlyBeSentOtherwiseIsRefused() {
    var service = "https://" + doubles.pushService();
    for (var target : List.of("/a|b", "/a b", "/☃", "/100%", "/x#y")) {
      login("alice")
          .register(doubles.subscriptionAt(service + target))
          .is(Code.TOKEN_BAD_CHARACTER);
    }
  }

  @Test
  void metricsCountTheResultsOfDeliveries() {
    login("alice").registerFcm("fcm-" + hex());
    done(send("{'to':{'uids':['alice']},'title':'x'}"));
    // An attempt is counted once it has been noted, so the report may be there first.
    var accepted = "rollcall_deliveries_total{channel=\"fcm\",code=\"\",result=\"accepted\"}";
    until(() -> metrics().contains(accepted));
    assertTrue(metrics().contains("rollcall_deliveries_waiting"));
  }

  private static String metrics() {
    return server.call("GET", "/metrics").send().body();
  }

  @Test
  void historiesAndReportsHoldNoWholeToken() {
    var token = "fcm-" + hex();
    login("alice").registerFcm(token);
    var id = send("{'to':{'uids':['alice']},'title':'x'}");
    assertFalse(done(id).toString().contains(token));
    assertEquals(
        1, StreamSupport.stream(report(id).get("deliveries").spliterator(), false).count());
  }
}

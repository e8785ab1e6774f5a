package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.json.JsonObject;
import dev.rollcall.problem.Code;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Apps name providers by ids that are built into them, whatever the operator calls the providers.
final class ProviderIdsTest {
  private static final List<String> BUILT_IN =
      List.of(
          "team-chat-push",
          "FCM-Prod",
          "My FCM",
          "firebase ",
          "Firebase",
          "\u00fcn\u00ef",
          "a/b?c");

  private static final Doubles doubles = new Doubles();

  @RegisterExtension
  static final RunningServer server = new RunningServer().with(doubles.outside());

  private RunningServer.TestApp app;
  private int users;

  @AfterAll
  static void stopDoubles() {
    doubles.close();
  }

  @BeforeEach
  void newApp() {
    app = server.newApp(TokenPolicy.EXCLUSIVE);
  }

  private Call provider(String method, String id) {
    var path = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    return server.call(method, "/v1/providers/" + path).backEnd(app);
  }

  private Answer set(String id, String... aliases) {
    var account = JsonObject.parse(doubles.google().serviceAccount()).orElseThrow();
    var body = JsonObject.of("type", "fcm", "serviceAccount", account, "aliases", List.of(aliases));
    return provider("PUT", id).header("Content-Type", "application/json").body(body.text()).send();
  }

  /// Registers a token that names the provider, for a new user, whose uid is returned.
  private String register(String providerId) {
    var uid = "u" + users++;
    server.newUser(app, uid);
    var token = "fcm-" + UUID.randomUUID();
    server
        .login(app, uid)
        .call("POST", "/v3.0/notifications/push/v1/tokens")
        .json(
            "{'platform':'fcm_android','fcmToken':'%s','providerId':'%s'}"
                .formatted(token, providerId))
        .send()
        .data();
    return uid;
  }

  /// What became of a notification to the user.
  private String sent(String uid) {
    server.clock().advance(Duration.ofSeconds(30));
    var id =
        server
            .call("POST", "/v1/notifications")
            .backEnd(app)
            .json("{'to':{'uids':['%s']},'title':'x'}".formatted(uid))
            .send()
            .json()
            .get("data")
            .get("id")
            .stringValue();
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (report(id).get("state").stringValue().equals("sending")) {
      assertTrue(System.nanoTime() < end, "the notification is not sent");
      server.server().courier().wake();
    }
    return report(id).get("deliveries").get(0).get("state").stringValue();
  }

  private JsonNode report(String id) {
    return server.call("GET", "/v1/notifications/" + id).backEnd(app).send().data();
  }

  private JsonNode meta() {
    return server.call("GET", "/v1/providers").backEnd(app).send().json().get("meta");
  }

  private double withoutProvider() {
    server.clock().advance(Duration.ofMinutes(1));
    var metrics = server.call("GET", "/metrics").send().body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("rollcall_tokens_without_provider "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private String history(String uid) {
    return server
        .call("GET", "/v1/users/" + uid + "/tokens")
        .backEnd(app)
        .send()
        .data()
        .get("history")
        .get(0)
        .get("why")
        .stringValue();
  }

  @Test
  void theOnlyProviderOfTheTypeSendsToEveryTokenAlsoAfterItIsRenamed() {
    set("firebase").data();
    var uids = BUILT_IN.stream().map(this::register).toList();
    for (var uid : uids) {
      assertEquals("accepted", sent(uid));
    }
    assertEquals("accepted", sent(register("")));
    assertEquals(0, meta().get("unsetProviders").size());
    provider("DELETE", "FireBase").send().data();
    assertEquals("no-provider", sent(uids.getFirst()));
    set("team-chat-push").data();
    for (var uid : uids) {
      assertEquals("accepted", sent(uid));
    }
  }

  @Test
  void whateverATokenMayNameCanBeGivenToAProvider() {
    set("first").data();
    for (var id :
        List.of(
            "team-chat-push",
            "FCM-Prod",
            "My FCM",
            "\u00fcn\u00ef",
            "a/b?c",
            "50%",
            "\u63a8\u9001")) {
      assertEquals(id, set(id).text("id"));
      var uid = register(id.toUpperCase(Locale.ROOT) + " ");
      assertEquals("accepted", sent(uid), id);
      assertEquals(id, provider("GET", " " + id).send().text("id"));
    }
    assertEquals(0, meta().get("unsetProviders").size());
  }

  @Test
  void ofSeveralProvidersAnIdThatNoneHasIsReportedUntilAnAliasMapsIt() {
    set("one").data();
    set("two").data();
    var before = withoutProvider();
    var uid = register("team-chat-push");
    register("Team-Chat-Push ");
    var other = register("typo");
    assertEquals("no-provider", sent(uid));
    assertTrue(history(uid).endsWith("; names a provider that is not set"), history(uid));
    var unset = meta().get("unsetProviders");
    assertEquals(2, unset.size());
    assertEquals(
        "team-chat-push",
        unset.get(0).get("providerId").stringValue().toLowerCase(Locale.ROOT).strip());
    assertEquals("fcm", unset.get(0).get("type").stringValue());
    assertEquals(2, unset.get(0).get("tokens").intValue());
    assertEquals(before + 3, withoutProvider());

    assertEquals(
        List.of("TEAM-chat-push", "typo"), texts(set("two", "TEAM-chat-push", "typo").data()));
    assertEquals("accepted", sent(uid));
    assertEquals("accepted", sent(other));
    assertEquals(0, meta().get("unsetProviders").size());
    assertEquals(before, withoutProvider());
    set("one", "typo").is(Code.ERR_BAD_REQUEST, "aliases");
    set("Typo").is(Code.ERR_BAD_REQUEST, "id");
  }

  private static List<String> texts(JsonNode provider) {
    return provider.get("aliases").valueStream().map(JsonNode::stringValue).toList();
  }

  @Test
  void aTokenThatNamesNoneGoesToTheProviderDefaultOrTheFirst() {
    set("one").data();
    set("two").data();
    var uid = register("");
    assertEquals("accepted", sent(uid));
    assertEquals("one", providerOf(uid));
    set("Default").data();
    assertEquals("Default", providerOf(uid));
    assertEquals(0, meta().get("unsetProviders").size());
  }

  private String providerOf(String uid) {
    return server
        .call("POST", "/v1/notifications")
        .backEnd(app)
        .json("{'to':{'uids':['%s']},'title':'x','dryRun':true}".formatted(uid))
        .send()
        .json()
        .get("data")
        .get("requests")
        .get(0)
        .get("provider")
        .stringValue();
  }
}

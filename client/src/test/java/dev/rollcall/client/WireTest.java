package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.json.simple.JSONObject;
import org.json.simple.JSONValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The bytes that the SDK sends, against the wire contract.
final class WireTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static final String AUTH_TOKEN =
      "alice_00001a20dbf3b41c_5d41402abc4b2a76b9719d911017c592";
  private static final String ME = RawServer.data("{\"uid\":\"alice\",\"name\":\"Alice\"}");
  private static final String SUCCESS = RawServer.data("{\"success\":true,\"revision\":\"r1\"}");

  private RawServer raw;
  private RollcallClient client;

  /// A parsed request.
  private record Sent(String line, Map<String, String> headers, String body) {
    static Sent of(String bytes) {
      var parts = bytes.split("\r\n\r\n", 2);
      var lines = parts[0].split("\r\n");
      var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
      Arrays.stream(lines)
          .skip(1)
          .forEach(it -> headers.put(it.substring(0, it.indexOf(':')), it.split(": *", 2)[1]));
      return new Sent(lines[0], headers, parts[1]);
    }

    JSONObject json() {
      return (JSONObject) JSONValue.parse(body);
    }
  }

  @BeforeEach
  void logIn() throws Exception {
    raw = new RawServer(server);
    client = Phone.client(Phone.settings(server, raw.port()).timing(new MovableTiming()));
    raw.answer(
        RawServer.data("{\"uid\":\"alice\",\"authToken\":\"%s\"}".formatted(AUTH_TOKEN)), ME);
    client.login("Alice", "the-auth-key");
  }

  @AfterEach
  void hangUp() {
    client.close();
    raw.close();
  }

  private Sent sent(int index) {
    return Sent.of(raw.requests().get(index));
  }

  private Sent last() {
    return sent(raw.requests().size() - 1);
  }

  private static void assertClientHeaders(Sent sent) {
    var headers = sent.headers();
    assertEquals(server.app().id(), headers.get("appId"));
    assertTrue(headers.get("resource").matches("JAVA-0_1_0-[0-9a-f-]{36}-\\d+"), sent.toString());
    assertEquals("rollcall-java@0.1.0", headers.get("sdk"));
    assertEquals("v3.0", headers.get("chatApiVersion"));
    assertEquals("application/json", headers.get("Accept"));
    assertEquals("application/json", headers.get("Content-Type"));
    assertFalse(headers.containsKey("Cookie"));
  }

  private static void assertCallOfTheSession(Sent sent) {
    assertClientHeaders(sent);
    assertEquals(AUTH_TOKEN, sent.headers().get("authToken"));
    assertFalse(sent.headers().containsKey("apiKey"));
  }

  @Test
  void aLoginMakesAnAuthTokenAndThenStartsTheSession() {
    var first = sent(0);
    assertEquals("POST /v3.0/users/Alice/auth_tokens HTTP/1.1", first.line());
    assertClientHeaders(first);
    assertEquals("the-auth-key", first.headers().get("apiKey"));
    assertFalse(first.headers().containsKey("authToken"));
    assertEquals("JAVA", first.json().get("platform"));
    assertTrue(first.json().get("deviceId").toString().startsWith(server.app().id() + "_"));
    assertTrue(first.json().get("appInfo") instanceof JSONObject);

    var second = sent(1);
    assertEquals("PUT /v3.0/me HTTP/1.1", second.line());
    assertCallOfTheSession(second);
    assertEquals(first.json(), second.json());
    assertEquals(2, raw.requests().size());
  }

  @Test
  void whoIsLoggedInIsNotLoggedInAgain() throws RollcallException {
    client.login("ALICE", "the-auth-key");
    assertEquals(2, raw.requests().size());
  }

  @Test
  void aRegistrationSendsTheTokenTheDeviceKeyAndASequence() throws RollcallException {
    raw.answer(SUCCESS);
    client.registerFcm(" fcm-1 ");

    assertEquals("POST /v2/tokens HTTP/1.1", last().line());
    assertCallOfTheSession(last());
    assertEquals("fcm-1", last().json().get("fcmToken"));
    assertTrue(last().json().get("deviceKey") instanceof String);
    assertTrue(last().json().get("sequence") instanceof Long);
    assertEquals(3, last().json().size());
  }

  @Test
  void apnsTokensAreSentInTheirCanonicalForm() throws RollcallException {
    raw.answer(SUCCESS);
    client.registerApns("<AB cd>", "EF01");

    assertEquals("abcd", last().json().get("apnsToken"));
    assertEquals("ef01", last().json().get("voipToken"));
    assertFalse(last().json().containsKey("fcmToken"));
  }

  @Test
  void callExtensionSendsWhatItIsGivenAndNothingElse() throws RollcallException {
    raw.answer(SUCCESS, SUCCESS, SUCCESS, SUCCESS);
    var body = Json.object("fcmToken", "fcm-1");

    for (var endpoint : List.of("/v2/tokens", "v2/tokens", "//v2/tokens")) {
      client.callExtension("push-notification", "POST", endpoint, body);
      assertEquals("POST /v2/tokens HTTP/1.1", last().line());
      assertCallOfTheSession(last());
      assertEquals(body, last().json());
    }
    client.callExtension("push-notification", "delete", "/v2/tokens", Json.object("all", true));
    assertEquals("DELETE /v2/tokens HTTP/1.1", last().line());
    assertEquals("{\"all\":true}", last().body());
  }

  @Test
  void noBodyOrAnEmptyOneIsNone() throws RollcallException {
    raw.answer(SUCCESS, SUCCESS, SUCCESS, SUCCESS);
    client.callExtension("push-notification", "DELETE", "/v2/tokens", null);
    assertEquals("", last().body());
    assertCallOfTheSession(last());
    client.callExtension("push-notification", "DELETE", "/v2/tokens", new JSONObject());
    assertEquals("", last().body());
    client.callExtension("push-notification", "POST", "/v2/anything", null);
    assertEquals("0", last().headers().get("Content-Length"));
    client.callExtension("push-notification", "GET", "/v2/tokens", new JSONObject());
    assertEquals("GET /v2/tokens HTTP/1.1", last().line());
  }

  @Test
  void theBodyOfAGetBecomesItsQuery() throws RollcallException {
    raw.answer(SUCCESS);
    client.callExtension("push-notification", "GET", "/v2/tokens", Json.object("a b", "c&d=é"));
    assertEquals("GET /v2/tokens?a%20b=c%26d%3D%C3%A9 HTTP/1.1", last().line());
  }

  @Test
  void logoutIsADeleteWithoutABody() throws RollcallException {
    raw.answer(RawServer.data("{\"success\":true,\"message\":\"Logged out\"}"));
    assertEquals(LoggedOut.DONE, client.logout());

    assertEquals("DELETE /v3.0/me HTTP/1.1", last().line());
    assertCallOfTheSession(last());
    assertEquals("", last().body());
  }

  @Test
  void aLateLogoutSendsALogoutTokenAndNoAuthToken() throws RollcallException {
    var busy = RawServer.error(503, "ERR_BUSY", "Retry-After: 1");
    raw.answer(busy, busy, busy);
    assertEquals(LoggedOut.QUEUED, client.logout());
    raw.answer(RawServer.data("{\"success\":true,\"message\":\"Logged out\"}"), ME);
    client.login("bob_00001a20dbf3b41d_5d41402abc4b2a76b9719d911017c592");

    var sent = sent(raw.requests().size() - 2);
    assertEquals("POST /v1/logout HTTP/1.1", sent.line());
    assertClientHeaders(sent);
    assertFalse(sent.headers().containsKey("authToken"));
    assertEquals(
        "alice_00001a20dbf3b41c_f2f33d60a1c3b68a7b3a1be8eee9f5b1c3d1a43e1b9b4b2e9e7e6f2d0c5a4b3c"
            .length(),
        sent.json().get("logoutToken").toString().length());
    assertTrue(sent.json().get("logoutToken").toString().startsWith("alice_00001a20dbf3b41c_"));
    assertFalse(sent.body().contains("5d41402abc4b2a76"));
  }

  @Test
  void withARegionTheExtensionHasAHostOfItsOwn() throws Exception {
    var settings = Phone.settings(server, raw.port()).region("EU").timing(new MovableTiming());
    try (var regional = Phone.client(settings)) {
      raw.answer(ME, SUCCESS);
      regional.login(AUTH_TOKEN);
      assertEquals("localhost:" + raw.port(), last().headers().get("Host"));
      regional.registerFcm("fcm-1");
      assertEquals("push-notification-eu.localhost:" + raw.port(), last().headers().get("Host"));
    }
  }

  @Test
  void aBackEndSendsItsKeyAndNoAuthToken() throws Exception {
    var settings = Phone.settings(server, raw.port()).build();
    try (var backEnd = RollcallBackEnd.open(settings, "the-api-key")) {
      raw.answer(
          RawServer.data("{\"uid\":\"bob\"}"),
          RawServer.data("{\"pushTokens\":[]}"),
          RawServer.data("{\"success\":true}"));
      backEnd.createUser("bob", new UserProfile().name("Bob"));
      assertEquals("POST /v3/users HTTP/1.1", last().line());
      assertEquals("the-api-key", last().headers().get("apiKey"));
      assertFalse(last().headers().containsKey("authToken"));
      assertEquals("{\"uid\":\"bob\",\"name\":\"Bob\"}", last().json().toString());

      backEnd.pushTokens("bob_1", Scope.ALL);
      assertEquals(
          "GET /v3/notifications/push/v1/tokens?all=true&authToken=bob_1 HTTP/1.1", last().line());

      backEnd.registerPushToken("bob_1", "apns_ios_device", "AB");
      assertEquals("POST /v3/notifications/push/v1/tokens HTTP/1.1", last().line());
      assertEquals("ab", last().json().get("deviceToken"));
      assertEquals("bob_1", last().json().get("authToken"));
    }
  }

  @Test
  void whatHasNotChangedWithinADayIsNotSent() throws Exception {
    var timing = new MovableTiming();
    try (var phone = Phone.client(Phone.settings(server, raw.port()).timing(timing))) {
      raw.answer(ME);
      phone.login(AUTH_TOKEN);
      raw.answer(SUCCESS);
      assertEquals(Registered.SENT, phone.registerFcm("fcm-1"));
      int before = raw.requests().size();
      timing.advance(24 * 60 * 60 * 1000 - 1);
      assertEquals(Registered.UNCHANGED, phone.registerFcm("fcm-1"));
      assertEquals(before, raw.requests().size());

      raw.answer(SUCCESS);
      timing.advance(1);
      assertEquals(Registered.SENT, phone.registerFcm("fcm-1"));
      raw.answer(SUCCESS);
      assertEquals(Registered.SENT, phone.registerFcm("fcm-2"));
      raw.answer(SUCCESS);
      assertEquals(Registered.SENT, phone.registerApns("ab", null));
      assertEquals(Registered.UNCHANGED, phone.registerFcm("fcm-2"));
      assertEquals(Registered.UNCHANGED, phone.registerApns("AB", null));
    }
  }

  @Test
  void aRegistrationThatIsSupersededAlthoughItIsTheNewestIsSentWithoutANumber()
      throws RollcallException {
    raw.answer(RawServer.error(409, "ERR_SUPERSEDED"), SUCCESS);
    assertEquals(Registered.SENT, client.registerFcm("fcm-1"));
    assertFalse(last().json().containsKey("sequence"));
    assertEquals("fcm-1", last().json().get("fcmToken"));
  }

  @Test
  void whatTheServerNoLongerHoldsIsSentAgain() throws RollcallException {
    assertEquals(Registered.UNCHANGED, client.checkRegistration());
    raw.answer(SUCCESS);
    client.registerFcm("fcm-1");
    var sequence = (long) last().json().get("sequence");

    raw.answer(RawServer.data("{\"revision\":\"r1\"}"));
    assertEquals(Registered.UNCHANGED, client.checkRegistration());
    assertEquals("GET /v1/registration HTTP/1.1", last().line());
    assertCallOfTheSession(last());

    raw.answer(RawServer.data("{\"revision\":null}"), SUCCESS);
    assertEquals(Registered.SENT, client.checkRegistration());
    assertEquals("fcm-1", last().json().get("fcmToken"));
    assertTrue((long) last().json().get("sequence") > sequence);
  }

  @Test
  void afterADeletionEverythingIsSentAgain() throws RollcallException {
    raw.answer(SUCCESS, SUCCESS, SUCCESS, SUCCESS, SUCCESS);
    client.registerFcm("fcm-1");
    client.deleteTokens(Scope.SESSION);
    assertEquals("{\"all\":false}", last().body());
    assertEquals(Registered.SENT, client.registerFcm("fcm-1"));
    client.callExtension("push-notification", "DELETE", "v2/tokens", Json.object("all", true));
    assertEquals(Registered.SENT, client.registerFcm("fcm-1"));
  }

  @Test
  void noHeaderIsSentThatNobodyAskedFor() {
    var known =
        List.of(
            "appid",
            "apikey",
            "authtoken",
            "resource",
            "sdk",
            "chatapiversion",
            "accept",
            "accept-encoding",
            "content-type",
            "content-length",
            "host",
            "connection",
            "user-agent");
    for (var request : raw.requests()) {
      for (var name : Sent.of(request).headers().keySet()) {
        assertTrue(known.contains(name.toLowerCase(Locale.ROOT)), name);
      }
    }
  }
}

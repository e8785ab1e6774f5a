package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.json.simple.JSONObject;
import org.json.simple.JSONValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The SDK refuses what the server refuses, with the same code.
final class TokenShapeTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static final String OK = "taken";

  private static List<Object> values() {
    var all = new ArrayList<Object>();
    all.addAll(
        List.of(
            "",
            " ",
            "\t\n",
            "\u2003",
            "null",
            "NULL",
            " (null) ",
            "undefined",
            "nil",
            "<null>",
            "{length=32,bytes=0x4f21 ... 77a1}",
            "{length = 32, bytes = 0x4f21}",
            "32 bytes",
            "length = 32",
            "a b",
            "café",
            "tab\there",
            "\u0001",
            "plain",
            "a:b-c_d",
            "x".repeat(4096),
            "x".repeat(4097),
            "é".repeat(2049)));
    all.addAll(
        List.of(
            "ab",
            "AB",
            "<ab cd>",
            "abc",
            "xyz",
            "<>",
            "a".repeat(512),
            "a".repeat(513),
            "a".repeat(4097),
            "a".repeat(4098),
            "apns-test-1",
            "voip-test-1",
            "apns-",
            "apns-" + "a".repeat(101),
            "fcm:token",
            "0x12",
            "\u2003ab\u2003"));
    all.addAll(
        List.of(
            "None",
            "NaN",
            "true",
            "BLACKLISTED",
            "SERVICE_NOT_AVAILABLE",
            "java.io.IOException: TIMEOUT",
            "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0",
            "<00FC13AD ff785122 b4ad2880>",
            "ExponentPushToken[a1B2c3D4]",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "https://fcm.googleapis.com/fcm/send/abc:APA91b",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP",
            "/topics/news",
            "com.google.android.gms.tasks.zzq@1b2c3d4",
            "[object Object]",
            "{\"value\":\"abc:APA91b\"}",
            "Optional(\"abc:APA91b\")",
            "Instance of 'Future<String?>'"));
    all.addAll(
        List.of(
            "<FIRMessaging: 0x6000>",
            "abc%3AAPA91b",
            "\"abc:APA91b\"",
            "abc\\u003aAPA91b",
            "abc&#58;APA91b",
            "abc:APA91b,def:APA91b",
            "ab;cd",
            "Bearer abc",
            "cKzIQ0vDTmyAm3lwQ0vDTm",
            "APA91bHun4MxP5egoKMwt2KZFBaFUH",
            "42",
            "x",
            "é"));
    all.addAll(List.of(7, true, 1.5, List.of("a"), new JSONObject()));
    return all;
  }

  @Test
  void theCodesAreTheServersOwn() throws Exception {
    var uid = Phone.newUser(server, "alice");
    String authToken;
    try (var backEnd = Phone.backEnd(server)) {
      authToken = backEnd.createAuthToken(uid).value();
    }
    for (var field : TokenShape.FIELDS) {
      for (var value : values()) {
        var body = Json.object(field, value instanceof List<?> list ? Json.array(list) : value);
        assertEquals(byServer(authToken, body), byClient(body), () -> field + ": " + value);
      }
    }
    var none = Json.object("fcmToken", null);
    var oneOfTwo = Json.put(Json.object("apnsToken", "ab"), "voipToken", null);
    for (var body : List.of(new JSONObject(), none, oneOfTwo)) {
      assertEquals(byServer(authToken, body), byClient(body), body::toString);
    }
  }

  @Test
  void howLongAnApnsTokenMayBeIsTheServersToSay() throws Exception {
    var body = Json.object("apnsToken", "a".repeat(514));
    assertEquals(OK, byClient(body));
    String authToken;
    try (var backEnd = Phone.backEnd(server)) {
      authToken = backEnd.createAuthToken(Phone.newUser(server, "alice")).value();
    }
    assertEquals("TOKEN_TOO_LONG apnsToken", byServer(authToken, body));
  }

  private static String byClient(JSONObject body) {
    try {
      TokenShape.check(body);
      return OK;
    } catch (RollcallException e) {
      return e.getCode() + " " + e.getDetails().get("field");
    }
  }

  private static String byServer(String authToken, JSONObject body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.httpPort() + "/v2/tokens"))
            .header("appId", server.app().id())
            .header("authToken", authToken)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toJSONString()))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = (JSONObject) JSONValue.parse(http.send(request, BodyHandlers.ofString()).body());
      if (answer.containsKey("data")) {
        return OK;
      }
      var error = (JSONObject) answer.get("error");
      return error.get("code") + " " + ((JSONObject) error.get("details")).get("field");
    }
  }

  @Test
  void nothingIsSentForWhatCannotBeAToken() throws Exception {
    try (var relay = new Relay(server.httpsPort());
        var phone = Phone.client(Phone.settings(server, relay.port()))) {
      phone.login(Phone.newUser(server, "alice"), server.app().authKey());
      int before = relay.connections();
      relay.cut();
      for (var token : new String[] {null, "", " ", "null", "a b"}) {
        assertThrows(RollcallException.class, () -> phone.registerFcm(token));
      }
      var missing = assertThrows(RollcallException.class, () -> phone.registerApns(null, null));
      assertEquals("TOKEN_MISSING", missing.getCode());
      assertThrows(RollcallException.class, () -> phone.registerApns("ab", "xyz"));
      assertEquals(before, relay.connections());
    }
  }
}

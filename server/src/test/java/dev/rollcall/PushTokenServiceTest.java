package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import dev.rollcall.token.PushPlatform;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// The newer push-token service, for SDKs and for back ends (wire contract 6.2 and 6.3).
final class PushTokenServiceTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String PATH = "/notifications/push/v1/tokens";

  private static Call backEnd(String method, String rest) {
    return server.call(method, "/v3" + PATH + rest).backEnd(server.app());
  }

  private static JsonNode list(Device device, boolean all) {
    return backEnd("GET", "?authToken=" + device.handle() + "&all=" + all)
        .send()
        .data()
        .get("pushTokens");
  }

  private static String body(PushPlatform platform, String token) {
    var value =
        platform == PushPlatform.WEB_PUSH
            ? "{'endpoint':'%s','keys':{'p256dh':'B%s','auth':'%s'}}"
                .formatted(token, "A".repeat(86), "A".repeat(22))
            : "'" + token + "'";
    return "{'platform':'%s','providerId':'default','timezone':'Europe/Berlin','%s':%s}"
        .formatted(platform.wireName(), platform.tokenKey(), value);
  }

  private static String tokenFor(PushPlatform platform) {
    var hex = "%08x".formatted(platform.name().hashCode());
    return switch (platform.channel()) {
      case FCM -> "fcm:" + hex;
      case APNS, APNS_VOIP -> hex;
      case WEB_PUSH -> "https://1.1.1.1/" + hex;
    };
  }

  @ParameterizedTest
  @EnumSource
  void anSdkRegistersOnEveryPlatform(PushPlatform platform) {
    var device = server.someone();
    var token = tokenFor(platform);
    assertTrue(
        device
            .call("POST", "/v3.0" + PATH)
            .json(body(platform, token))
            .send()
            .data()
            .get("success")
            .booleanValue());

    assertEquals(List.of(token), device.tokens(platform.platform().wireName()));
    var listed = list(device, false);
    assertEquals(1, listed.size());
    assertEquals(platform.wireName(), listed.get(0).get("platform").stringValue());
    assertEquals(token, listed.get(0).get("pushToken").stringValue());
    assertEquals(device.uid(), listed.get(0).get("uid").stringValue());
    assertEquals(device.handle(), listed.get(0).get("authToken").stringValue());

    var gone =
        device.call("DELETE", "/v3.0" + PATH).header("Content-Type", "application/json").send();
    assertTrue(gone.data().get("success").booleanValue());
    assertEquals(listed, gone.data().get("pushTokens"));
    assertEquals(List.of(), device.tokens());
  }

  @ParameterizedTest
  @EnumSource
  void aBackEndRegistersOnEveryPlatform(PushPlatform platform) {
    var device = server.someone();
    var token = tokenFor(platform);
    for (var named : List.of(device.authToken(), device.handle())) {
      backEnd("POST", "")
          .json(body(platform, token).replace("{", "{'authToken':'" + named + "',"))
          .send()
          .data();
      assertEquals(List.of(token), device.tokens(platform.platform().wireName()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPlatformWithoutItsTokenIsRefused(PushPlatform platform) {
    var device = server.someone();
    var other = platform.tokenKey().equals("fcmToken") ? "deviceToken" : "fcmToken";
    device
        .call("POST", PATH)
        .json("{'platform':'%s','%s':'abcd'}".formatted(platform.wireName(), other))
        .send()
        .is(Code.TOKEN_MISSING);
    assertEquals(List.of(), device.tokens());
  }

  @Test
  void timesAreWhenItWasFirstAndLastRegistered() {
    var device = server.someone();
    var body = "{'platform':'fcm_web','fcmToken':'times'}";
    device.call("POST", PATH).json(body).send().data();
    var registered = server.clock().instant();
    server.clock().advance(Duration.ofHours(3));
    device.call("POST", PATH).json(body).send().data();
    var token = list(device, false).get(0);
    assertEquals(millis(registered), token.get("createdAt").stringValue());
    assertEquals(millis(registered.plusSeconds(3 * 3600)), token.get("updatedAt").stringValue());
  }

  private static String millis(Instant instant) {
    return instant
        .toString()
        .replace("Z", instant.truncatedTo(ChronoUnit.SECONDS).equals(instant) ? ".000Z" : "Z");
  }

  @Test
  void whatIsNotGivenIsTheDefault() {
    var device = server.someone();
    for (var provider : List.of("null", "''", "'  '")) {
      device
          .call("POST", PATH)
          .json(
              "{'platform':'fcm_ios','fcmToken':'the-token','providerId':%s,'timezone':null}"
                  .formatted(provider))
          .send()
          .data();
      assertEquals("default", list(device, false).get(0).get("providerId").stringValue());
    }
    device
        .call("POST", PATH)
        .json("{'platform':'fcm_ios','fcmToken':'the-token','providerId':'second'}")
        .send()
        .data();
    assertEquals("second", list(device, false).get(0).get("providerId").stringValue());
  }

  @Test
  void aBackEndListsAndDeletesBySessionOrByUser() {
    server.newUser("lister");
    var phone = server.login("lister");
    var tablet = server.login("lister");
    phone.registerFcm("listers-phone");
    tablet.registerFcm("listers-tablet");
    assertEquals(1, list(phone, false).size());
    assertEquals(2, list(phone, true).size());
    assertEquals(
        2, list(phone, true).valueStream().map(it -> it.get("authToken")).distinct().count());

    var gone =
        backEnd("DELETE", "?all=false").json("{'authToken':'%s'}".formatted(phone.handle())).send();
    assertEquals(
        "listers-phone", gone.data().get("pushTokens").get(0).get("pushToken").stringValue());
    assertEquals(List.of("listers-tablet"), phone.tokens());
    phone.registerFcm("listers-phone");
    backEnd("DELETE", "?all=TRUE")
        .json("{'authToken':'%s'}".formatted(phone.authToken()))
        .send()
        .data();
    assertEquals(List.of(), tablet.tokens());
  }

  @Test
  void aBackEndDeletesOneToken() {
    var device = server.someone();
    var fcm = "a:b/c+d e%_".replace(" ", "") + device.handle();
    device.register("{'fcmToken':'%s','apnsToken':'abcdef01'}".formatted(fcm)).data();
    var named = "{'authToken':'%s'}".formatted(device.handle());

    var escaped = URLEncoder.encode(fcm, StandardCharsets.UTF_8).replace("+", "%20");
    var gone = backEnd("DELETE", "/" + escaped).json(named).send().data();
    assertEquals(fcm, gone.get("pushTokens").get(0).get("pushToken").stringValue());
    backEnd("DELETE", "/" + escaped).json(named).send().is(Code.ERR_TOKEN_NOT_FOUND);
    backEnd("DELETE", "/" + "abcdef01".toUpperCase(Locale.ROOT)).json(named).send().data();
    assertEquals(List.of(), device.tokens());
  }

  @Test
  void theTokenOfAnotherUserIsNotFoundAndStays() {
    var victim = server.someone();
    var other = server.someone();
    victim.registerFcm("the-victims-token");
    backEnd("DELETE", "/the-victims-token")
        .json("{'authToken':'%s'}".formatted(other.handle()))
        .send()
        .is(Code.ERR_TOKEN_NOT_FOUND);
    assertEquals(List.of("the-victims-token"), victim.tokens());
  }

  @Test
  void aBackEndHasToNameASessionOfItsApp() {
    var elsewhere = server.newApp(TokenPolicy.EXCLUSIVE);
    server.newUser(elsewhere, "stranger");
    var stranger = server.login(elsewhere, "stranger");
    stranger.registerFcm("strangers");
    var body = "{'platform':'fcm_web','fcmToken':'mine','authToken':'%s'}";
    for (var name :
        List.of(stranger.handle(), stranger.authToken(), "nonsense", "a_0000000000000000")) {
      backEnd("POST", "").json(body.formatted(name)).send().is(Code.ERR_AUTH_TOKEN_NOT_FOUND);
      backEnd("GET", "?authToken=" + name).send().is(Code.ERR_AUTH_TOKEN_NOT_FOUND);
      backEnd("DELETE", "")
          .json("{'authToken':'%s'}".formatted(name))
          .send()
          .is(Code.ERR_AUTH_TOKEN_NOT_FOUND);
      backEnd("DELETE", "/strangers")
          .json("{'authToken':'%s'}".formatted(name))
          .send()
          .is(Code.ERR_AUTH_TOKEN_NOT_FOUND);
    }
    backEnd("POST", "")
        .json("{'platform':'fcm_web','fcmToken':'a-token'}")
        .send()
        .is(Code.ERR_BAD_REQUEST, "authToken");
    backEnd("DELETE", "").send().is(Code.ERR_BAD_REQUEST, "authToken");
    backEnd("DELETE", "/x").send().is(Code.ERR_BAD_REQUEST, "authToken");
    backEnd("GET", "").send().is(Code.ERR_BAD_REQUEST, "authToken");
    backEnd("GET", "?authToken=").send().is(Code.ERR_BAD_REQUEST, "authToken");
    assertEquals(List.of("strangers"), stranger.tokens());
  }

  @Test
  void onlyAnApiKeyManagesTokensOfOthers() {
    var device = server.someone();
    device.registerFcm("managed");
    var named = "{'authToken':'%s'}".formatted(device.handle());
    for (var method : List.of("POST", "DELETE")) {
      withKey(
              method,
              "",
              server.app().authKey(),
              "{'platform':'fcm_web','fcmToken':'a-token','authToken':'%s'}"
                  .formatted(device.handle()))
          .is(Code.AUTH_ERR_NO_ACCESS);
      withKey(
              method,
              "",
              "wrong",
              "{'platform':'fcm_web','fcmToken':'a-token','authToken':'%s'}"
                  .formatted(device.handle()))
          .is(Code.AUTH_ERR_APIKEY_NOT_FOUND);
    }
    withKey("GET", "?authToken=" + device.handle(), server.app().authKey(), "")
        .is(Code.AUTH_ERR_NO_ACCESS);
    withKey("DELETE", "/managed", server.app().authKey(), named).is(Code.AUTH_ERR_NO_ACCESS);
    device
        .call("GET", PATH + "?authToken=" + device.handle())
        .send()
        .is(Code.AUTH_ERR_EMPTY_APIKEY);
    device.call("DELETE", PATH + "/managed").json(named).send().is(Code.AUTH_ERR_EMPTY_APIKEY);
    server.call("POST", PATH).json("{}").send().is(Code.AUTH_ERR_EMPTY_APPID);
    server
        .call("POST", PATH)
        .header("appId", server.app().id())
        .json("{}")
        .send()
        .is(Code.AUTH_ERR_EMPTY_AUTH_TOKEN);
    assertEquals(List.of("managed"), device.tokens());
  }

  private static Answer withKey(String method, String rest, String key, String body) {
    var call =
        server.call(method, PATH + rest).header("appId", server.app().id()).header("apiKey", key);
    return body.isEmpty() ? call.send() : call.json(body).send();
  }

  @Test
  void theRollShowsWhatBecameOfAUsersTokens() {
    server.newUser("roll");
    var phone = server.login("roll");
    phone.registerFcm("rolls-first-token");
    phone.registerFcm("rolls-second-token");
    server.someone().registerFcm("rolls-second-token");
    phone.registerFcm("rolls-third-token");

    var roll = server.call("GET", "/v1/users/ROLL/tokens").backEnd(server.app()).send();
    assertFalse(roll.body().contains("rolls-first"), roll.body());
    var token = roll.data().get("tokens").get(0);
    assertEquals("rolls…", token.get("token").stringValue());
    assertEquals("fcm", token.get("channel").stringValue());
    assertEquals(phone.handle(), token.get("session").stringValue());
    assertEquals(server.clock().millis(), token.get("registeredAt").longValue());
    assertFalse(token.get("stale").booleanValue());
    assertEquals(
        List.of("registered", "moved", "registered", "replaced", "registered"),
        roll.data().get("history").valueStream().map(it -> it.get("event").stringValue()).toList());

    server.clock().advance(Duration.ofDays(31));
    var later = server.call("GET", "/v1/users/roll/tokens").backEnd(server.app()).send().data();
    assertTrue(later.get("tokens").get(0).get("stale").booleanValue());
    server
        .call("GET", "/v1/users/nobody/tokens")
        .backEnd(server.app())
        .send()
        .is(Code.ERR_UID_NOT_FOUND);
    server
        .call("GET", "/v3/v1/users/roll/tokens")
        .backEnd(server.app())
        .send()
        .is(Code.ERR_ROUTE_NOT_FOUND);
    withKeyAt("/v1/users/roll/tokens", server.app().authKey()).is(Code.AUTH_ERR_NO_ACCESS);
  }

  private static Answer withKeyAt(String path, String key) {
    return server.call("GET", path).header("appId", server.app().id()).header("apiKey", key).send();
  }
}

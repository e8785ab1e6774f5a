package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Code;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What comes with a registration never costs the registration, and changes only what it says.
final class SentAlongTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final String PATH = "/v3.0/notifications/push/v1/tokens";
  private static final String TIMEZONE = "/v3.0/notifications/v1/preferences/timezone";
  private static final String IPHONE = "Shop/43 CFNetwork/1474 Darwin/23.0.0";

  private static String newToken() {
    return "token-%d:APA91bHun4MxP5egoKMwt2".formatted(NEXT.incrementAndGet());
  }

  /// A session whose login said nothing about the platform.
  private static Device silent() {
    var uid = "silent-" + NEXT.incrementAndGet();
    server.newUser(uid);
    return server.login(server.app(), uid, "{}");
  }

  private static Answer register(Device device, String body) {
    return device.call("POST", PATH).json(body).send();
  }

  private static JsonNode listed(Device device) {
    return server
        .call("GET", "/v3/notifications/push/v1/tokens?authToken=" + device.handle())
        .backEnd(server.app())
        .send()
        .data()
        .get("pushTokens");
  }

  private static List<String> why(Device device) {
    return server
        .call("GET", "/v1/users/" + device.uid() + "/tokens")
        .backEnd(server.app())
        .send()
        .data()
        .get("history")
        .valueStream()
        .map(it -> it.get("why").stringValue())
        .toList();
  }

  private static List<String> ignored(Answer answer) {
    var ignored = answer.data().get("ignored");
    return ignored == null
        ? List.of()
        : ignored.valueStream().map(it -> it.get("field").stringValue()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'Etc/Unknown'",
        "''",
        "' '",
        "'undefined'",
        "'null'",
        "'Eastern Standard Time'",
        "'EST'",
        "'Factory'",
        "5.5",
        "'5.5'",
        "-330",
        "true",
        "{}",
        "['Europe/Berlin']",
        "'Europe/\\u0000Berlin'",
        "'Europe\\ud800'",
        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
      })
  void aTimezoneThatIsNotUnderstoodIsLeftOutAndTheAnswerSaysSo(String zone) {
    var device = server.someone();
    var token = newToken();
    var body = "{'platform':'fcm_web','fcmToken':'%s','timezone':%s}".formatted(token, zone);

    var answer = register(device, body);

    assertEquals(List.of("timezone"), ignored(answer));
    var reason = answer.data().get("ignored").get(0).get("reason").stringValue();
    assertTrue(reason.startsWith("timezone must "), reason);
    assertEquals(List.of(token), device.tokens());
    assertEquals(List.of("new; ignored: timezone"), why(device));
    device
        .call("PATCH", TIMEZONE)
        .json("{'timezone':%s}".formatted(zone))
        .send()
        .is(Code.ERR_BAD_REQUEST, "timezone");
  }

  @ParameterizedTest
  @CsvSource({
    "Asia/Calcutta, Asia/Calcutta",
    "US/Pacific, US/Pacific",
    "America/Indianapolis, America/Indianapolis",
    "AMERICA/Indianapolis, America/Indianapolis",
    "asia/kolkata, Asia/Kolkata",
    "'Europe/Berlin ', Europe/Berlin",
    "GMT+5:30, +05:30",
    "GMT+0530, +05:30",
    "GMT+1:00, +01:00",
    "UTC+1, +01:00",
    "+02:00, +02:00",
    "Europe/Kyiv, Europe/Kyiv",
    "America/Coyhaique, America/Coyhaique",
    "CST6CDT, CST6CDT",
    "WET, WET",
  })
  void aTimezoneThatCanBeMendedIsMended(String zone, String id) {
    var device = server.someone();
    var body = "{'platform':'fcm_web','fcmToken':'%s','timezone':'%s'}".formatted(newToken(), zone);

    assertEquals(List.of(), ignored(register(device, body)));
    var set = device.call("PATCH", TIMEZONE).json("{'timezone':'%s'}".formatted(zone)).send();
    assertEquals(id, set.text("timezone"));
    assertEquals(id, device.call("GET", TIMEZONE).send().text("timezone"));
  }

  @Test
  void aTimezoneThatIsNullIsNotSaid() {
    var device = server.someone();
    var body = "{'platform':'fcm_web','fcmToken':'%s','timezone':null}".formatted(newToken());

    assertEquals(List.of(), ignored(register(device, body)));
    assertFalse(register(device, body).data().has("ignored"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "{}", "['a']", "true", "'a\\u0000b'", "'a\\u0007b'", "'\\ud800'"})
  void aProviderIdThatIsNoneIsLeftOut(String id) {
    var device = server.someone();
    var token = newToken();
    var body = "{'platform':'fcm_ios','fcmToken':'%s','providerId':%s}".formatted(token, id);

    assertEquals(List.of("providerId"), ignored(register(device, body)));
    assertEquals(List.of(token), device.tokens("ios"));
    assertEquals("default", listed(device).get(0).get("providerId").stringValue());
    assertEquals(List.of("new; ignored: providerId"), why(device));
  }

  @Test
  void aProviderIdThatIsTooLongIsLeftOutAndBlanksAtItsEndsAreNoPartOfIt() {
    var device = server.someone();
    var body = "{'platform':'fcm_ios','fcmToken':'" + newToken() + "','providerId':'%s'}";

    assertEquals(List.of("providerId"), ignored(register(device, body.formatted("x".repeat(101)))));
    assertEquals(List.of(), ignored(register(device, body.formatted("firebase "))));
    assertEquals("firebase", listed(device).get(0).get("providerId").stringValue());
  }

  @Test
  void noAnswerAndNoHistoryRepeatsWhatWasLeftOut() {
    var device = server.someone();
    var secret = "Q9secretQ9";
    var body =
        "{'platform':'%1$s','fcmToken':'%2$s','timezone':'%1$s','providerId':'%1$s\\n\\u0001','sequence':'%1$s'}"
            .formatted(secret, newToken());

    var answer = register(device, body);

    assertEquals(List.of("platform", "providerId", "timezone", "sequence"), ignored(answer));
    assertFalse(answer.body().contains(secret), answer.body());
    assertEquals(List.of("new; ignored: platform, providerId, timezone, sequence"), why(device));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.0", "1e3", "'7'", "true", "99999999999999999999999"})
  void aSequenceThatIsNoneIsLeftOut(String sequence) {
    var device = server.someone();
    var token = newToken();
    var answer = device.register("{'fcmToken':'%s','sequence':%s}".formatted(token, sequence));

    assertEquals(List.of("sequence"), ignored(answer));
    assertEquals(List.of(token), device.tokens());
    assertEquals(List.of("new; ignored: sequence"), why(device));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "7", "'short'", "''", "'null'"})
  void anApplicationServerKeyThatIsNoneIsLeftOut(String key) {
    var device = server.someone();
    var endpoint = "https://1.1.1.1/" + NEXT.incrementAndGet();
    var body =
        "{'webPush':{'endpoint':'%s','keys':{'p256dh':'B%s','auth':'%s'},'applicationServerKey':%s}}"
            .formatted(endpoint, "A".repeat(86), "A".repeat(22), key);

    assertEquals(List.of("webPush.applicationServerKey"), ignored(device.register(body)));
    assertEquals(List.of(endpoint), device.tokens("web"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'fcm_kotlin_android'", "''", "7", "{}", "['fcm_web']", "'unknown'"})
  void aPushPlatformThatIsUnknownIsLeftOutAndTheKeyOfTheTokenShowsItsChannel(String word) {
    var device = silent();
    var token = newToken();

    assertEquals(
        List.of("platform"),
        ignored(register(device, "{'platform':%s,'fcmToken':'%s'}".formatted(word, token))));
    assertEquals("fcm_android", listed(device).get(0).get("platform").stringValue());
    register(device, "{'platform':%s,'deviceToken':'AB12'}".formatted(word)).data();
    assertEquals(List.of("ab12"), device.tokens("ios"));
    register(device, "{'platform':%s}".formatted(word)).is(Code.TOKEN_MISSING);
  }

  @ParameterizedTest
  @CsvSource({"ios, ios", "Android, android", "WEB, web", "IOS, ios"})
  void theNameOfASystemSaysWhereTheAppRuns(String word, String list) {
    var device = silent();
    var token = newToken();
    var answer = register(device, "{'platform':'%s','fcmToken':'%s'}".formatted(word, token));

    assertEquals(List.of(), ignored(answer));
    assertEquals(List.of(token), device.tokens(list));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FCM_IOS", " fcm_ios ", "Fcm_Ios"})
  void aPushPlatformIsKnownInAnyLetterCase(String word) {
    var device = silent();
    register(device, "{'platform':'%s','fcmToken':'%s'}".formatted(word, newToken())).data();

    assertEquals("fcm_ios", listed(device).get(0).get("platform").stringValue());
  }

  @Test
  void aBackEndRegistersWithoutAPlatformToo() {
    var device = silent();
    var token = newToken();
    server
        .call("POST", PATH)
        .backEnd(server.app())
        .header("User-Agent", IPHONE)
        .json("{'authToken':'%s','fcmToken':'%s'}".formatted(device.handle(), token))
        .send()
        .data();

    // The back end's own User-Agent says nothing about the phone.
    assertEquals(List.of(token), device.tokens("android"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'platform':7,'deviceId':{},'appInfo':'x'}",
        "{'appInfo':[]}",
        "{'appInfo':{'pushNotification':'x'}}",
        "{'appInfo':{'pushNotification':[],'version':7}}",
        "{'appInfo':{'pushNotification':{'fcmDeviceToken':null}},'deviceId':'\\ud800'}",
        "{'platform':'TIZEN','deviceId':'a\\u0000b'}",
      })
  void whatAClientSaysOfItselfNeverCostsALogin(String body) {
    server.newUser("login-" + NEXT.incrementAndGet());
    var device = server.login(server.app(), "login-" + NEXT.get(), body);

    assertEquals(device.uid(), device.call("PUT", "/me").json(body).send().text("uid"));
  }

  @Test
  void theOldWayToRegisterSaysWhatItLeftOut() {
    var device = server.someone();
    var token = newToken();
    var answer =
        device
            .call("PUT", "/me")
            .json(
                "{'platform':7,'deviceId':[],'appInfo':{'pushNotification':{'fcmDeviceToken':'%s'}}}"
                    .formatted(token))
            .send();

    assertEquals(List.of("platform", "deviceId"), ignored(answer));
    assertEquals(List.of(token), device.tokens());
    assertEquals("new; ignored: platform, deviceId", why(device).getFirst());
    assertFalse(device.call("PUT", "/me").json("{}").send().data().has("ignored"));
  }

  private static void assertDetails(Device device, String token) {
    assertEquals(List.of(token), device.tokens("ios"));
    var listed = listed(device).get(0);
    assertEquals("fcm_react_native_ios", listed.get("platform").stringValue());
    assertEquals("ios-firebase", listed.get("providerId").stringValue());
  }

  private static void legacy(Device device, String token) {
    device
        .call("POST", "/v2/tokens")
        .header("resource", "REACT_NATIVE-4_0_21-x-1")
        .header("sdk", "react-native@4.0.21")
        .header("User-Agent", "okhttp/4.9.2")
        .json("{'fcmToken':'%s'}".formatted(token))
        .send()
        .data();
  }

  private static void rich(Device device, String token) {
    register(
            device,
            "{'platform':'fcm_react_native_ios','providerId':'ios-firebase','fcmToken':'%s','timezone':'Asia/Kolkata'}"
                .formatted(token))
        .data();
  }

  private static void old(Device device, String token) {
    device
        .call("PUT", "/me")
        .json("{'appInfo':{'pushNotification':{'fcmDeviceToken':'%s'}}}".formatted(token))
        .send()
        .data();
  }

  @Test
  void aPoorerRegistrationThatFollowsChangesNothingElse() {
    var device = silent();
    var token = newToken();
    rich(device, token);
    legacy(device, token);
    assertDetails(device, token);
    old(device, token);
    assertDetails(device, token);
    register(device, "{'platform':'','fcmToken':'%s'}".formatted(token)).data();
    assertDetails(device, token);
  }

  @Test
  void aRicherRegistrationThatFollowsAddsItsDetails() {
    var device = silent();
    var token = newToken();
    old(device, token);
    legacy(device, token);
    assertEquals(List.of(token), device.tokens("android"));
    rich(device, token);
    assertDetails(device, token);
  }

  @Test
  void aRotatedTokenKeepsTheDetailsOfItsSession() {
    var device = silent();
    rich(device, newToken());
    var rotated = newToken();
    legacy(device, rotated);

    assertDetails(device, rotated);
  }

  @Test
  void aNewLoginOnTheSamePhoneKeepsTheDetailsOfItsToken() {
    var before = silent();
    var after = silent();
    var token = newToken();
    rich(before, token);
    legacy(after, token);

    assertDetails(after, token);
  }

  @ParameterizedTest
  @CsvSource({
    "Shop/43 CFNetwork/1474 Darwin/23.0.0, ios",
    "okhttp/4.9.2, android",
    "Dart/3.2 (dart:io), android",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15, android",
  })
  void theUserAgentOfANativeAppShowsItsSystemWhereNothingElseDoes(String agent, String list) {
    for (var call : List.of("/v2/tokens", "/me")) {
      var device = silent();
      var token = newToken();
      var body =
          call.equals("/me")
              ? "{'appInfo':{'pushNotification':{'fcmDeviceToken':'%s'}}}"
              : "{'fcmToken':'%s'}";
      device
          .call(call.equals("/me") ? "PUT" : "POST", call)
          .header("resource", "REACT_NATIVE-4_0_21-x-1")
          .header("sdk", "react-native@4.0.21")
          .header("User-Agent", agent)
          .json(body.formatted(token))
          .send()
          .data();

      assertEquals(List.of(token), device.tokens(list));
    }
  }

  @Test
  void aBetterWordReplacesAGuessAndAGuessReplacesNoWord() {
    var device = silent();
    var token = newToken();
    var agents = List.of("okhttp/4.9.2", IPHONE);
    for (var agent : agents) {
      guess(device, token, agent);
    }
    assertEquals(List.of(token), device.tokens("ios"));
    // A proxy that replaces the User-Agent takes nothing back.
    guess(device, token, "proxy/1");
    assertEquals(List.of(token), device.tokens("ios"));

    device.call("PUT", "/me").json("{'platform':'WEB'}").send().data();
    guess(device, token, IPHONE);
    assertEquals(List.of(token), device.tokens("web"));

    register(device, "{'platform':'fcm_android','fcmToken':'%s'}".formatted(token)).data();
    guess(device, token, IPHONE);
    assertEquals(List.of(token), device.tokens("android"));
  }

  private static void guess(Device device, String token, String agent) {
    device
        .call("POST", "/v2/tokens")
        .header("User-Agent", agent)
        .json("{'fcmToken':'%s'}".formatted(token))
        .send()
        .data();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00FC13ADFF785122B4AD28809A3420982341241421348097878E577C991DE8F0|TOKEN_OTHER_KIND",
        "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0|TOKEN_OTHER_KIND",
        "ExponentPushToken[a1B2c3D4e5F6g7H8i9J0kL]|TOKEN_OTHER_KIND",
        "https://fcm.googleapis.com/fcm/send/abc:APA91b|TOKEN_OTHER_KIND",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301|TOKEN_OTHER_KIND",
        "com.google.android.gms.tasks.zzq@1b2c3d4|TOKEN_PRINTED_OBJECT",
        "[object Object]|TOKEN_PRINTED_OBJECT",
        "{\\u0022value\\u0022:\\u0022abc:APA91b\\u0022}|TOKEN_PRINTED_OBJECT",
        "Optional(\\u0022abc:APA91b\\u0022)|TOKEN_PRINTED_OBJECT",
        "abc%3AAPA91b|TOKEN_ENCODED",
        "\\u0022abc:APA91b\\u0022|TOKEN_ENCODED",
        "Bearer abc|TOKEN_BAD_CHARACTER",
        "true|TOKEN_WORD",
        "NaN|TOKEN_NULL",
        "BLACKLISTED|TOKEN_WORD",
        "SERVICE_NOT_AVAILABLE|TOKEN_WORD",
        "abc:APA91b,def:APA91b|TOKEN_SEVERAL",
        "x|TOKEN_TOO_SHORT",
      })
  void whatIsNoFcmTokenIsRefusedUnderEveryKeyThatCarriesOne(String value, Code code) {
    var device = server.someone();
    device.register("{'fcmToken':'%s'}".formatted(value)).is(code, "fcmToken");
    register(device, "{'platform':'fcm_ios','fcmToken':'%s'}".formatted(value))
        .is(code, "fcmToken");
    var login =
        device
            .call("PUT", "/me")
            .json("{'appInfo':{'pushNotification':{'fcmDeviceToken':'%s'}}}".formatted(value))
            .send();
    // A value that stands for no token at all does not cost the login.
    if (code == Code.TOKEN_NULL) {
      assertEquals(List.of("appInfo.pushNotification.fcmDeviceToken"), ignored(login));
    } else {
      login.is(code, "fcmDeviceToken");
    }
    assertEquals(List.of(), device.tokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "undefined"})
  void aFieldWithoutATokenCostsTheOthersNothing(String blank) {
    var token = newToken();
    var body = "{'fcmToken':'%s','voipToken':'%s'}".formatted(token, blank);
    for (var path : List.of("/v2/tokens", PATH)) {
      var device = server.someone();
      var answer = device.call("POST", path).json(body).send();
      assertEquals(List.of("voipToken"), ignored(answer), path);
      assertEquals(List.of(token), device.tokens(), path);
    }
  }
}

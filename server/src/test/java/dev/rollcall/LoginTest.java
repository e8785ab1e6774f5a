package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Hash;
import dev.rollcall.account.Key;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.cli.Main;
import dev.rollcall.problem.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How an SDK logs a user in, asks who it is, and logs it out (wire contract 1, 2, 3 and 5).
final class LoginTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String SDK_BODY =
      """
      {'platform':'WEB','deviceId':'demo_3f9a_1795561391989',
       'appInfo':{'version':'v4.2.0','apiVersion':'v3.0','userAgent':'Chromium'}}\
      """;

  @ParameterizedTest
  @ValueSource(strings = {"", "/v3", "/v3.0", "//v3.0/"})
  void anSdkLogsInWithItsAuthKeyUnderEveryPrefix(String prefix) {
    server.newUser("anna" + prefix.length());
    var uid = "anna" + prefix.length();
    var opened =
        server
            .call("POST", prefix + "/users/" + uid + "/auth_tokens")
            .header("appId", server.app().id())
            .header("apiKey", server.app().authKey())
            .header("resource", "WEB-4_2_0-3f9a-1795561391989")
            .header("sdk", "javascript@4.2.0")
            .json(SDK_BODY)
            .send();
    assertEquals(uid, opened.text("uid"));
    assertEquals(
        server.clock().instant().getEpochSecond(), opened.data().get("createdAt").asLong());

    var device = new Device(server, server.app(), opened.text("authToken"));
    var me = device.call("PUT", prefix + "/me").json(SDK_BODY).send();
    assertEquals(uid, me.text("uid"));
    assertEquals("A name", me.text("name"));
    assertEquals(device.authToken(), me.text("authToken"));
    assertEquals(me.data(), device.call("GET", prefix + "/me").send().data());

    device.call("DELETE", prefix + "/me").header("Content-Type", "application/json").send().data();
    device.call("GET", prefix + "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
  }

  @Test
  void theSettingsSayWhereEverythingIs() {
    var device = server.someone();
    var settings = device.call("GET", "/settings").send().data();
    var host = "localhost:" + server.httpsPort();
    assertEquals(host, settings.get("EXTENSION_DOMAIN").stringValue());
    assertEquals(host, settings.get("CLIENT_API_HOST").stringValue());
    assertEquals(host, settings.get("ADMIN_API_HOST").stringValue());
    assertEquals("us", settings.get("REGION").stringValue());
    assertEquals(settings, device.call("PUT", "/me").send().data().get("settings"));
  }

  @Test
  void afterLogoutAnSdkAsksForSettingsWithoutAnAuthToken() {
    var asked = server.call("GET", "/v3.0/settings").header("appId", server.app().id()).send();
    asked.is(Code.AUTH_ERR_EMPTY_AUTH_TOKEN);
  }

  @Test
  void everyLoginOpensASessionOfItsOwn() {
    server.newUser("berta");
    var first = server.login("berta");
    var second = server.login("berta");
    assertNotEquals(first.authToken(), second.authToken());
    first.logout();
    assertEquals("berta", second.call("GET", "/me").send().text("uid"));
  }

  @Test
  void logoutEndsTheSessionAndItsPushTokensAsAnotherSessionSees() {
    server.newUser("carla");
    var phone = server.login("carla");
    var tablet = server.login("carla");
    phone.registerFcm("carlas-phone");
    tablet.registerFcm("carlas-tablet");

    var farewell =
        phone.call("DELETE", "/v3.0/me").header("Content-Type", "application/json").send();
    assertTrue(farewell.data().get("success").booleanValue());

    assertEquals(List.of("carlas-tablet"), tablet.tokens());
    phone.call("DELETE", "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    phone.call("GET", "/v2/tokens").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    phone.register("{'fcmToken':'carlas-phone'}").is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    phone
        .call("POST", "/notifications/push/v1/tokens")
        .json("{'platform':'fcm_web','fcmToken':'a-token'}")
        .send()
        .is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    assertEquals(List.of("carlas-tablet"), tablet.tokens());
  }

  private static Answer logOutLater(String body) {
    return server.call("POST", "/v1/logout").header("appId", server.app().id()).json(body).send();
  }

  @Test
  void aLogoutTokenEndsTheSessionLaterAndAsOftenAsItIsSent() {
    server.newUser("carl");
    var phone = server.login("carl");
    var tablet = server.login("carl");
    phone.registerFcm("carls-phone");
    tablet.registerFcm("carls-tablet");
    var body = "{'logoutToken':'%s'}".formatted(phone.logoutToken());

    assertTrue(logOutLater(body).data().get("success").booleanValue());
    assertEquals(List.of("carls-tablet"), tablet.tokens());
    phone.call("GET", "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    tablet.registerFcm("carls-phone");
    assertTrue(logOutLater(body).data().get("success").booleanValue());
    assertEquals(List.of("carls-phone"), tablet.tokens());
  }

  @Test
  void whatIsNoLogoutTokenEndsNothing() {
    var device = server.someone();
    var token = device.logoutToken();
    for (var wrong :
        List.of(
            "{}",
            "{'logoutToken':null}",
            "{'logoutToken':7}",
            "{'logoutToken':''}",
            "{'logoutToken':'%s'}".formatted(device.authToken()),
            "{'logoutToken':'%s'}".formatted(device.handle()),
            "{'logoutToken':'%s0'}".formatted(token),
            "{'logoutToken':'%s'}".formatted(token.toUpperCase(Locale.ROOT)))) {
      logOutLater(wrong).is(Code.ERR_BAD_REQUEST, "logoutToken");
    }
    logOutLater("{'logoutToken':'%s_%s'}".formatted(device.handle(), "0".repeat(64)))
        .is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    server.call("POST", "/v1/logout").send().is(Code.AUTH_ERR_EMPTY_APPID);
    assertEquals(device.uid(), device.call("GET", "/me").send().text("uid"));
  }

  @Test
  void noLogoutTokenEndsASessionThatAnImportMade(@TempDir Path folder) throws IOException {
    server.close();
    var file =
        Files.writeString(
            folder.resolve("csv"), "uid,platform,channel,token\nmoved,android,fcm,m-phone\n");
    var app = server.app().id();
    var said = new PrintStream(OutputStream.nullOutputStream());
    assertEquals(
        0,
        Main.run(
            List.of(
                "import",
                "--format=csv",
                "--app=" + app,
                "--data=" + server.data(),
                file.toString()),
            said,
            said));
    server.restart();

    var sessions = "/v3/users/moved/auth_tokens";
    var handle = server.call("GET", sessions).backEnd(server.app()).send().data().get(0);
    var forged =
        handle.get("authToken").stringValue() + "_" + HexFormat.of().formatHex(Hash.of("logout:"));
    logOutLater("{'logoutToken':'%s'}".formatted(forged)).is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);

    assertEquals(1, server.call("GET", sessions).backEnd(server.app()).send().data().size());
    var roll = server.call("GET", "/v1/users/moved/tokens").backEnd(server.app()).send().data();
    assertEquals(1, roll.get("tokens").size());
  }

  @Test
  void uidsAreMatchedWhateverTheirCase() {
    server.newUser("Dora_1-X");
    var device = server.login("DORA_1-x");
    assertEquals("dora_1-x", device.call("GET", "/me").send().text("uid"));
  }

  @Test
  void headerNamesAreMatchedWhateverTheirCase() throws IOException {
    server.newUser("edith");
    try (var raw = new Raw(server.port())) {
      raw.send(
          """
          POST /v3/users/edith/auth_tokens HTTP/1.1
          hOsT: localhost
          APPID: %s
          apikey: %s

          """
              .formatted(server.app().id(), server.app().authKey()));
      assertEquals("edith", raw.answer().text("uid"));
    }
  }

  @Test
  void theVendorsFormOfHostNamesTheApp() throws IOException {
    server.newUser("frida");
    var device = server.login("frida");
    var id = server.app().id();
    for (var host :
        List.of(id + ".api-us", id + ".apiclient-us", id.toUpperCase(Locale.ROOT) + ".API-US")) {
      assertEquals("frida", onHost(host, device).text("uid"));
    }
  }

  @Test
  void anAppWithCapitalsInItsIdIsNamedByTheHeaderOnly() throws IOException {
    var id = "App-" + UUID.randomUUID();
    var made =
        server
            .server()
            .apps()
            .create(id, "us", TokenPolicy.EXCLUSIVE, Key.random(), Key.random())
            .orElseThrow();
    var app = new RunningServer.TestApp(id, made.authKey().value(), made.apiKey().value());
    server.newUser(app, "gustav");
    var device = server.login(app, "gustav");
    assertEquals("gustav", device.call("GET", "/me").send().data().get("uid").stringValue());
    onHost(id + ".api-us", device).is(Code.AUTH_ERR_INVALID_APPID);
  }

  private static Answer onHost(String host, Device device) throws IOException {
    try (var raw = new Raw(server.port())) {
      return raw.send(
              """
              GET /v3.0/me HTTP/1.1
              Host: %s.example.org:8443
              authToken: %s

              """
                  .formatted(host, device.authToken()))
          .answer();
    }
  }

  @Test
  void privateMetadataIsHiddenFromTheUsersOwnDevices() {
    server
        .call("POST", "/users")
        .backEnd(server.app())
        .json(
            "{'uid':'gerda','name':'G','metadata':{'open':1,'@private':{'email':'g@example.org'}}}")
        .send()
        .data();
    var device = server.login("gerda");
    var seen = device.call("PUT", "/me").send();
    assertEquals("{\"open\":1}", seen.data().get("metadata").toString());
    assertFalse(device.call("GET", "/me").send().body().contains("example.org"));
  }

  @Test
  void telemetryIsAnsweredWithItsOwnSessionId() {
    var device = server.someone();
    var body = "{'sessionId':'WEB-4_2_0-x','data':{'a':[1]},'generatedAt':1795561391989}";
    assertEquals(
        "WEB-4_2_0-x",
        device.call("POST", "/v3.0/user_sessions").json(body).send().text("sessionId"));
    device.call("POST", "/user_sessions").json("{}").send().is(Code.ERR_BAD_REQUEST, "sessionId");
  }

  @Test
  void whatAClientSaysOfItselfNeverFailsALogin() {
    server.newUser("hilde");
    for (var client :
        List.of("{'platform':7,'deviceId':[],'appInfo':'x'}", "{'appInfo':null}", "null")) {
      var device = server.login(server.app(), "hilde", client);
      device.call("PUT", "/me").json(client).send().data();
    }
  }

  @Test
  void whoeverIsMissingACredentialIsToldWhichOne() {
    server.newUser("ida");
    var app = server.app();
    var login = "/users/ida/auth_tokens";
    server.call("POST", login).send().is(Code.AUTH_ERR_EMPTY_APPID);
    server.call("POST", login).header("appId", app.id()).send().is(Code.AUTH_ERR_EMPTY_APIKEY);
    server.call("GET", "/me").send().is(Code.AUTH_ERR_EMPTY_APPID);
    server.call("GET", "/me").header("appId", app.id()).send().is(Code.AUTH_ERR_EMPTY_AUTH_TOKEN);
    server
        .call("GET", "/me")
        .header("appId", app.id())
        .header("authToken", "")
        .send()
        .is(Code.AUTH_ERR_EMPTY_AUTH_TOKEN);
  }

  @Test
  void aKeyOfAnotherAppOpensNothing() {
    var other = server.newApp(TokenPolicy.EXCLUSIVE);
    server.newUser("jana");
    server.newUser(other, "jana");
    var login = "/users/jana/auth_tokens";
    for (var key : List.of(other.authKey(), other.apiKey(), "nonsense")) {
      server
          .call("POST", login)
          .header("appId", server.app().id())
          .header("apiKey", key)
          .send()
          .is(Code.AUTH_ERR_APIKEY_NOT_FOUND);
    }
    server
        .call("POST", login)
        .header("appId", "no-such-app")
        .header("apiKey", other.authKey())
        .send()
        .is(Code.AUTH_ERR_INVALID_APPID);
  }

  @Test
  void anAuthTokenOfAnotherAppOpensNothing() {
    var other = server.newApp(TokenPolicy.EXCLUSIVE);
    server.newUser(other, "klara");
    var device = server.login(other, "klara");
    var elsewhere = new Device(server, server.app(), device.authToken());
    elsewhere.call("GET", "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    elsewhere.register("{'fcmToken':'klaras'}").is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    assertEquals(List.of(), device.tokens());
  }

  @Test
  void aHandleOrAChangedAuthTokenOpensNothing() {
    var device = server.someone();
    var token = device.authToken();
    var last = token.endsWith("0") ? "1" : "0";
    var wrong =
        List.of(
            device.handle(),
            token.substring(0, token.length() - 1) + last,
            token + "0",
            token.toUpperCase(Locale.ROOT),
            "x" + token,
            "'; DROP TABLE session; --",
            "_".repeat(5000));
    for (var one : wrong) {
      new Device(server, server.app(), one)
          .call("GET", "/me")
          .send()
          .is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    }
  }

  @Test
  void anUnknownUserCannotLogIn() {
    for (var uid : List.of("nobody", "a%00b", "a%2Fb", "..", "%E2%98%83", "x".repeat(101), "a+b")) {
      server
          .call("POST", "/users/" + uid + "/auth_tokens")
          .backEnd(server.app())
          .send()
          .is(Code.ERR_UID_NOT_FOUND);
    }
  }
}

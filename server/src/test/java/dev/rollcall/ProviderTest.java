package dev.rollcall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.config.Config;
import dev.rollcall.fake.FakeApns;
import dev.rollcall.fake.FakeFcm;
import dev.rollcall.fake.FakeService;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.json.JsonObject;
import dev.rollcall.problem.Code;
import dev.rollcall.provider.apns.ApnsEndpoint;
import dev.rollcall.provider.fcm.FcmEndpoint;
import dev.rollcall.provider.webpush.VapidKeys;
import dev.rollcall.start.OutboundServices;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Providers, as a back end sets them.
final class ProviderTest {
  private static final FakeFcm google = new FakeFcm();
  private static final FakeApns apple = new FakeApns();
  private static final String P8 = FakeApns.p8();
  private static final OutboundServices DOUBLES =
      new OutboundServices(
          new FcmEndpoint(google.address(), google.tokenAddress(), FakeTls.ONE.client()),
          new ApnsEndpoint(
              "localhost",
              apple.port(),
              "localhost",
              apple.port(),
              List.of(FakeTls.ONE.certificate())),
          Config.PushServices.ANY,
          Set.of(),
          OutboundServices::dns,
          null);

  @RegisterExtension static final RunningServer server = new RunningServer().with(DOUBLES);

  @AfterAll
  static void stopDoubles() {
    google.close();
    apple.close();
  }

  @AfterEach
  void calmDown() {
    google.setOauthAnswer(FakeService.Answer.of(200));
    for (var one : call("GET", "").send().data()) {
      call("DELETE", "/" + one.get("id").stringValue()).send().data();
    }
  }

  private static Call call(String method, String path) {
    return server.call(method, "/v1/providers" + path).backEnd(server.app());
  }

  private static Answer put(String id, JsonObject body) {
    return call("PUT", "/" + id)
        .header("Content-Type", "application/json")
        .body(body.text())
        .send();
  }

  private static JsonObject account() {
    return JsonObject.of(
        "type", "fcm", "serviceAccount", JsonObject.parse(google.serviceAccount()).orElseThrow());
  }

  private static JsonObject key() {
    return JsonObject.of(
        "type", "apns",
        "key", P8,
        "keyId", "ABC1234567",
        "teamId", "DEF1234567",
        "topic", "com.example.app");
  }

  @Test
  void aProviderIsSetReadListedAndDeletedAndItsSecretIsNeverShown() {
    var set = put("phones", account().mergedWith(JsonObject.of("perSecond", 500)));
    assertEquals("roll-1", set.text("projectId"));
    assertEquals("active", set.text("state"));
    assertEquals(500, set.data().get("perSecond").intValue());
    assertEquals(set.body(), call("GET", "/phones").send().body());
    assertEquals("production", put("iphones", key()).text("environment"));
    var listed = call("GET", "").send();
    assertEquals(
        List.of("iphones", "phones"),
        StreamSupport.stream(listed.data().spliterator(), false)
            .map(it -> it.get("id").stringValue())
            .toList());
    for (var shown : List.of(set.body(), listed.body())) {
      assertFalse(shown.contains("PRIVATE") || shown.contains("private_key"), shown);
      assertFalse(shown.contains("serviceAccount"), shown);
    }
    call("DELETE", "/phones").send().data();
    call("GET", "/phones").send().is(Code.ERR_PROVIDER_NOT_FOUND);
    call("DELETE", "/phones").send().is(Code.ERR_PROVIDER_NOT_FOUND);
  }

  @Test
  void credentialsThatAreRefusedAreToldWithTheProvidersCode() {
    google.setOauthAnswer(FakeService.Answer.json(400, "{\"error\":\"invalid_grant\"}"));
    var refused = put("phones", account());
    refused.is(Code.ERR_PROVIDER_CREDENTIALS);
    assertTrue(refused.body().contains("oauth 400 invalid_grant"), refused.body());
    assertFalse(refused.body().contains("PRIVATE"), refused.body());
    put("phones", key().without("topic"::equals)).is(Code.ERR_PROVIDER_CREDENTIALS);
    assertEquals(0, call("GET", "").send().data().size());
  }

  @Test
  void keysThatLostTheirFormOnTheWayAreTaken() {
    var base64 = Base64.getEncoder().encodeToString(google.serviceAccount().getBytes(UTF_8));
    put("phones", JsonObject.of("type", "fcm", "serviceAccount", base64)).data();
    var file = JsonObject.parse(google.serviceAccount()).orElseThrow();
    var escaped = file.string("private_key").orElseThrow().replace("\n", "\\n");
    var account =
        file.mergedWith(
            JsonObject.of(
                "private_key",
                "\"" + escaped + "\"",
                "token_uri",
                "https://accounts.google.com/o/oauth2/token"));
    put("phones", JsonObject.of("type", "fcm", "serviceAccount", account)).data();
    put("iphones", key().mergedWith(JsonObject.of("key", P8.replaceFirst("-----BEGIN.*\n", ""))))
        .data();
    put("iphones", key().mergedWith(JsonObject.of("key", P8.indent(4), "keyId", " ABC1234567\n")))
        .data();
  }

  @Test
  void aWrongFileOrKeyIsNamedWithTheCure() {
    var client = JsonObject.of("project_info", JsonObject.of("project_id", "p"));
    var android = put("phones", JsonObject.of("type", "fcm", "serviceAccount", client));
    android.is(Code.ERR_PROVIDER_CREDENTIALS);
    assertTrue(android.body().contains("google-services.json"), android.body());
    var federation =
        put(
            "phones",
            JsonObject.of(
                "type", "fcm", "serviceAccount", JsonObject.of("type", "external_account")));
    federation.is(Code.ERR_PROVIDER_CREDENTIALS);
    assertTrue(federation.body().contains("iam.disableServiceAccountKeyCreation"));
    var rsa = JsonObject.parse(google.serviceAccount()).orElseThrow().string("private_key");
    var apple =
        put("iphones?check=false", key().mergedWith(JsonObject.of("key", rsa.orElseThrow())));
    apple.is(Code.ERR_PROVIDER_CREDENTIALS);
    assertTrue(apple.body().contains("key is an RSA key"), apple.body());
  }

  @Test
  void aProviderThatDoesNotAnswerIsToldAndMayBeStoredUntried() {
    google.setOauthAnswer(FakeService.Answer.of(503));
    put("phones", account()).is(Code.ERR_PROVIDER_UNREACHABLE);
    var stored = put("phones?check=false", account());
    assertEquals("fcm", stored.text("type"));
    put("phones?check=maybe", account()).is(Code.ERR_BAD_REQUEST, "check");
  }

  @Test
  void webPushMakesItsKeysAndRotatesThem() {
    var make =
        JsonObject.of("type", "webPush", "subject", "mailto:o@example.com", "generate", true);
    var first = put("browsers", make).text("publicKey");
    var second = put("browsers", make);
    assertEquals(first, second.data().get("formerPublicKeys").get(0).stringValue());
    var own = VapidKeys.generate();
    var brought =
        JsonObject.of(
            "type", "webPush",
            "publicKey", own.publicKey(),
            "privateKey", own.privateKey().value());
    var third = put("browsers", brought);
    assertEquals(own.publicKey(), third.text("publicKey"));
    assertEquals(2, third.data().get("formerPublicKeys").size());
    assertFalse(third.body().contains(own.privateKey().value()));
  }

  @Test
  void mistakesAreNamed() {
    put("phones", JsonObject.EMPTY).is(Code.ERR_BAD_REQUEST, "type");
    put("phones", JsonObject.of("type", "gcm")).is(Code.ERR_BAD_REQUEST, "type");
    put("phones", key().mergedWith(JsonObject.of("perSecond", -1)))
        .is(Code.ERR_BAD_REQUEST, "perSecond");
    put("phones", key().mergedWith(JsonObject.of("perSecond", "5")))
        .is(Code.ERR_BAD_REQUEST, "perSecond");
    put("%20", key()).is(Code.ERR_BAD_REQUEST, "id");
    put("a%00b", key()).is(Code.ERR_BAD_REQUEST, "id");
    put("a".repeat(101), key()).is(Code.ERR_BAD_REQUEST, "id");
    put("phones", key().mergedWith(JsonObject.of("aliases", List.of(" "))))
        .is(Code.ERR_BAD_REQUEST, "aliases");
    put("phones", key().mergedWith(JsonObject.of("aliases", "old")))
        .is(Code.ERR_BAD_REQUEST, "aliases");
    put("phones", key()).data();
    put("phones", account()).is(Code.ERR_BAD_REQUEST, "type");
  }

  @Test
  void noBodySaysWhereToCall() {
    var elsewhere =
        google
            .serviceAccount()
            .replace(google.tokenAddress().toString(), "https://169.254.169.254/token");
    var account =
        JsonObject.of("type", "fcm", "serviceAccount", JsonObject.parse(elsewhere).orElseThrow());
    put("phones", account).is(Code.ERR_PROVIDER_CREDENTIALS);
    var fields = JsonObject.of("endpoint", "https://localhost:1", "host", "localhost", "port", 1);
    var calls = apple.got().size();
    put("iphones", key().mergedWith(fields)).data();
    assertEquals(calls + 1, apple.got().size());
  }

  @Test
  void credentialsOfAStrangerAreNotShownToTheProvider() {
    int minted = google.minted();
    server
        .call("PUT", "/v1/providers/phones")
        .header("appId", server.app().id())
        .header("apiKey", "nonsense")
        .header("Content-Type", "application/json")
        .body(account().text())
        .send()
        .is(Code.AUTH_ERR_APIKEY_NOT_FOUND);
    assertEquals(minted, google.minted());
  }

  @Test
  void onlyTheAppsOwnApiKeyOpensThem() {
    put("phones", key()).data();
    var other = server.newApp(TokenPolicy.SHARED);
    assertEquals(0, server.call("GET", "/v1/providers").backEnd(other).send().data().size());
    server
        .call("GET", "/v1/providers/phones")
        .backEnd(other)
        .send()
        .is(Code.ERR_PROVIDER_NOT_FOUND);
    var client =
        server
            .call("GET", "/v1/providers")
            .header("appId", server.app().id())
            .header("apiKey", server.app().authKey());
    client.send().is(Code.AUTH_ERR_NO_ACCESS);
    server
        .call("GET", "/v1/providers")
        .header("appId", server.app().id())
        .send()
        .is(Code.AUTH_ERR_EMPTY_APIKEY);
  }

  @Test
  void theKeyThatSealsIsMadeOnceAndKept() throws Exception {
    put("phones", key()).data();
    var file = server.data().resolve("encryption.key");
    var made = Files.readString(file);
    server.restart();
    put("phones", JsonObject.of("type", "apns", "environment", "sandbox")).data();
    assertEquals(made, Files.readString(file));
  }
}

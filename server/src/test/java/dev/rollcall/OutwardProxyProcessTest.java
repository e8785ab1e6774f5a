package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.fake.FakeApns;
import dev.rollcall.fake.FakeFcm;
import dev.rollcall.fake.FakeProxy;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.FakeWebPush;
import dev.rollcall.fake.RawReceiver;
import dev.rollcall.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A whole process that knows Google and Apple by their real names, and whose only way to them is a
/// proxy with a password.
@Timeout(180)
final class OutwardProxyProcessTest {
  private static final String APP = "shop";
  private static final String AUTH_KEY = "the-auth-key-of-the-shop";
  private static final String API_KEY = "the-api-key-of-the-shop";
  private static final String LOGIN = "Basic RE9NXGtpbTpwQHNzOndvcmQ=";
  private static final String P8 = FakeApns.p8();

  @TempDir Path folder;

  private String trustStore() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("doubles", FakeTls.ONE.certificate());
    var file = folder.resolve("trusted.p12");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, "password".toCharArray());
    }
    return file.toString();
  }

  private static JsonObject send(
      Wire node, int status, String method, String path, String header, String value, String body)
      throws IOException {
    var answer = node.send(method, path, APP, header, value, body.replace('\'', '"'));
    assertEquals(status, answer.status(), () -> path + " " + answer.json());
    return JsonObject.parse(answer.json().toString()).orElseThrow();
  }

  private static void put(Wire node, String path, String body) throws IOException {
    send(node, 200, "PUT", path, "apiKey", API_KEY, body);
  }

  /// A user with one device, which registers.
  private static void register(Wire node, String uid, String token) throws IOException {
    var user = "{'uid':'%1$s','name':'%1$s'}".formatted(uid);
    send(node, 200, "POST", "/v3/users", "apiKey", API_KEY, user);
    var login =
        send(node, 200, "POST", "/v3/users/" + uid + "/auth_tokens", "apiKey", AUTH_KEY, "{}");
    var authToken = login.object("data").string("authToken").orElseThrow();
    send(node, 200, "POST", "/v2/tokens", "authToken", authToken, token);
  }

  private static String apple() {
    return JsonObject.of(
            "type", "apns",
            "key", P8,
            "keyId", "ABC1234567",
            "teamId", "DEF1234567",
            "topic", "com.example.app")
        .text();
  }

  private static String google(FakeFcm google) {
    var account =
        JsonObject.parse(google.serviceAccount())
            .orElseThrow()
            .mergedWith(JsonObject.of("token_uri", "https://oauth2.googleapis.com/token"));
    return JsonObject.of("type", "fcm", "serviceAccount", account).text();
  }

  private static String metrics(ServerProcess server) throws IOException, InterruptedException {
    var uri = URI.create("http://localhost:" + server.httpPort() + "/metrics");
    try (var client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  @Test
  void everyCallGoesThroughTheProxyUnlessItIsToTheOperatorsOwnService() throws Exception {
    try (var google = new FakeFcm();
        var apple = new FakeApns();
        var browser = new FakeWebPush("");
        var service = RawReceiver.friendly();
        var outside = RawReceiver.friendly();
        var inside = RawReceiver.friendly();
        var proxy = new FakeProxy()) {
      proxy
          .leading("oauth2.googleapis.com:443", google.address().getPort())
          .leading("fcm.googleapis.com:443", google.address().getPort())
          .leading("api.push.apple.com:443", apple.port())
          .leading("push.example:443", service.port())
          .leading("hooks.example:443", outside.port());
      proxy.require(LOGIN);
      var environment =
          Map.of(
              "ROLLCALL_OUTWARD_PROXY",
              "http://DOM%5Ckim:p%40ss%3Aword@localhost:" + proxy.port(),
              "ROLLCALL_WEBHOOK_HOSTS",
              "https://localhost:" + inside.port(),
              "JAVA_TOOL_OPTIONS",
              "-Djavax.net.ssl.trustStore="
                  + trustStore()
                  + " -Djavax.net.ssl.trustStorePassword=password");
      try (var server =
              ServerProcess.start(
                  environment,
                  folder.resolve("data"),
                  "--app-id=" + APP,
                  "--auth-key=" + AUTH_KEY,
                  "--api-key=" + API_KEY);
          var node = new Wire(server.httpPort())) {
        put(node, "/v1/providers/google", google(google));
        put(node, "/v1/providers/apple", apple());
        put(
            node,
            "/v1/providers/browsers",
            "{'type':'webPush','subject':'mailto:ops@example.com','generate':true}");
        var keys = browser.subscription("/");
        register(node, "android", "{'fcmToken':'phone'}");
        register(node, "iphone", "{'apnsToken':'" + "00ff".repeat(16) + "'}");
        register(
            node,
            "firefox",
            "{'webPush':{'endpoint':'https://push.example/x','keys':{'p256dh':'%s','auth':'%s'}}}"
                .formatted(keys.p256dh(), keys.auth()));
        put(
            node,
            "/v1/webhooks/outside",
            "{'url':'https://hooks.example/x','events':['delivery.accepted']}");
        put(
            node,
            "/v1/webhooks/inside",
            "{'url':'https://localhost:%d/x','events':['delivery.accepted']}"
                .formatted(inside.port()));
        send(
            node,
            202,
            "POST",
            "/v1/notifications",
            "apiKey",
            API_KEY,
            "{'to':{'all':true},'title':'Hello'}");
        outside.await(3);
        inside.await(3);
        assertEquals(1, google.to("phone").size());
        assertEquals(1, apple.to("00ff".repeat(16)).size());
        assertEquals("POST /x HTTP/1.1", service.last().requestLine());
        assertEquals(
            Set.of(
                "oauth2.googleapis.com:443",
                "fcm.googleapis.com:443",
                "api.push.apple.com:443",
                "push.example:443",
                "hooks.example:443"),
            Set.copyOf(proxy.targets()));
        assertTrue(
            proxy.got().stream().allMatch(it -> it.header("proxy-authorization").equals(LOGIN)),
            proxy.got().toString());

        proxy.require("Basic something-else");
        var refused =
            send(node, 503, "PUT", "/v1/providers/google", "apiKey", API_KEY, google(google));
        assertEquals(
            "The credentials could not be tried: rollcall: the outward proxy answered 407 to"
                + " CONNECT oauth2.googleapis.com; check the user and password in"
                + " ROLLCALL_OUTWARD_PROXY, which are sent with the scheme Basic. Try again, or"
                + " store them untried with check=false",
            refused.object("error").string("message").orElseThrow());
        send(node, 503, "PUT", "/v1/providers/apple", "apiKey", API_KEY, apple());
        assertTrue(
            metrics(server)
                .contains("rollcall_outward_proxy_failures_total{cause=\"credentials\"} 2.0"),
            metrics(server));
        assertEquals(1, server.logged("the outward proxy answered 407").size(), server.log());
        assertFalse(server.log().contains("p@ss"), server.log());
        assertFalse(server.log().contains("p%40ss"), server.log());
        assertFalse(server.log().contains(LOGIN), server.log());
        assertEquals(
            1,
            server.logged("localhost:" + proxy.port()).stream()
                .filter(line -> line.contains("outwardProxy"))
                .count(),
            server.log());
      }
    }
  }

  @Test
  void otherProgramsVariablesAreNotUsedAndSaidSo() throws Exception {
    try (var server =
        ServerProcess.start(
            Map.of("HTTPS_PROXY", "http://kim:hunter2@localhost:1"), folder.resolve("data"))) {
      assertEquals(1, server.logged("Rollcall does not use HTTPS_PROXY").size(), server.log());
      assertFalse(server.log().contains("hunter2"), server.log());
    }
  }
}

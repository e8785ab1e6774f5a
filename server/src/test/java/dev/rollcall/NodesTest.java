package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.storage.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes on one PostgreSQL, as their users and their operator meet them.
final class NodesTest {
  private static final String APP = "shop";
  private static final String AUTH_KEY = "the-auth-key-of-the-shop";
  private static final String API_KEY = "the-api-key-of-the-shop";

  @TempDir Path folder;
  private final String url = TestPostgres.newDatabase();

  @AfterEach
  void drop() {
    TestPostgres.drop(url);
  }

  private ServerProcess start(String node, Map<String, String> environment) throws IOException {
    return ServerProcess.start(
        environment,
        folder.resolve(node),
        "--app-id=" + APP,
        "--auth-key=" + AUTH_KEY,
        "--api-key=" + API_KEY);
  }

  private static Wire.Answer ok(Wire.Answer answer) {
    assertEquals(200, answer.status(), () -> answer.json().toString());
    return answer;
  }

  private static String logIn(Wire node) throws IOException {
    var path = "/v3/users/alice/auth_tokens";
    return ok(node.send("POST", path, APP, "apiKey", AUTH_KEY, "{}"))
        .data()
        .path("authToken")
        .stringValue();
  }

  private static void register(Wire node, String authToken, String value) throws IOException {
    var body = "{\"fcmToken\":\"" + value + "\"}";
    ok(node.send("POST", "/v2/tokens", APP, "authToken", authToken, body));
  }

  private static String android(Wire node, String authToken) throws IOException {
    return ok(node.send("GET", "/v2/tokens", APP, "authToken", authToken, ""))
        .data()
        .path("android")
        .toString();
  }

  @Test
  void whatOneNodeDoesTheOtherKnows() throws Exception {
    var database = Map.of("ROLLCALL_DATABASE", url);
    try (var first = start("first", database);
        var second = start("second", database);
        var here = new Wire(first.httpPort());
        var there = new Wire(second.httpPort())) {
      assertTrue(first.out().contains("Created the app 'shop'"), first.out());
      assertFalse(second.out().contains("Created the app"), second.out());
      var user = "{\"uid\":\"alice\",\"name\":\"Alice\"}";
      ok(here.send("POST", "/v3/users", APP, "apiKey", API_KEY, user));
      var phone = logIn(here);
      var tablet = logIn(there);

      register(here, phone, "the-phone");
      register(there, tablet, "the-tablet");
      assertEquals(android(here, tablet), android(there, phone));
      register(there, tablet, "the-phone");
      assertEquals("[\"the-phone\"]", android(here, phone));

      ok(there.send("DELETE", "/me", APP, "authToken", tablet, ""));
      assertEquals("[]", android(here, phone));
      var late =
          here.send(
              "POST", "/v2/tokens", APP, "authToken", tablet, "{\"fcmToken\":\"the-late-one\"}");
      assertEquals("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", late.code());
      ok(here.send("GET", "/health/ready", APP, "x", "x", ""));

      var listed = ServerProcess.run(database, "app", "list");
      assertEquals(1, listed.out().lines().filter(line -> line.startsWith(APP)).count());
      first.kill();
      register(there, phone, "the-phone");
      assertEquals("[\"the-phone\"]", android(there, phone));
      assertEquals(143, second.stop());
    }
  }

  @Test
  void theUrlMayStandInAFileAndItsPasswordIsNeverPrinted() throws Exception {
    var secret = url.replaceFirst("(://[^:@]+)(:[^@]*)?@", "$1:s3cret-word@");
    var file = Files.writeString(folder.resolve("url"), secret + "\n");
    // With a server that asks for no password, this one is as good as any.
    var environment = Map.of("ROLLCALL_DATABASE_FILE", file.toString());
    var wrong = ServerProcess.run(environment, "app", "list", "--database=" + secret + "/more");
    assertEquals(2, wrong.code());
    var away = secret.replaceFirst("@[^/]+/", "@127.0.0.1:1/");
    var refused = ServerProcess.run(Map.of(), "app", "list", "--database=" + away);
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("No PostgreSQL primary can be reached"), refused.err());
    var listed = ServerProcess.run(environment, "app", "list");
    for (var ended : List.of(wrong, refused, listed)) {
      assertFalse((ended.out() + ended.err()).contains("s3cret"), ended.err());
    }
  }

  @Test
  void withoutAKeyForAllNodesNoCredentialsAreTaken() throws Exception {
    try (var node = start("node", Map.of("ROLLCALL_DATABASE", url));
        var wire = new Wire(node.httpPort())) {
      var body = "{\"type\":\"webPush\",\"subject\":\"mailto:ops@example.com\",\"generate\":true}";
      var answer = wire.send("PUT", "/v1/providers/browsers", APP, "apiKey", API_KEY, body);
      assertEquals(409, answer.status(), () -> answer.json().toString());
      assertEquals("ERR_NO_ENCRYPTION_KEY", answer.code());
      var message = answer.json().at("/error/message").stringValue("");
      assertTrue(message.contains("ROLLCALL_ENCRYPTION_KEY"), message);
      for (var path : List.of("/v1/notifications/%00", "/v1/webhooks/%00", "/v1/providers/%00")) {
        assertEquals(404, wire.send("GET", path, APP, "apiKey", API_KEY, "").status(), path);
      }
      var list = ok(wire.send("GET", "/v1/providers", APP, "apiKey", API_KEY, ""));
      assertEquals("[]", list.data().toString());
    }
  }
}

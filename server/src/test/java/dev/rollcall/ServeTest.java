package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.cli.Main;
import dev.rollcall.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `serve` as an operator meets it: what it prints, what it takes from the environment, and what
/// the other commands change while it runs.
final class ServeTest {
  @TempDir Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  private static String printed(ServerProcess server, String name) {
    var line = Pattern.compile("(?m)^  " + name + " +(\\S+)").matcher(server.out());
    assertTrue(line.find(), server.out());
    return line.group(1);
  }

  private String app(String... arguments) {
    var out = new ByteArrayOutputStream();
    var all = new ArrayList<>(List.of("app"));
    all.addAll(List.of(arguments));
    all.add("--data=" + data());
    assertEquals(0, Main.run(all, new PrintStream(out), System.err));
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  private static int statusOfUsers(ServerProcess server, String app, String key)
      throws IOException {
    try (var wire = new Wire(server.httpPort())) {
      return wire.send("GET", "/v3/users", app, "apiKey", key, "").status();
    }
  }

  @Test
  void theFirstStartPrintsKeysThatWorkAndTheSecondPrintsNone() throws Exception {
    String apiKey;
    try (var server = ServerProcess.start(data())) {
      apiKey = printed(server, "API key");
      assertEquals(200, statusOfUsers(server, "demo", apiKey));
      assertEquals(401, statusOfUsers(server, "demo", printed(server, "auth key") + "x"));
      assertFalse(server.log().contains(apiKey));
      assertEquals(1, server.logged("self-signed").size());
      assertEquals(1, server.logged("serving version=").size());
      assertPastedLinesWork(server);
      server.stop();
    }
    try (var server = ServerProcess.start(data())) {
      assertEquals(2, server.out().lines().count(), server.out());
      assertEquals(200, statusOfUsers(server, "demo", apiKey));
    }
  }

  // Into the shell that the operator would paste them into.
  private static void assertPastedLinesWork(ServerProcess server) throws Exception {
    var lines =
        server
            .out()
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("curl ") || line.startsWith("AUTH_TOKEN="))
            .collect(Collectors.joining("\necho\n"));
    var shell = new ProcessBuilder("bash", "-c", lines).redirectErrorStream(true).start();
    var said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines();
    var answers = said.filter(line -> !line.isBlank()).map(Json.MAPPER::readTree).toList();
    assertEquals(0, shell.waitFor());
    assertEquals(3, answers.size(), answers.toString());
    assertEquals("alice", answers.get(0).at("/data/uid").stringValue());
    assertTrue(answers.get(1).at("/data/success").booleanValue());
    assertEquals("my-first-token", answers.get(2).at("/data/android/0").stringValue());
  }

  @Test
  void appsAndKeysChangeWhileItRuns() throws Exception {
    try (var server = ServerProcess.start(data())) {
      var old = printed(server, "API key");
      var auth = printed(server, "auth key");
      var fresh = app("rotate-key", "--id=demo", "--scope=fullAccess");
      assertEquals(401, statusOfUsers(server, "demo", old));
      assertEquals(200, statusOfUsers(server, "demo", fresh));
      // The other scope's key stays: known, but not allowed to list users.
      assertEquals(403, statusOfUsers(server, "demo", auth));

      var made = app("create", "--id=shop");
      var key = made.replaceAll("(?s).*API key +(\\S+).*", "$1");
      assertEquals(200, statusOfUsers(server, "shop", key));
      assertEquals(401, statusOfUsers(server, "shop", fresh));
      assertEquals(2, app("list").lines().count());
    }
  }

  @Test
  void theEnvironmentNamesTheAppItsKeysTheCertificateAndThePublicHost() throws Exception {
    var certificate = TestCertificate.make(folder, "own", "RSA");
    var apiKey = Files.writeString(folder.resolve("api-key"), "the-api-key-in-a-file\n");
    var environment =
        Map.of(
            "ROLLCALL_APP_ID", "shop",
            "ROLLCALL_APP_REGION", "eu",
            "ROLLCALL_AUTH_KEY", "the-auth-key",
            "ROLLCALL_API_KEY_FILE", apiKey.toString(),
            "ROLLCALL_TLS_CERT", certificate.chain().toString(),
            "ROLLCALL_TLS_KEY", certificate.key().toString(),
            "ROLLCALL_PUBLIC_HOST", "push.example.com:9443",
            "ROLLCALL_LOG_FORMAT", "json");
    try (var server = ServerProcess.start(environment, data())) {
      assertFalse(server.out().contains("the-auth-key"), server.out());
      assertFalse(server.out().contains("the-api-key"), server.out());
      assertEquals(200, statusOfUsers(server, "shop", "the-api-key-in-a-file"));
      assertSettingsNamePublicHost(server, certificate);
      assertFalse(Files.exists(data().resolve("dev-key.pem")));
      var serving = Json.MAPPER.readTree(server.logged("serving").getFirst());
      assertEquals("INFO", serving.path("level").stringValue());
    }
  }

  private static void assertSettingsNamePublicHost(
      ServerProcess server, TestCertificate certificate) throws Exception {
    try (var http =
        HttpClient.newBuilder().sslContext(TestCertificate.trusting(certificate.chain())).build()) {
      var base = "https://localhost:" + server.httpsPort();
      var user = "{\"uid\":\"alice\",\"name\":\"Alice\",\"withAuthToken\":true}";
      var created =
          HttpRequest.newBuilder(URI.create(base + "/v3/users"))
              .header("appId", "shop")
              .header("apiKey", "the-api-key-in-a-file")
              .POST(HttpRequest.BodyPublishers.ofString(user));
      var made = Json.MAPPER.readTree(http.send(created.build(), BodyHandlers.ofString()).body());
      var asked =
          HttpRequest.newBuilder(URI.create(base + "/settings"))
              .header("appId", "shop")
              .header("authToken", made.at("/data/authToken").stringValue());
      var settings = Json.MAPPER.readTree(http.send(asked.build(), BodyHandlers.ofString()).body());
      for (var host : List.of("EXTENSION_DOMAIN", "CLIENT_API_HOST", "ADMIN_API_HOST")) {
        assertEquals("push.example.com:9443", settings.at("/data/" + host).stringValue());
      }
      assertEquals("eu", settings.at("/data/REGION").stringValue());
    }
  }

  @Test
  void keysThatDifferFromTheStoredOnesAreReportedAndOpenNothing() throws Exception {
    String[] first = {"--app-id=shop", "--auth-key=auth-key-1", "--api-key=api-key-1"};
    try (var server = ServerProcess.start(data(), first)) {
      assertEquals(200, statusOfUsers(server, "shop", "api-key-1"));
      server.stop();
    }
    String[] second = {
      "--app-id=shop", "--auth-key=auth-key-1", "--api-key=api-key-2", "--app-region=eu"
    };
    try (var server = ServerProcess.start(data(), second)) {
      assertEquals(200, statusOfUsers(server, "shop", "api-key-1"));
      assertEquals(401, statusOfUsers(server, "shop", "api-key-2"));
      assertEquals(2, server.out().lines().count(), server.out());
      var warnings = server.logged("the stored one stays");
      assertEquals(2, warnings.size(), warnings.toString());
      assertTrue(warnings.get(0).contains("region=\"us\""), warnings.get(0));
      assertTrue(warnings.get(1).contains("scope=\"fullAccess\""), warnings.get(1));
      assertFalse(server.log().contains("api-key-2"));
    }
  }
}

package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Code;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Clients that prefer HTTP/2 over plain TCP get an answer in HTTP/1.1.
final class UpgradeTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String H2C =
      """
      Connection: Upgrade, HTTP2-Settings
      Upgrade: h2c
      HTTP2-Settings: AAMAAABkAAQAAP__
      """;

  @Test
  void javasClientWithItsDefaultsRegisters() throws Exception {
    var device = server.someone();
    try (var client = HttpClient.newHttpClient()) {
      for (var expect : List.of(false, true, true)) {
        var request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v2/tokens"))
                .header("appId", device.app().id())
                .header("authToken", device.authToken())
                .header("Content-Type", "application/json")
                .expectContinue(expect)
                .POST(BodyPublishers.ofString("{\"fcmToken\":\"java-%s\"}".formatted(expect)))
                .build();
        var answer = client.send(request, BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(Version.HTTP_1_1, answer.version());
        assertEquals(List.of("java-" + expect), device.tokens());
      }
    }
  }

  /// What `curl --http2` sends.
  @Test
  void anOfferToUpgradeIsIgnored() throws IOException {
    var device = server.someone();
    try (var raw = new Raw(server.port())) {
      for (int i = 0; i < 2; i++) {
        raw.send("GET /health/live HTTP/1.1\nHost: localhost\n" + H2C + "\n").answer().data();
        var body = "{\"fcmToken\":\"curl-" + i + "\"}";
        raw.send(
                """
                POST /v2/tokens HTTP/1.1
                Host: localhost
                appId: %s
                authToken: %s
                Content-Type: application/json
                Content-Length: %d
                %s
                %s\
                """
                    .formatted(device.app().id(), device.authToken(), body.length(), H2C, body))
            .answer()
            .data();
      }
    }
    assertEquals(List.of("curl-1"), device.tokens());
  }

  /// What `curl --http2-prior-knowledge` and an Envoy cluster with `http2` send.
  @Test
  void thePrefaceOfHttp2IsRefusedByName() throws IOException {
    try (var raw = new Raw(server.port())) {
      raw.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      raw.bytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
      raw.answer().is(Code.ERR_HTTP_VERSION);
      assertTrue(raw.isClosed());
    }
  }
}

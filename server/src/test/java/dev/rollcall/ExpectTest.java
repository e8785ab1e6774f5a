package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Code;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `Expect: 100-continue`, as curl and .NET send it with a body.
final class ExpectTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String BODY = "{\"fcmToken\":\"waited\"}";

  private static Raw connect() throws IOException {
    return new Raw(server.port());
  }

  private static String head(String request, String... headers) {
    return request + " HTTP/1.1\nHost: localhost\n" + String.join("\n", headers) + "\n\n";
  }

  private static String[] register(Device device, String expect, int length) {
    return new String[] {
      "appId: " + device.app().id(),
      "authToken: " + device.authToken(),
      "Content-Type: application/json",
      "Expect: " + expect,
      "Content-Length: " + length
    };
  }

  private static void isInStep(Raw raw) throws IOException {
    raw.send(head("GET /health/live")).answer().data();
  }

  /// The final answer comes at once, and says that the connection ends.
  private static void isRefused(Raw raw, Code code) throws IOException {
    var answer = raw.answer();
    answer.is(code);
    assertEquals(Optional.of("close"), answer.header("Connection"));
    assertTrue(raw.isClosed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"100-continue", "100-Continue", " 100-CONTINUE "})
  void aBodyThatIsWelcomeIsAskedForAndReadOnce(String expect) throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      raw.send(head("POST /v2/tokens", register(device, expect, BODY.length())));
      assertEquals(100, raw.answer().status());
      raw.send(BODY).answer().data();
      isInStep(raw);
    }
    assertEquals(List.of("waited"), device.tokens());
  }

  @Test
  void aClientThatDoesNotWaitIsAnsweredToo() throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      raw.send(head("POST /v2/tokens", register(device, "100-continue", BODY.length())) + BODY);
      assertEquals(100, raw.answer().status());
      raw.answer().data();
      isInStep(raw);
    }
    assertEquals(List.of("waited"), device.tokens());
  }

  @Test
  void aChunkedBodyIsAskedForToo() throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      raw.send(
          head(
              "POST /v2/tokens",
              "appId: " + device.app().id(),
              "authToken: " + device.authToken(),
              "Expect: 100-continue",
              "Transfer-Encoding: chunked"));
      assertEquals(100, raw.answer().status());
      raw.send("15\n" + BODY + "\n0\n\n").answer().data();
      isInStep(raw);
    }
  }

  @Test
  void aNotificationOfTwoKilobytesIsAskedFor() throws IOException {
    var app = server.app();
    var body = "{\"x\":\"" + "x".repeat(2_000) + "\"}";
    try (var raw = connect()) {
      raw.send(
          head(
              "POST /v1/notifications",
              "appId: " + app.id(),
              "apiKey: " + app.apiKey(),
              "Expect: 100-continue",
              "Content-Length: " + body.length()));
      assertEquals(100, raw.answer().status());
      raw.send(body).answer().is(Code.ERR_BAD_REQUEST);
      isInStep(raw);
    }
  }

  @Test
  void wrongCredentialsAreRefusedInsteadOfAskedForABody() throws IOException {
    var device = server.someone();
    var unknown = new Device(server, device.app(), "unknown");
    try (var raw = connect()) {
      raw.send(head("POST /v2/tokens", register(unknown, "100-continue", BODY.length())));
      isRefused(raw, Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    }
    for (var wrong : List.of("apiKey: wrong", "apiKey: " + device.authToken())) {
      try (var raw = connect()) {
        raw.send(
            head(
                "POST /v1/notifications",
                "appId: " + device.app().id(),
                wrong,
                "Expect: 100-continue",
                "Content-Length: 2000"));
        isRefused(raw, Code.AUTH_ERR_APIKEY_NOT_FOUND);
      }
    }
    try (var raw = connect()) {
      raw.send(
          head(
              "POST /users",
              "appId: nobody",
              "apiKey: " + device.app().apiKey(),
              "Expect: 100-continue",
              "Content-Length: 2000"));
      isRefused(raw, Code.AUTH_ERR_INVALID_APPID);
    }
    assertEquals(List.of(), device.tokens());
  }

  @ParameterizedTest
  @CsvSource({
    "POST /nowhere, ERR_ROUTE_NOT_FOUND",
    "PUT /v2/tokens, ERR_METHOD_NOT_ALLOWED",
    "POST /health/live, ERR_METHOD_NOT_ALLOWED",
    "POST /v2/tokens, AUTH_ERR_EMPTY_APPID",
    "POST /v1/notifications, AUTH_ERR_EMPTY_APPID",
  })
  void aRequestThatIsRefusedAnywayIsRefusedAtOnce(String request, Code code) throws IOException {
    try (var raw = connect()) {
      raw.send(head(request, "Expect: 100-continue", "Content-Length: 2000"));
      isRefused(raw, code);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/tokens, 65537",
    "/v2/tokens, 1048577",
    "/v1/notifications, 1048577",
    "/v1/notifications, 99999999999",
  })
  void aBodyThatIsTooLongIsRefusedAtOnce(String path, long length) throws IOException {
    var device = server.someone();
    var app = device.app();
    try (var raw = connect()) {
      raw.send(
          head(
              "POST " + path,
              "appId: " + app.id(),
              path.startsWith("/v2")
                  ? "authToken: " + device.authToken()
                  : "apiKey: " + app.apiKey(),
              "Expect: 100-continue",
              "Content-Length: " + length));
      isRefused(raw, Code.ERR_BODY_TOO_LARGE);
    }
  }

  /// A logout by logout token needs no auth token, so an outdated one is no reason to refuse it.
  @Test
  void credentialsThatTheRouteDoesNotUseAreNotChecked() throws IOException {
    try (var raw = connect()) {
      raw.send(
          head(
              "POST /v1/logout",
              "appId: " + server.app().id(),
              "authToken: outdated",
              "Expect: 100-continue",
              "Content-Length: 2"));
      assertEquals(100, raw.answer().status());
      raw.send("{}").answer().is(Code.ERR_BAD_REQUEST);
      isInStep(raw);
    }
  }

  @Test
  void aRequestWithoutABodyIsSimplyAnswered() throws IOException {
    try (var raw = connect()) {
      for (var length : List.of("X: y", "Content-Length: 0")) {
        var answer = raw.send(head("GET /health/live", "Expect: 100-continue", length)).answer();
        assertEquals(200, answer.status());
      }
      isInStep(raw);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"something", "100-continue, something", "100-continue=1", "200-ok"})
  void anyOtherExpectationFails(String expect) throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      raw.send(head("POST /v2/tokens", register(device, expect, BODY.length())));
      isRefused(raw, Code.ERR_EXPECTATION_FAILED);
    }
    try (var raw = connect()) {
      raw.send(head("GET /health/live", "Expect: " + expect));
      raw.answer().is(Code.ERR_EXPECTATION_FAILED);
      isInStep(raw);
    }
  }
}

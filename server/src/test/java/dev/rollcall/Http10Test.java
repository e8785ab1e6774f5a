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
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/1.0, as health checks of load balancers and old proxies send it.
final class Http10Test {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String UP = "{\"data\":{\"status\":\"UP\"}}";

  private static Raw connect() throws IOException {
    return new Raw(server.port());
  }

  private static void isLast(Answer answer, Raw raw) throws IOException {
    assertEquals(Optional.of("close"), answer.header("Connection"));
    assertEquals(Optional.empty(), answer.header("Keep-Alive"));
    assertEquals(Optional.empty(), answer.header("Transfer-Encoding"));
    assertTrue(raw.isClosed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTIONS / HTTP/1.0\n\n",
        "OPTIONS * HTTP/1.0\n\n",
        "OPTIONS /health/ready HTTP/1.0\nHost: rollcall\n\n",
      })
  void thePlainCheckOfHaproxySucceeds(String check) throws IOException {
    try (var raw = connect()) {
      var answer = raw.send(check).answer();
      assertEquals(204, answer.status());
      isLast(answer, raw);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host: localhost\n",
        "Connection: close\nHost: localhost\n",
        "Connection: keep-alive, close\n",
        "User-Agent: kube-probe/1.30\nAccept: */*\n",
        "Expect: 100-continue\n",
        "Expect: something\n",
        "Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABkAAQAAP__\n",
      })
  void aHealthCheckIsAnsweredAndTheConnectionEnds(String headers) throws IOException {
    for (var path : List.of("/health/live", "/health/ready")) {
      try (var raw = connect()) {
        var answer = raw.send("GET " + path + " HTTP/1.0\n" + headers + "\n").answer();
        assertEquals(UP, answer.body());
        isLast(answer, raw);
      }
    }
  }

  @Test
  void headIsAnsweredWithoutABody() throws IOException {
    try (var raw = connect()) {
      var answer = raw.send("HEAD /health/live HTTP/1.0\n\n").bodiless();
      assertEquals(200, answer.status());
      assertEquals(Optional.of(String.valueOf(UP.length())), answer.header("Content-Length"));
      isLast(answer, raw);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Connection: keep-alive\n", "Connection: Keep-Alive\nHost: x\n"})
  void aConnectionIsKeptForAClientThatAsks(String headers) throws IOException {
    try (var raw = connect()) {
      for (int i = 0; i < 3; i++) {
        var answer = raw.send("GET /health/ready HTTP/1.0\n" + headers + "\n").answer();
        assertEquals(UP, answer.body());
        assertEquals(Optional.of("keep-alive"), answer.header("Connection"));
      }
      isLast(raw.send("GET /health/ready HTTP/1.0\n\n").answer(), raw);
    }
  }

  @Test
  void bothVersionsTakeTurnsOnAConnection() throws IOException {
    try (var raw = connect()) {
      for (int i = 0; i < 3; i++) {
        raw.send("GET /health/live HTTP/1.0\nConnection: keep-alive\n\n").answer().data();
        raw.send("GET /health/live HTTP/1.1\nHost: localhost\n\n").answer().data();
      }
    }
  }

  @Test
  void aProxyThatSpeaksItServesDevices() throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      var body = "{\"fcmToken\":\"older\"}";
      var head =
          """
          POST /v2/tokens HTTP/1.0
          Host: backend
          Connection: close
          X-Forwarded-For: 192.0.2.1
          appId: %s
          authToken: %s
          Content-Type: application/json
          Content-Length: %d

          """
              .formatted(device.app().id(), device.authToken(), body.length());
      var answer = raw.send(head + body).answer();
      answer.data();
      isLast(answer, raw);
    }
    assertEquals(List.of("older"), device.tokens());
  }

  @Test
  void aRequestMayArriveInPieces() throws IOException {
    for (var rest : List.of("", "Connection: keep-alive\r\n")) {
      try (var raw = connect()) {
        for (var piece : ("GET /health/live HTTP/1.0\r\n" + rest + "\r\n").split("")) {
          raw.bytes(piece);
        }
        assertEquals(UP, raw.answer().body());
      }
    }
  }

  @Test
  void errorsEndTheConnectionToo() throws IOException {
    try (var raw = connect()) {
      var answer = raw.send("GET /nowhere HTTP/1.0\n\n").answer();
      answer.is(Code.ERR_ROUTE_NOT_FOUND);
      isLast(answer, raw);
    }
    try (var raw = connect()) {
      var answer = raw.send("GET /me HTTP/1.0\n\n").answer();
      answer.is(Code.AUTH_ERR_EMPTY_APPID);
      isLast(answer, raw);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\n",
        "Transfer-Encoding: chunked\nContent-Length: 2\n",
        "no colon\n",
        "Host: a\nHost: b\n",
        " folded\n",
      })
  void whatIsAmbiguousOrMalformedIsRefused(String headers) throws IOException {
    try (var raw = connect()) {
      raw.send("POST /v2/tokens HTTP/1.0\n" + headers + "\n2\n{}\n0\n\n");
      raw.answer().is(Code.ERR_BAD_REQUEST);
      assertTrue(raw.isClosed());
    }
  }

  @Test
  void itsHeadHasTheSameLimits() throws IOException {
    try (var raw = connect()) {
      raw.send("GET /" + "a".repeat(16_400) + " HTTP/1.0\n\n").answer().is(Code.ERR_URI_TOO_LONG);
      assertTrue(raw.isClosed());
    }
    for (var headers : List.of("X: " + "a".repeat(40_000) + "\n", "X: a\n".repeat(9_000))) {
      try (var raw = connect()) {
        raw.send("GET /health/live HTTP/1.0\n" + headers + "\n").answer().is(Code.ERR_BAD_REQUEST);
        assertTrue(raw.isClosed());
      }
    }
  }

  @Test
  void inTheMiddleOfAPipelineItIsRefused() throws IOException {
    try (var raw = connect()) {
      raw.send("GET /health/live HTTP/1.1\nHost: localhost\n\n" + "GET /health/live HTTP/1.0\n\n");
      raw.answer().data();
      raw.answer().is(Code.ERR_HTTP_VERSION);
      assertTrue(raw.isClosed());
    }
  }
}

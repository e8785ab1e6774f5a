package dev.rollcall.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients that take their time, against a server with little of it.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TimeoutsTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  // Long enough for a busy machine to send what it has to send.
  private static final Duration LONG = Duration.ofMillis(1200);

  private static final String LIVE = "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String POST = "POST /live HTTP/1.1\r\nHost: localhost\r\n";

  private HttpServer server;

  private void start(Duration silence, Duration request) {
    start(silence, silence, request);
  }

  private void start(Duration idle, Duration silence, Duration request) {
    var live = Route.plain("GET", "/live", it -> Response.success());
    var read = Route.plain("POST", "/read", it -> Response.data(it.body().string("x")));
    server =
        new HttpServer(
                new HttpServer.Listen(Optional.of("127.0.0.1"), 0, 0),
                Tls.builder().enabled(false).build(),
                Capacity.ofHeap(1L << 30),
                (method, route, status, took) -> {},
                new HttpServer.Timeouts(idle, silence, request, LONG))
            .start(new Router(List.of(live, read)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Socket connect() throws IOException {
    return new Socket("127.0.0.1", server.httpPort());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// All that comes until the server closes the connection.
  private static String rest(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void aConnectionWithoutARequestIsClosed() throws IOException {
    start(SHORT, LONG);
    try (var socket = connect()) {
      assertEquals("", rest(socket.getInputStream()));
    }
  }

  @Test
  void anIdleConnectionIsClosedWithoutAWord() throws IOException {
    start(LONG, LONG);
    try (var socket = connect()) {
      send(socket, LIVE);
      assertTrue(rest(socket.getInputStream()).endsWith("\r\n\r\n{\"data\":{\"success\":true}}"));
    }
  }

  @Test
  void anAnswerSaysHowLongItsConnectionMayBeIdle() throws IOException {
    start(Duration.ofSeconds(620), LONG, LONG);
    try (var socket = connect()) {
      send(socket, LIVE);
      assertTrue(answer(socket).contains("\r\nKeep-Alive: timeout=619\r\n"));
      send(socket, LIVE.replace("Host", "Connection: close\r\nHost"));
      var last = rest(socket.getInputStream());
      assertTrue(last.contains("\r\nConnection: close\r\n"), last);
      assertFalse(last.contains("Keep-Alive"), last);
    }
  }

  @Test
  void anIdleConnectionIsKeptHoweverShortlyARequestMayBeSilent() throws IOException {
    start(Duration.ofHours(1), SHORT, LONG);
    try (var idle = connect();
        var silent = connect()) {
      send(idle, LIVE);
      assertTrue(answer(idle).startsWith("HTTP/1.1 200 "));
      send(silent, "GET /li");
      assertEquals("", rest(silent.getInputStream()));
      send(idle, LIVE);
      assertTrue(answer(idle).startsWith("HTTP/1.1 200 "));
    }
  }

  @Test
  void aSilentRequestIsNotWaitedForAsLongAsAnIdleConnection() throws IOException {
    start(Duration.ofHours(1), SHORT, Duration.ofHours(1));
    for (var half : List.of(LIVE + "GET /li", "GET /live HTTP/1.0\r\nX: ")) {
      try (var socket = connect()) {
        send(socket, half);
        rest(socket.getInputStream());
      }
    }
  }

  @Test
  void halfALineAndHalfAHeaderAreNotWaitedForLong() throws IOException {
    start(SHORT, LONG);
    for (var half : List.of("GET /li", "GET /live HTTP/1.1\r\n", POST + "Content-Le")) {
      try (var socket = connect()) {
        send(socket, half);
        assertEquals("", rest(socket.getInputStream()));
      }
    }
  }

  @Test
  void halfABodyIsRefused() throws IOException {
    start(LONG, LONG);
    try (var whole = connect();
        var chunked = connect()) {
      send(whole, POST + "Content-Length: 9\r\n\r\n{");
      send(chunked, POST + "Transfer-Encoding: chunked\r\n\r\n5\r\n{");
      for (var socket : List.of(whole, chunked)) {
        var answer = rest(socket.getInputStream());
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(answer.contains("ERR_BAD_REQUEST"), answer);
      }
    }
  }

  @Test
  void aFirstLineThatTricklesIsNotWaitedForHoweverSteadyItIs() throws IOException {
    start(LONG, SHORT);
    try (var socket = connect()) {
      send(socket, "GET /live?");
      trickle(socket);
    }
  }

  @Test
  void aRequestMayTakeItsTimeAgainAfterAnAnswer() throws IOException {
    start(LONG, LONG);
    try (var socket = connect()) {
      for (int i = 0; i < 3; i++) {
        // Two in one go, of which the second is cut in its first line.
        send(socket, LIVE + "GET /li");
        assertTrue(answer(socket).startsWith("HTTP/1.1 200 "));
        send(socket, LIVE.substring("GET /li".length()));
        assertTrue(answer(socket).startsWith("HTTP/1.1 200 "));
      }
    }
  }

  private static String answer(Socket socket) throws IOException {
    var in = socket.getInputStream();
    var answer = new StringBuilder();
    while (!answer.toString().endsWith("}}")) {
      answer.append((char) in.read());
    }
    return answer.toString();
  }

  @Test
  void aBodyThatWasAskedForMayNotTrickleEither() throws IOException {
    start(LONG, SHORT);
    try (var socket = connect()) {
      send(socket, "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n");
      send(socket, "Expect: 100-continue\r\n\r\n");
      var goOn = "HTTP/1.1 100 Continue\r\n\r\n";
      var told = socket.getInputStream().readNBytes(goOn.length());
      assertEquals(goOn, new String(told, StandardCharsets.US_ASCII));
      assertTrue(trickle(socket).startsWith("HTTP/1.1 400 "));
    }
  }

  @Test
  void whoeverTakesNoAnswersIsNotWaitedFor() throws IOException {
    start(SHORT, LONG);
    try (var socket = connect()) {
      assertThrows(
          SocketException.class,
          () -> {
            while (true) {
              send(socket, LIVE);
            }
          });
    }
  }

  @Test
  void aBodyThatTricklesIsRefusedHoweverSteadyItIs() throws IOException {
    start(LONG, SHORT);
    try (var socket = connect()) {
      send(socket, POST + "Content-Length: 1000000\r\n\r\n");
      assertTrue(trickle(socket).startsWith("HTTP/1.1 400 "));
    }
  }

  /// Sends byte after byte until there is an answer.
  private static String trickle(Socket socket) throws IOException {
    var in = socket.getInputStream();
    socket.setSoTimeout(20);
    while (true) {
      try {
        return (char) in.read() + rest(in);
      } catch (SocketTimeoutException e) {
        send(socket, " ");
      } catch (SocketException e) {
        return "no answer";
      }
    }
  }
}

package dev.rollcall.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Problem;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// More connections and more bytes than there is room for.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LimitsTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int MOST_BYTES = 100_000;
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";
  private static final String LIVE = "GET /live" + HOST + "\r\n";

  /// What the server tells about those that it turns away.
  private static final class Watcher implements HttpServer.RequestListener {
    private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

    @Override
    public void answered(String method, String route, int status, Duration took) {}

    @Override
    public void refused(Refusal why) {
      refusals.add(why);
    }
  }

  private final Watcher watcher = new Watcher();
  private final Deque<Socket> sockets = new ArrayDeque<>();
  private HttpServer server;

  private void start(Capacity capacity, Duration slow) {
    server =
        new HttpServer(
                new HttpServer.Listen(Optional.of("127.0.0.1"), 0, 0),
                Tls.builder().enabled(false).build(),
                capacity,
                watcher,
                new HttpServer.Timeouts(LONG, LONG, LONG, slow))
            .start(
                new Router(
                    List.of(
                        Route.plain("GET", "/live", it -> Response.success()),
                        Route.plain(
                            "GET", "/long", it -> Response.text("text/plain", "x".repeat(60_000))),
                        Route.plain("POST", "/small", LimitsTest::readBody),
                        Route.large("POST", "/large", LimitsTest::readBody))));
  }

  // A server asks for an awaited body only when a route reads it.
  private static Response readBody(Request request) {
    try {
      request.body();
    } catch (Problem notJson) {
      // The bodies of this test are no JSON.
    }
    return Response.success();
  }

  @AfterEach
  void stop() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    server.close();
  }

  private Socket send(String text) throws IOException {
    var socket = new Socket("127.0.0.1", server.httpPort());
    sockets.add(socket);
    try {
      socket.getOutputStream().write(text.getBytes(US_ASCII));
    } catch (SocketException e) {
      // The server has had enough; what it said is still there to be read.
    }
    return socket;
  }

  /// The answer's first bytes; empty if the connection was closed instead.
  private static String status(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), US_ASCII);
    } catch (SocketException e) {
      return "";
    }
  }

  private Socket live() throws IOException {
    var socket = send(LIVE);
    assertEquals("HTTP/1.1 200", status(socket));
    return socket;
  }

  private static String post(String path, int bytes) {
    return "POST " + path + HOST + "Content-Length: " + bytes + "\r\n\r\n" + "x".repeat(bytes);
  }

  /// A connection whose request has begun to arrive, and holds a kilobyte or two.
  private Socket waiting(String path) throws IOException {
    var socket =
        send("POST " + path + HOST + "Expect: 100-continue\r\nContent-Length: 65536\r\n\r\n");
    assertEquals("HTTP/1.1 100", status(socket));
    return socket;
  }

  @Test
  void anIdleConnectionMakesRoomTheLongestIdleFirst() throws IOException {
    start(new Capacity(10, MOST_BYTES), LONG);
    var first = live();
    // A client can have the answer before the server calls its connection idle.
    while (server.idleConnections() == 0) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 10; i++) {
      live();
    }
    assertEquals(List.of(Refusal.IDLE), List.copyOf(watcher.refusals));
    first.getInputStream().skipNBytes(first.getInputStream().available());
    assertEquals("", status(first));
  }

  @Test
  void aConnectionInUseMakesNoRoomUnlessItIsSlow() throws IOException {
    start(new Capacity(10, MOST_BYTES), LONG);
    for (int i = 0; i < 10; i++) {
      waiting("/small");
    }
    assertEquals("", status(send(LIVE)));
    assertEquals(List.of(Refusal.CONNECTION), List.copyOf(watcher.refusals));
  }

  @Test
  void aSlowRequestMakesRoomForAConnection() throws IOException {
    start(new Capacity(10, MOST_BYTES), Duration.ZERO);
    var first = waiting("/small");
    for (int i = 0; i < 9; i++) {
      waiting("/small");
    }
    live();
    first.getInputStream().skipNBytes(" Continue\r\n\r\n".length());
    assertEquals("", status(first));
    assertEquals(List.of(Refusal.SLOW), List.copyOf(watcher.refusals));
  }

  @Test
  void aBodyThatFindsNoRoomIsRefusedAndWhoeverHoldsItStays() throws IOException {
    start(new Capacity(1_000, MOST_BYTES), LONG);
    for (int i = 0; i < 20; i++) {
      waiting("/small");
    }
    for (var request : List.of(post("/large", 85_000), chunked("/large", 85_000))) {
      var answer = rest(send(request));
      assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
      assertTrue(answer.contains("Retry-After: 1\r\n") && answer.contains("ERR_BUSY"), answer);
    }
    assertEquals(List.of(Refusal.BYTES, Refusal.BYTES), List.copyOf(watcher.refusals));
    live();
  }

  @Test
  void aSlowRequestMakesRoomForABody() throws IOException {
    start(new Capacity(1_000, MOST_BYTES), Duration.ZERO);
    var first = waiting("/small");
    for (int i = 0; i < 19; i++) {
      waiting("/small");
    }
    assertEquals("HTTP/1.1 200", status(send(post("/large", 85_000))));
    first.getInputStream().skipNBytes(" Continue\r\n\r\n".length());
    assertEquals("", status(first));
    assertTrue(watcher.refusals.stream().allMatch(it -> it == Refusal.SLOW));
  }

  @Test
  void theBeginningOfARequestThatFollowsAnotherMakesRoomToo() throws IOException {
    start(new Capacity(1_000, MOST_BYTES), Duration.ZERO);
    for (int i = 0; i < 10; i++) {
      assertEquals("HTTP/1.1 200", status(send(LIVE + "GET /" + "x".repeat(6_000))));
    }
    assertEquals("HTTP/1.1 200", status(send(post("/large", 85_000))));
  }

  @Test
  void whatWasHeldIsFreeAgainAfterTheAnswerAndAfterTheConnection() throws IOException {
    start(new Capacity(1_000, MOST_BYTES), LONG);
    var socket = send("");
    for (int i = 0; i < 5; i++) {
      socket.getOutputStream().write(post("/large", 85_000).getBytes(US_ASCII));
      assertEquals("HTTP/1.1 200", status(socket));
      skipRest(socket);
    }
    socket.close();
    // The server notices in its own time.
    while (!status(send(post("/large", 85_000))).equals("HTTP/1.1 200")) {
      sockets.removeLast().close();
    }
  }

  private static void skipRest(Socket socket) throws IOException {
    for (var rest = ""; !rest.endsWith("}}"); ) {
      rest += (char) socket.getInputStream().read();
    }
  }

  @Test
  void headersCountForWhatTheyBecome() throws IOException {
    start(new Capacity(1_000, MOST_BYTES), LONG);
    var answer = rest(send("GET /live" + HOST + "a:\r\n".repeat(1_000) + "\r\n"));
    assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
    assertTrue(answer.contains("Retry-After: 1\r\n"), answer);
  }

  @Test
  void aListThatFindsNoRoomIsRefused() throws IOException {
    start(new Capacity(1_000, MOST_BYTES), LONG);
    for (int i = 0; i < 40; i++) {
      waiting("/small");
    }
    assertEquals("HTTP/1.1 503", status(send("GET /long" + HOST + "\r\n")));
    assertEquals(List.of(Refusal.BYTES), List.copyOf(watcher.refusals));
  }

  @Test
  void aListThatIsLongerThanAllTheRoomIsSentAllTheSame() throws IOException {
    start(new Capacity(1_000, MOST_BYTES), LONG);
    assertEquals("HTTP/1.1 200", status(send("GET /long" + HOST + "\r\n")));
  }

  @Test
  void slowUploadsKeepNobodyFromSendingLargeBodies() throws IOException {
    start(Capacity.ofHeap(96L * 1024 * 1024), LONG);
    for (int i = 0; i < 50; i++) {
      waiting("/large");
    }
    assertEquals("HTTP/1.1 200", status(send(post("/large", 1_000_000))));
    assertEquals("HTTP/1.1 200", status(send(chunked("/large", 1_000_000))));
  }

  private static String chunked(String path, int bytes) {
    return "POST "
        + path
        + HOST
        + "Transfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(bytes)
        + "\r\n"
        + "x".repeat(bytes)
        + "\r\n0\r\n\r\n";
  }

  /// All that comes until the server closes the connection, be it before it has read all.
  private static String rest(Socket socket) throws IOException {
    var answer = new StringBuilder();
    try {
      var in = socket.getInputStream();
      for (int it = in.read(); it >= 0; it = in.read()) {
        answer.append((char) it);
      }
    } catch (SocketException e) {
      // what came before it is enough
    }
    return answer.toString();
  }
}

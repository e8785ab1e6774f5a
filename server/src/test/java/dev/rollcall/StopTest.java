package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Code;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Stopping: what is in flight is answered, what comes later is turned away, what was acknowledged
/// is there after the next start.
final class StopTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String LIVE = "GET /health/live HTTP/1.1\nHost: localhost\n\n";

  @Test
  void aRequestInFlightIsAnsweredWhileTheServerStops() throws Exception {
    var device = server.someone();
    device.registerFcm("before");
    int port = server.port();
    int httpsPort = server.httpsPort();
    var body = "{\"fcmToken\":\"in-flight\"}";

    try (var held = new Raw(port);
        var idle = new Raw(port)) {
      idle.send(LIVE).answer().data();
      holdInFlight(held, device, body.length());
      var stopping = Thread.startVirtualThread(server::close);

      // Idle connections learn of the stop with their next request, which is when it has begun.
      var refused = idle.send(LIVE).answer();
      while (refused.status() == 200) {
        refused = idle.send(LIVE).answer();
      }
      refused.is(Code.ERR_BUSY);
      assertEquals(Optional.of("1"), refused.header("Retry-After"));
      assertTrue(idle.isClosed());
      assertTrue(stopping.isAlive());
      // Load balancers without health checks choose another node when a connection is refused.
      assertThrows(ConnectException.class, () -> connectUntilRefused(port));
      assertThrows(ConnectException.class, () -> connectUntilRefused(httpsPort));

      held.send(body).answer().data();
      stopping.join();
      assertTrue(held.isClosed());
    }
    assertThrows(ConnectException.class, () -> new Raw(port));
    assertThrows(ConnectException.class, () -> new Raw(httpsPort));

    server.restart();
    assertEquals(List.of("in-flight"), device.tokens());
  }

  private static void connectUntilRefused(int port) throws IOException {
    while (true) {
      new Raw(port).close();
    }
  }

  /// A load balancer needs some seconds to notice that a node is about to stop.
  @Test
  void aDrainingServerIsNotReadyAndStillAnswers() throws Exception {
    var device = server.someone();
    int port = server.port();
    try (var idle = new Raw(port);
        var busy = new Raw(port)) {
      idle.send(LIVE).answer().data();
      server.server().drain();

      for (var check :
          List.of(
              "GET /health/ready HTTP/1.1\nHost: localhost\n\n",
              "GET /health/ready HTTP/1.0\n\n",
              "OPTIONS / HTTP/1.0\n\n",
              "OPTIONS / HTTP/1.1\nHost: localhost\n\n")) {
        try (var raw = new Raw(port)) {
          var unready = raw.send(check).answer();
          unready.is(Code.ERR_BUSY);
          assertEquals(Optional.of("1"), unready.header("Retry-After"));
          assertTrue(raw.isClosed());
        }
      }
      device.registerFcm("while-draining");
      assertEquals(List.of("while-draining"), device.tokens());
      busy.send("OPTIONS /me HTTP/1.1\nHost: localhost\nOrigin: https://app.example\n\n");
      assertEquals(204, busy.answer().status());

      // The answer on a connection that was open before announces its end.
      var last = idle.send(LIVE).answer();
      last.data();
      assertEquals(Optional.of("close"), last.header("Connection"));
      assertEquals(Optional.empty(), last.header("Keep-Alive"));
      assertTrue(idle.isClosed());
    }
    server.restart();
    assertEquals("UP", server.call("GET", "/health/ready").send().text("status"));
  }

  /// Sends a request without its body. It is in flight once the server asks for that.
  private static void holdInFlight(Raw raw, Device device, int length) throws IOException {
    raw.send(
        """
        POST /v2/tokens HTTP/1.1
        Host: localhost
        appId: %s
        authToken: %s
        Expect: 100-continue
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(device.app().id(), device.authToken(), length));
    assertEquals(100, raw.answer().status());
  }
}

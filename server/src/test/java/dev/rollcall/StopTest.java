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

      held.send(body).answer().data();
      stopping.join();
      assertTrue(held.isClosed());
    }
    assertThrows(ConnectException.class, () -> new Raw(port));
    assertThrows(ConnectException.class, () -> new Raw(httpsPort));

    server.restart();
    assertEquals(List.of("in-flight"), device.tokens());
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

package dev.rollcall.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestCertificate;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that take their time over TLS, where the server waits for whole records.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsTimeoutsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  // Each promises 16,384 bytes.
  private static final byte[] HANDSHAKE = {22, 3, 1, 64, 0};
  private static final byte[] RECORD = {23, 3, 3, 64, 0};

  @TempDir static Path folder;
  private static TestCertificate certificate;
  private static SSLContext client;

  private HttpServer server;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.make(folder, "tls", "EC");
    client = TestCertificate.trusting(certificate.chain());
  }

  private void start(Duration silence) {
    var keys =
        Keys.builder()
            .pem(
                pem ->
                    pem.key(Resource.create(certificate.key()))
                        .certChain(Resource.create(certificate.chain())))
            .build();
    server =
        new HttpServer(
                new HttpServer.Listen(Optional.of("127.0.0.1"), 0, 0),
                Tls.builder().privateKey(keys).privateKeyCertChain(keys).build(),
                Capacity.ofHeap(1L << 30),
                (method, route, status, took) -> {},
                new HttpServer.Timeouts(silence, silence, LONG, LONG))
            .start(new Router(List.of(Route.plain("GET", "/live", it -> Response.success()))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Socket connect() throws IOException {
    return new Socket("127.0.0.1", server.httpsPort());
  }

  /// TLS on a connection that stays open after it.
  private static SSLSocket over(Socket plain) throws IOException {
    var tls = (SSLSocket) client.getSocketFactory().createSocket(plain, "localhost", 443, false);
    tls.startHandshake();
    return tls;
  }

  private static void send(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  /// Sends the record's beginning, and then byte after byte until the server has had enough.
  private static void trickle(Socket socket, byte[] record) throws IOException {
    socket.setSoTimeout(20);
    try {
      socket.getOutputStream().write(record);
      while (!isClosed(socket)) {
        socket.getOutputStream().write(0);
      }
    } catch (SocketException e) {
      // closed
    }
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  @Test
  void aHandshakeThatTricklesIsNotWaitedFor() throws IOException {
    start(Duration.ofMillis(200));
    try (var socket = connect()) {
      trickle(socket, HANDSHAKE);
    }
  }

  @Test
  void aRecordThatTricklesIsNotWaitedFor() throws IOException {
    start(Duration.ofSeconds(1));
    try (var socket = connect()) {
      over(socket);
      trickle(socket, RECORD);
    }
  }

  @Test
  void aConnectionThatIsOverIsClosedDownToTheSocket() throws IOException {
    start(Duration.ofSeconds(2));
    try (var socket = connect()) {
      var tls = over(socket);
      send(tls, "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      var answer = new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      tls.close();
      assertEquals(-1, socket.getInputStream().read());
    }
  }
}

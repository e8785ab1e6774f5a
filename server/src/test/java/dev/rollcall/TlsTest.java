package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTPS with the certificate for development, trusted the way the documentation tells.
final class TlsTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static X509Certificate certificate() throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(server.data().resolve("dev-cert.pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static SSLContext trusting() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("dev", certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /// Connects without asking a name server, which may not know `*.localhost`.
  private static void handshake(SSLContext context, String host)
      throws IOException, GeneralSecurityException {
    try (var plain = new Socket("127.0.0.1", server.httpsPort());
        var socket =
            (SSLSocket)
                context.getSocketFactory().createSocket(plain, host, plain.getPort(), true)) {
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      socket
          .getOutputStream()
          .write(
              "GET /health/live HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(host)
                  .getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }
  }

  @Test
  void theSameRoutesAreServedToWhomeverTrustsTheCertificate() throws Exception {
    var device = server.someone();
    device.registerFcm("over-http");
    try (var client = HttpClient.newBuilder().sslContext(trusting()).build()) {
      var uri = URI.create("https://localhost:" + server.httpsPort() + "//v2/tokens");
      var answer =
          new Call(uri, "GET")
              .header("appId", device.app().id())
              .header("authToken", device.authToken())
              .send(client);
      assertEquals("over-http", answer.data().get("web").get(0).stringValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "push-notification-us.localhost"})
  void theCertificateIsForThisMachine(String host) throws Exception {
    handshake(trusting(), host);
  }

  @Test
  void theCertificateIsForNoOtherMachine() {
    assertThrows(SSLHandshakeException.class, () -> handshake(trusting(), "example.org"));
  }

  @Test
  void theCertificateNamesTheHostsThatSdksCompose() throws Exception {
    var names = certificate().getSubjectAlternativeNames().stream().map(it -> it.get(1)).toList();
    assertTrue(names.containsAll(List.of("localhost", "*.localhost")), names.toString());
  }

  @Test
  void whoeverDoesNotTrustItIsNotServed() {
    assertThrows(
        SSLHandshakeException.class, () -> handshake(SSLContext.getDefault(), "localhost"));
  }
}

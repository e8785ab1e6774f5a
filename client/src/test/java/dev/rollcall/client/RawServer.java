package dev.rollcall.client;

import dev.rollcall.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// A server that records the bytes of each request and answers with bytes that a test gave it.
final class RawServer implements AutoCloseable {
  /// An answer that never comes.
  static final String SILENCE = "";

  /// A connection that is closed without an answer.
  static final String HANG_UP = "hang up";

  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");

  private final SSLServerSocket listener;
  private final Deque<String> answers = new ArrayDeque<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());

  RawServer(TestServer server) throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(keys(server).getKeyManagers(), null, null);
    listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  private static KeyManagerFactory keys(TestServer server)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    var pem = Files.readString(server.key()).replaceAll("-----.*-----", "").replaceAll("\\s", "");
    var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
    try (var in = Files.newInputStream(server.certificate())) {
      var chain = CertificateFactory.getInstance("X.509").generateCertificate(in);
      var key = KeyFactory.getInstance(chain.getPublicKey().getAlgorithm()).generatePrivate(spec);
      store.setKeyEntry("raw", key, new char[0], new java.security.cert.Certificate[] {chain});
    }
    var keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, new char[0]);
    return keys;
  }

  static String json(int status, String body, String... headers) {
    var text = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
    for (var header : headers) {
      text.append(header).append("\r\n");
    }
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return text.append("Content-Type: application/json\r\nContent-Length: ")
        .append(length)
        .append("\r\n\r\n")
        .append(body)
        .toString();
  }

  static String data(String data) {
    return json(200, "{\"data\":" + data + "}");
  }

  static String error(int status, String code, String... headers) {
    return json(
        status,
        "{\"error\":{\"code\":\"%s\",\"message\":\"No, for a reason\",\"details\":{}}}"
            .formatted(code),
        headers);
  }

  int port() {
    return listener.getLocalPort();
  }

  synchronized RawServer answer(String... bytes) {
    answers.addAll(List.of(bytes));
    return this;
  }

  private synchronized String nextAnswer() {
    return answers.isEmpty() ? error(404, "ERR_ROUTE_NOT_FOUND") : answers.pop();
  }

  /// Every request so far, with its unchanged head and body.
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // The test is over.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      for (var request = read(socket.getInputStream());
          !request.isEmpty();
          request = read(socket.getInputStream())) {
        requests.add(request);
        var answer = nextAnswer();
        if (answer.equals(HANG_UP)) {
          return;
        }
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        if (answer.toLowerCase(Locale.ROOT).contains("connection: close")) {
          return;
        }
      }
    } catch (IOException e) {
      // The client had enough.
    }
  }

  private static String read(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
      int octet = in.read();
      if (octet < 0) {
        return "";
      }
      bytes.write(octet);
    }
    var length = LENGTH.matcher(bytes.toString(StandardCharsets.UTF_8));
    if (length.find()) {
      bytes.write(in.readNBytes(Integer.parseInt(length.group(1))));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

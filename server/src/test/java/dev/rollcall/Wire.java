package dev.rollcall;

import dev.rollcall.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// One HTTP connection, byte by byte, so that a test knows exactly what was answered: no client
/// library tries again behind its back.
final class Wire implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;

  /// What the server said.
  record Answer(int status, JsonNode json) {
    JsonNode data() {
      return json.path("data");
    }

    String code() {
      return json.path("error").path("code").stringValue("");
    }
  }

  private final Socket socket;
  private final InputStream in;

  Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getByName("localhost"), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /// Sends a request with one credential header and waits for its answer; fails with an
  /// `IOException` when the connection ends before it.
  Answer send(String method, String path, String app, String header, String credential, String body)
      throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var head =
        """
        %s %s HTTP/1.1\r
        Host: localhost\r
        appId: %s\r
        %s: %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(method, path, app, header, credential, bytes.length);
    var request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(bytes);
    socket.getOutputStream().write(request.toByteArray());
    return read();
  }

  private Answer read() throws IOException {
    int status = Integer.parseInt(line().split(" ")[1]);
    int length = 0;
    for (var header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    var body = in.readNBytes(length);
    if (body.length < length) {
      throw new IOException("the connection ended within a body");
    }
    return new Answer(status, Json.MAPPER.readTree(body));
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended before the answer");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.US_ASCII).strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

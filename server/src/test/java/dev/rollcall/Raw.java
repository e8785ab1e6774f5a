package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A connection on which a test says what no client library would.
final class Raw implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  Raw(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /// Sends text byte for byte, except that each line end becomes CR LF.
  Raw send(String text) throws IOException {
    return bytes(text.replace("\n", "\r\n"));
  }

  /// Sends text byte for byte, one byte a character.
  Raw bytes(String text) throws IOException {
    return bytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Raw bytes(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // The server has had enough; what it said is still there to be read.
    }
    return this;
  }

  /// Says that nothing more will come.
  Raw end() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  Answer answer() throws IOException {
    return answer(true);
  }

  /// An answer to HEAD, which says how long it would be, and is not.
  Answer bodiless() throws IOException {
    return answer(false);
  }

  private Answer answer(boolean hasBody) throws IOException {
    var status = line().split(" ");
    assertEquals("HTTP/1.1", status[0]);
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    for (var line = line(); !line.isEmpty(); line = line()) {
      var colon = line.indexOf(':');
      headers
          .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    var length =
        hasBody ? Integer.parseInt(headers.getOrDefault("Content-Length", List.of("0")).get(0)) : 0;
    var body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Answer(
        Integer.parseInt(status[1]), HttpHeaders.of(headers, (name, value) -> true), body);
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended where an answer was due");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /// Waits for the end of the connection. Answers false when there is an answer instead.
  boolean isClosed() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

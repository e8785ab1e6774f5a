package dev.rollcall.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Translates the head of an HTTP/1.0 request into the head of the HTTP/1.1 request that means the
/// same, because Helidon reads only HTTP/1.1. Health checks of load balancers still use HTTP/1.0.
///
/// Without `Connection: keep-alive`, the connection ends after the answer (RFC 9112, C.2.2). A
/// missing Host becomes `localhost`. `Expect` is ignored (RFC 9110, 10.1.1). `Transfer-Encoding` is
/// refused, because an HTTP/1.0 proxy on the way may have read another body (RFC 9112, 6.1).
final class Http10 {
  // Helidon refuses a longer line or longer headers.
  private static final int LONGEST_HEAD = HttpServer.MAX_REQUEST_LINE + 16 * 1024;

  private static final byte[] VERSION = bytes(" HTTP/1.0\r\n");
  private static final byte[] LINE_END = bytes("\r\n");
  private static final byte[] HEAD_END = bytes("\r\n\r\n");

  private Http10() {}

  /// The bytes of a request from its beginning, with its head translated if it is HTTP/1.0. Reads
  /// `more` until the request line is complete, and until an HTTP/1.0 head is complete.
  static byte[] translate(byte[] begin, Supplier<byte[]> more) {
    // Each byte is searched once, however many pieces the head arrives in.
    var read = begin;
    int searched = 0;
    while (!hasLine(read, searched) && read.length < HttpServer.MAX_REQUEST_LINE) {
      searched = Math.max(0, read.length - 1);
      read = join(read, more.get());
    }
    int line = find(LINE_END, read, 0);
    if (!endsWithVersion(read, line)) {
      return read;
    }
    int end = find(HEAD_END, read, line);
    while (end < 0 && read.length < LONGEST_HEAD) {
      searched = Math.max(line, read.length - HEAD_END.length + 1);
      read = join(read, more.get());
      end = find(HEAD_END, read, searched);
    }
    if (end < 0) {
      // Helidon answers it as it answers any HTTP/1.1 request that is too long.
      return join(bytes(http11(text(read, 0, line))), Arrays.copyOfRange(read, line, read.length));
    }
    var head = translate(text(read, 0, end).split("\r\n", -1));
    return join(head, Arrays.copyOfRange(read, end + LINE_END.length, read.length));
  }

  private static byte[] translate(String[] lines) {
    var head = new StringBuilder(http11(lines[0])).append("\r\n");
    var connection = new StringBuilder();
    boolean hasHost = false;
    for (int i = 1; i < lines.length; i++) {
      var name = name(lines[i]);
      hasHost |= name.equals("host");
      switch (name) {
        case "transfer-encoding" -> throw refusal();
        case "expect" -> {}
        case "connection" -> connection.append(lines[i].substring(name.length() + 1)).append(',');
        default -> head.append(lines[i]).append("\r\n");
      }
    }
    if (!hasHost) {
      head.append("Host: localhost\r\n");
    }
    if (!isKeptAlive(connection.toString())) {
      head.append("Connection: close\r\n");
    }
    return bytes(head.toString());
  }

  private static boolean isKeptAlive(String connection) {
    var tokens = List.of(connection.toLowerCase(Locale.ROOT).split("[,\\s]+"));
    return tokens.contains("keep-alive") && !tokens.contains("close");
  }

  private static RequestException refusal() {
    return RequestException.builder()
        .type(DirectHandler.EventType.BAD_REQUEST)
        .setKeepAlive(false)
        .message("HTTP/1.0 has no Transfer-Encoding")
        .build();
  }

  private static String name(String header) {
    int colon = header.indexOf(':');
    return colon < 0 ? "" : header.substring(0, colon).toLowerCase(Locale.ROOT);
  }

  private static String http11(String line) {
    return line.substring(0, line.length() - 1) + '1';
  }

  // Helidon refuses a CR or an LF alone, so nothing has to be read after either.
  private static boolean hasLine(byte[] read, int from) {
    for (int i = from; i < read.length; i++) {
      if (read[i] == '\n' || (read[i] == '\r' && i + 1 < read.length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsWithVersion(byte[] read, int line) {
    int end = line + LINE_END.length;
    int begin = end - VERSION.length;
    return line >= 0 && begin >= 0 && Arrays.equals(read, begin, end, VERSION, 0, VERSION.length);
  }

  private static int find(byte[] wanted, byte[] in, int from) {
    for (int i = from; i + wanted.length <= in.length; i++) {
      if (Arrays.equals(in, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] join(byte[] first, byte[] second) {
    var all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  // One byte is one character, so nothing is lost on the way.
  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

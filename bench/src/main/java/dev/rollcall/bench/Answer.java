package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The answer that is coming in on one connection, of HTTP/1.1 what a server may send us and no
/// more: what is broken, ambiguous or left over is refused.
final class Answer {

  /// What came is no HTTP/1.1 answer to our request.
  static final class MalformedAnswerException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedAnswerException(String message) {
      super(message);
    }
  }

  private static final int MAX_BYTES = 1 << 20;
  private static final byte[] VERSION = "HTTP/1.1 ".getBytes(ISO_8859_1);
  private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(ISO_8859_1);
  private static final byte[] TRANSFER_ENCODING = "transfer-encoding:".getBytes(ISO_8859_1);
  private static final byte[] CLOSE = "connection: close".getBytes(ISO_8859_1);
  private static final int UNKNOWN = -1;

  private ByteBuffer buffer = ByteBuffer.allocate(4096);
  private int bodyStart;
  private int bodyEnd;

  /// Where more bytes go.
  ByteBuffer room() {
    if (!buffer.hasRemaining()) {
      buffer = ByteBuffer.allocate(buffer.capacity() * 2).put(buffer.flip());
    }
    return buffer;
  }

  void clear() {
    buffer.clear();
  }

  int status() {
    return (at(9) - '0') * 100 + (at(10) - '0') * 10 + (at(11) - '0');
  }

  boolean bodyIs(byte[] expected) {
    return Arrays.equals(buffer.array(), bodyStart, bodyEnd, expected, 0, expected.length);
  }

  boolean bodyStartsWith(byte[] expected) {
    return bodyEnd - bodyStart >= expected.length && startsWith(expected, bodyStart);
  }

  boolean bodyHolds(byte[] part) {
    for (int i = bodyStart; i <= bodyEnd - part.length; i++) {
      if (at(i) == part[0] && startsWith(part, i)) {
        return true;
      }
    }
    return false;
  }

  String shown() {
    var text = new String(buffer.array(), bodyStart, bodyEnd - bodyStart, ISO_8859_1);
    return status() + " " + (text.length() > 300 ? text.substring(0, 300) + "…" : text);
  }

  /// Whether all of it has come.
  boolean complete() throws MalformedAnswerException {
    if (buffer.position() > MAX_BYTES) {
      throw new MalformedAnswerException("an answer of more than a mebibyte");
    }
    int headEnd = headEnd();
    return headEnd != UNKNOWN && bodyComplete(headEnd);
  }

  private int headEnd() {
    for (int i = 3; i < buffer.position(); i++) {
      if (at(i) == '\n' && at(i - 1) == '\r' && at(i - 2) == '\n' && at(i - 3) == '\r') {
        return i + 1;
      }
    }
    return UNKNOWN;
  }

  private boolean bodyComplete(int headEnd) throws MalformedAnswerException {
    checkStatusLine();
    int length = UNKNOWN;
    boolean chunked = false;
    for (int line = lineEnd(0); line < headEnd - 2; line = lineEnd(line)) {
      if (isHeader(CONTENT_LENGTH, line)) {
        if (length != UNKNOWN) {
          throw new MalformedAnswerException("two lengths");
        }
        length = number(line + CONTENT_LENGTH.length, 10);
      } else if (isHeader(TRANSFER_ENCODING, line)) {
        chunked = true;
      } else if (isHeader(CLOSE, line)) {
        throw new MalformedAnswerException("the server wants to close");
      }
    }
    if (chunked == (length != UNKNOWN)) {
      throw new MalformedAnswerException("the answer does not say where it ends");
    }
    return chunked ? unchunked(headEnd) : bodyOf(headEnd, length);
  }

  private void checkStatusLine() throws MalformedAnswerException {
    if (!startsWith(VERSION, 0) || status() < 200 || status() > 599 || at(12) != ' ') {
      throw new MalformedAnswerException("no HTTP/1.1 status line");
    }
  }

  private boolean bodyOf(int start, int length) throws MalformedAnswerException {
    bodyStart = start;
    bodyEnd = start + length;
    return endsAt(bodyEnd);
  }

  private boolean endsAt(int end) throws MalformedAnswerException {
    if (buffer.position() > end) {
      throw new MalformedAnswerException("bytes after the end of the answer");
    }
    return buffer.position() == end;
  }

  /// Moves the chunks together, once the last one is there.
  private boolean unchunked(int start) throws MalformedAnswerException {
    int end = start;
    int size;
    do {
      int data = lineEnd(end);
      if (data > buffer.position()) {
        return false;
      }
      size = number(end, 16);
      end = data + size + 2;
      if (end > buffer.position()) {
        return false;
      }
      if (at(end - 2) != '\r' || at(end - 1) != '\n') {
        throw new MalformedAnswerException("a chunk without an end");
      }
    } while (size > 0);
    if (!endsAt(end)) {
      return false;
    }
    join(start);
    return true;
  }

  private void join(int start) throws MalformedAnswerException {
    bodyStart = start;
    bodyEnd = start;
    int chunk = start;
    for (int size = number(chunk, 16); size > 0; size = number(chunk, 16)) {
      int data = lineEnd(chunk);
      System.arraycopy(buffer.array(), data, buffer.array(), bodyEnd, size);
      bodyEnd += size;
      chunk = data + size + 2;
    }
  }

  /// The place after the next line feed, or past all that has come.
  private int lineEnd(int from) {
    int i = from;
    while (i < buffer.position() && at(i) != '\n') {
      i++;
    }
    return i + 1;
  }

  private int number(int from, int radix) throws MalformedAnswerException {
    int i = from;
    while (at(i) == ' ') {
      i++;
    }
    int value = 0;
    int first = i;
    for (int digit; (digit = Character.digit(at(i), radix)) >= 0; i++) {
      value = value * radix + digit;
      if (value > MAX_BYTES) {
        throw new MalformedAnswerException("a length of more than a mebibyte");
      }
    }
    if (i == first || (at(i) != '\r' && at(i) != ';')) {
      throw new MalformedAnswerException("a length that is no number");
    }
    return value;
  }

  private boolean startsWith(byte[] expected, int from) {
    return Arrays.equals(
        buffer.array(), from, from + expected.length, expected, 0, expected.length);
  }

  /// Header names come in any case; `name` is in lower case.
  private boolean isHeader(byte[] name, int from) {
    if (from + name.length > buffer.position()) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      int c = at(from + i);
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private int at(int i) {
    return buffer.array()[i];
  }
}

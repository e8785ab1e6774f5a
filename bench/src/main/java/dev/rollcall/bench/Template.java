package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// A request built once; what differs from one to the next is patched into its bytes.
final class Template {

  /// Writes a value over its blank.
  @FunctionalInterface
  interface Value {
    void write(byte[] into, int at);
  }

  private final String text;
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final Map<String, Integer> blanks = new HashMap<>();

  /// `head` has lines that end in a line feed, and no length.
  Template(String head, String body) {
    var length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\n";
    this.text = (head + length + "\n").replace("\n", "\r\n") + body;
    this.bytes = text.getBytes(ISO_8859_1);
    this.buffer = ByteBuffer.allocateDirect(bytes.length);
  }

  void patch(String blank, Value value) {
    value.write(bytes, blanks.computeIfAbsent(blank, text::indexOf));
  }

  ByteBuffer buffer() {
    return buffer.clear().put(bytes).flip();
  }
}

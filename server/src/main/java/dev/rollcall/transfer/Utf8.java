package dev.rollcall.transfer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/// Finds bytes that are no UTF-8.
final class Utf8 {
  private Utf8() {}

  static boolean isAscii(byte[] bytes) {
    for (byte one : bytes) {
      if (one < 0) {
        return false;
      }
    }
    return true;
  }

  /// The first byte with which no character of UTF-8 begins; empty if all is UTF-8.
  static OptionalInt wrongByte(byte[] bytes) {
    if (isAscii(bytes)) {
      return OptionalInt.empty();
    }
    var in = ByteBuffer.wrap(bytes);
    var result =
        StandardCharsets.UTF_8.newDecoder().decode(in, CharBuffer.allocate(bytes.length), true);
    return result.isError() ? OptionalInt.of(in.get() & 0xff) : OptionalInt.empty();
  }
}

package dev.rollcall.secret;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// A value in DER, as far as private keys need it.
record Der(int tag, byte[] content) {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int SEQUENCE = 0x30;

  /// The explicit tag `[0]`.
  static final int PARAMETERS = 0xa0;

  private static final int MOST_LENGTH_BYTES = 3;

  /// Bytes that are not DER. `length` is the length that the outermost value announces, or 0.
  static final class NotDer extends Exception {
    private static final long serialVersionUID = 1L;

    private final int length;

    NotDer(int length) {
      super("not DER");
      this.length = length;
    }

    int length() {
      return length;
    }
  }

  static Der read(byte[] bytes) throws NotDer {
    var all = readAll(bytes);
    if (all.size() != 1) {
      throw new NotDer(0);
    }
    return all.getFirst();
  }

  private static List<Der> readAll(byte[] bytes) throws NotDer {
    var rest = ByteBuffer.wrap(bytes);
    var all = new ArrayList<Der>();
    while (rest.hasRemaining()) {
      int tag = rest.get() & 0xff;
      int length = length(rest);
      if (length > rest.remaining()) {
        throw new NotDer(rest.position() + length);
      }
      var content = new byte[length];
      rest.get(content);
      all.add(new Der(tag, content));
    }
    return all;
  }

  private static int length(ByteBuffer rest) throws NotDer {
    int first = next(rest);
    if (first < 0x80) {
      return first;
    }
    int bytes = first & 0x7f;
    if (bytes == 0 || bytes > MOST_LENGTH_BYTES) {
      throw new NotDer(0);
    }
    int length = 0;
    for (int i = 0; i < bytes; i++) {
      length = (length << 8) | next(rest);
    }
    return length;
  }

  private static int next(ByteBuffer rest) throws NotDer {
    if (!rest.hasRemaining()) {
      throw new NotDer(0);
    }
    return rest.get() & 0xff;
  }

  /// The values that this one consists of.
  List<Der> parts() throws NotDer {
    return readAll(content);
  }

  /// The content in hexadecimal, by which object identifiers are compared.
  String hex() {
    return HexFormat.of().formatHex(content);
  }

  static Der objectIdentifier(String hex) {
    return new Der(OBJECT_IDENTIFIER, HexFormat.of().parseHex(hex));
  }

  static Der integer(int small) {
    return new Der(INTEGER, new byte[] {(byte) small});
  }

  static Der sequence(Der... parts) {
    var content = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(part -> content.writeBytes(part.bytes()));
    return new Der(SEQUENCE, content.toByteArray());
  }

  byte[] bytes() {
    var bytes = new ByteArrayOutputStream();
    bytes.write(tag);
    int length = content.length;
    if (length < 0x80) {
      bytes.write(length);
    } else {
      // DER allows no leading zeros.
      int size = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      bytes.write(0x80 | size);
      for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
        bytes.write(length >> shift);
      }
    }
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }
}

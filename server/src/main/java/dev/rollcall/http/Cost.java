package dev.rollcall.http;

/// The heap that connections and their bytes use, in bytes, as measured with Helidon 4.5 on JDK 25.
final class Cost {
  /// A connection without TLS: its thread, Helidon's buffer of 8 KiB and the bytes read last.
  static final int CONNECTION = 24 * 1024;

  /// The number of plain connections that a TLS connection counts as. It has records of 16 KiB in
  /// both directions.
  static final int TLS = 3;

  // Bytes that arrive together are held in an array and a node until their line or chunk is
  // complete.
  private static final int PIECE = 80;
  // A header has a name, a value and a table entry, however short its line is.
  private static final int LINE = 256;

  private Cost() {}

  /// Bytes of a body that arrived together.
  static int ofBody(byte[] piece) {
    return PIECE + piece.length;
  }

  /// Bytes that arrived together and contain so many lines of a head.
  static int ofHead(byte[] piece, int lines) {
    return PIECE + piece.length + lines * LINE;
  }

  /// An answer. Helidon copies it to send it together with its headers.
  static int ofAnswer(byte[] body) {
    return 2 * body.length;
  }
}

package dev.rollcall.http;

/// What connections and their bytes take of the heap, in bytes, as measured with Helidon 4.5 on
/// JDK 25.
final class Cost {
  /// A connection without TLS: its thread, Helidon's buffer of 8 KiB and what was last read.
  static final int CONNECTION = 24 * 1024;

  /// How many others a connection with TLS counts for, with records of 16 KiB in both directions.
  static final int TLS = 3;

  // Bytes that arrive together are kept in an array and a node, until their line or chunk is whole.
  private static final int PIECE = 80;
  // A header has a name, a value and an entry in a table, however short its line is.
  private static final int LINE = 256;

  private Cost() {}

  /// Bytes that arrived together and are part of a body.
  static int ofBody(byte[] piece) {
    return PIECE + piece.length;
  }

  /// Bytes that arrived together, of which those from a position on may hold headers.
  static int ofHead(byte[] piece, int from) {
    int lines = 0;
    for (int i = from; i < piece.length; i++) {
      lines += piece[i] == '\n' ? 1 : 0;
    }
    return PIECE + piece.length + lines * LINE;
  }

  /// An answer, which Helidon copies to send it together with its headers.
  static int ofAnswer(byte[] body) {
    return 2 * body.length;
  }
}

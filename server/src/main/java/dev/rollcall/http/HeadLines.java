package dev.rollcall.http;

/// Counts the lines of one request's head in the pieces in which it arrives.
///
/// An empty line ends the head (RFC 9112, 2.1). The bytes after it belong to the body, whose line
/// breaks cost nothing.
final class HeadLines {
  private boolean started;
  private boolean lineIsEmpty;
  private boolean ended;

  /// The lines of the head that end in this piece, from position `from` on.
  int count(byte[] piece, int from) {
    int lines = 0;
    for (int i = from; i < piece.length && !ended; i++) {
      if (piece[i] == '\n') {
        lines++;
        ended = started && lineIsEmpty;
        lineIsEmpty = true;
      } else if (piece[i] != '\r') {
        started = true;
        lineIsEmpty = false;
      }
    }
    return lines;
  }
}

package dev.rollcall.http;

/// How much of the heap connections may take: how many there may be, and how many bytes they may
/// hold together, of requests on their way in and of answers on their way out.
///
/// Both come from measurements of what a connection really holds; see {@link Cost}.
public record Capacity(int connections, int bytes) {
  /// Fewer would not do for one connection with TLS and a few without.
  public static final int FEWEST_CONNECTIONS = 10;

  // A quarter of the heap for connections, and a twelfth for bytes, of which each is held up to
  // three times: as it was received, and in an array that may have doubled. The rest is the
  // program's.
  private static final int SHARE_OF_CONNECTIONS = 4;
  private static final int SHARE_OF_BYTES = 12;

  /// What a heap of so many bytes has room for.
  public static Capacity ofHeap(long heap) {
    return new Capacity(
        atLeast(FEWEST_CONNECTIONS, heap / SHARE_OF_CONNECTIONS / Cost.CONNECTION),
        atLeast(2 * Payload.LARGE, heap / SHARE_OF_BYTES));
  }

  private static int atLeast(int least, long number) {
    return Math.clamp(number, least, Integer.MAX_VALUE);
  }

  /// The same for bytes, but so many connections.
  public Capacity withConnections(int number) {
    return new Capacity(number, bytes);
  }
}

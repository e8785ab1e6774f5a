package dev.rollcall.http;

/// The share of the heap that connections may use: their maximum number, and the maximum number of
/// bytes that all of them hold together, for requests that arrive and answers that are sent.
///
/// Both are derived from measurements of the memory of a connection; see {@link Cost}.
public record Capacity(int connections, int bytes) {
  /// The minimum for one connection with TLS and a few without.
  public static final int MIN_CONNECTIONS = 10;

  // Connections may use a quarter of the heap. Bytes may use a twelfth, because each byte is held
  // up to three times: as received, and in an array whose size may have doubled. The rest is for
  // everything else.
  private static final int SHARE_OF_CONNECTIONS = 4;
  private static final int SHARE_OF_BYTES = 12;

  /// The capacity of a heap of this many bytes.
  public static Capacity ofHeap(long heap) {
    return new Capacity(
        atLeast(MIN_CONNECTIONS, heap / SHARE_OF_CONNECTIONS / Cost.CONNECTION),
        atLeast(2 * Payload.LARGE, heap / SHARE_OF_BYTES));
  }

  private static int atLeast(int least, long number) {
    return Math.clamp(number, least, Integer.MAX_VALUE);
  }

  /// Returns the same capacity with another number of connections.
  public Capacity withConnections(int number) {
    return new Capacity(number, bytes);
  }
}

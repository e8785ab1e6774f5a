package dev.rollcall.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// What a heap has room for.
final class CapacityTest {
  private static final long MEGABYTE = 1024 * 1024;

  @Test
  void aHeapHasRoomForConnectionsAndBytesInProportion() {
    assertEquals(new Capacity(1_024, 8 * 1024 * 1024), Capacity.ofHeap(96 * MEGABYTE));
  }

  @Test
  void aSmallHeapStillTakesTheLongestBody() {
    var smallest = Capacity.ofHeap(1);
    assertEquals(Capacity.MIN_CONNECTIONS, smallest.connections());
    assertTrue(smallest.bytes() > Payload.LARGE);
  }

  @Test
  void noHeapIsTooLargeToCount() {
    assertEquals(Integer.MAX_VALUE, Capacity.ofHeap(Long.MAX_VALUE).bytes());
  }

  @Test
  void aGivenNumberOfConnectionsLeavesTheBytesAsTheyAre() {
    var heap = Capacity.ofHeap(96 * MEGABYTE);
    assertEquals(new Capacity(50, heap.bytes()), heap.withConnections(50));
  }

  @Test
  void headersCostWhatTheirObjectsTakeAndBodiesWhatTheirBytesTake() {
    var lines = "a:\r\n".repeat(1_000).getBytes(US_ASCII);
    assertTrue(Cost.ofHead(lines, new HeadLines().count(lines, 0)) > 250 * 1_000);
    assertTrue(Cost.ofHead(lines, new HeadLines().count(lines, 4 * 999)) < 5_000);
    assertTrue(Cost.ofBody(lines) < 5_000);
    // A client may send byte by byte.
    assertTrue(Cost.ofBody(new byte[1]) > 64);
  }
}

package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How much a node has in flight, and when it takes on more.
final class LaneTest {
  @Test
  void fourBatchesMakeUpWhatMayBeInFlight() {
    var lane = new Lane(200);

    for (int batches = 0; batches < 4; batches++) {
      assertTrue(lane.hasRoom());
      lane.enter(lane.batch());
    }

    assertEquals(200, lane.inFlight());
    assertFalse(lane.hasRoom());
  }

  @Test
  void thereIsRoomAgainWhenABatchHasLeft() {
    var lane = new Lane(200);
    lane.enter(200);

    assertEquals(0, IntStream.range(0, 49).filter(i -> lane.leave()).count());
    assertFalse(lane.hasRoom());
    assertTrue(lane.leave());

    assertTrue(lane.hasRoom());
    assertEquals(150, lane.inFlight());
  }

  @Test
  void recipientsAreLookedUpAsFastAsDeliveriesLeaveAndElseTwiceASecond() {
    assertTrue(DeliveryWorker.maySearch(999, Duration.ZERO));
    assertFalse(DeliveryWorker.maySearch(1_000, Duration.ofMillis(500)));
    assertTrue(DeliveryWorker.maySearch(1_000, Duration.ofMillis(501)));
  }
}

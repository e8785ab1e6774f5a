package dev.rollcall.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class InFlightTest {
  @Test
  void anyNumberOfRequestsMayBeInFlight() {
    var inFlight = new InFlight();
    for (int i = 0; i < 70_000; i++) {
      assertTrue(inFlight.enter());
    }
    assertFalse(inFlight.closeAndWait(Duration.ZERO));
    assertFalse(inFlight.enter());
    for (int i = 0; i < 70_000; i++) {
      inFlight.leave();
    }
    assertTrue(inFlight.closeAndWait(Duration.ZERO));
  }
}

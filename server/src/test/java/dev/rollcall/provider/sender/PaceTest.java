package dev.rollcall.provider.sender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/// How many sends a second leaves.
final class PaceTest {
  private static final long SECOND = 1_000;
  private static final Instant NOW = Instant.ofEpochSecond(SECOND).plusMillis(999);

  @Test
  void withoutALimitEverySendMayBegin() {
    var pace = new Pace(0, SECOND, 1_000_000);

    assertFalse(pace.isLimited());
    assertEquals(7, pace.allows(7, NOW));
  }

  @Test
  void aSecondAllowsWhatIsLeftOfIt() {
    var pace = new Pace(10, SECOND, 4);

    assertTrue(pace.isLimited());
    assertEquals(6, pace.allows(7, NOW));
    assertEquals(5, pace.allows(5, NOW));
    assertEquals(0, new Pace(10, SECOND, 10).allows(7, NOW));
  }

  @Test
  void aRateThatWasLoweredAllowsNoneAndNotLess() {
    assertEquals(0, new Pace(3, SECOND, 10).allows(7, NOW));
  }

  @Test
  void theNextSecondAllowsAllAgain() {
    var pace = new Pace(10, SECOND, 10);

    assertEquals(10, pace.allows(20, NOW.plusMillis(1)));
    assertEquals(new Pace(10, SECOND + 1, 3), pace.after(3, NOW.plusMillis(1)));
  }

  @Test
  void sendsOfOneSecondAddUp() {
    assertEquals(new Pace(10, SECOND, 7), new Pace(10, SECOND, 4).after(3, NOW));
  }

  @Test
  void aNodeWhoseClockIsBehindCountsInTheSecondOfTheOneThatIsAhead() {
    var pace = new Pace(10, SECOND + 1, 4);

    assertEquals(6, pace.allows(7, NOW));
    assertEquals(new Pace(10, SECOND + 1, 7), pace.after(3, NOW));
  }
}

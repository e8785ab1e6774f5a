package dev.rollcall.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// When an event is sent again.
final class RetriesTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private static final Event EVENT =
      new Event(
          "msg_1",
          EventType.TOKEN_DELETED,
          NOON.toEpochMilli(),
          "alice",
          1,
          "fcm",
          "web",
          "abcdefgh…",
          "rollcall",
          "logout",
          null,
          null);

  /// Always as late, or as early, as can be.
  private static Retries with(double chance) {
    return new Retries(
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return 0;
          }

          @Override
          public double nextDouble() {
            return chance;
          }
        });
  }

  @Test
  void theWaitGrowsTwofoldUpToTwoHours() {
    var soon = with(0);
    assertEquals(Optional.of(NOON.plusSeconds(10)), soon.next(EVENT, 1, Duration.ZERO, NOON));
    assertEquals(Optional.of(NOON.plusSeconds(20)), soon.next(EVENT, 2, Duration.ZERO, NOON));
    assertEquals(Optional.of(NOON.plusSeconds(5120)), soon.next(EVENT, 10, Duration.ZERO, NOON));
    assertEquals(
        Optional.of(NOON.plus(Duration.ofHours(2))), soon.next(EVENT, 11, Duration.ZERO, NOON));
    assertEquals(
        Optional.of(NOON.plus(Duration.ofHours(2))), soon.next(EVENT, 500, Duration.ZERO, NOON));
  }

  @Test
  void chanceMakesItUpToHalfAsMuchLonger() {
    assertEquals(Optional.of(NOON.plusSeconds(15)), with(1).next(EVENT, 1, Duration.ZERO, NOON));
    assertEquals(
        Optional.of(NOON.plus(Duration.ofHours(3))), with(1).next(EVENT, 99, Duration.ZERO, NOON));
  }

  @Test
  void aReceiverMayAskForMoreTimeAndNotForLess() {
    assertEquals(
        Optional.of(NOON.plusSeconds(90)), with(0).next(EVENT, 1, Duration.ofSeconds(90), NOON));
    assertEquals(
        Optional.of(NOON.plusSeconds(10)), with(0).next(EVENT, 1, Duration.ofSeconds(3), NOON));
  }

  @Test
  void whatAReceiverAsksForGivesNothingUp() {
    var late = NOON.plus(Duration.ofHours(23)).plus(Duration.ofMinutes(30));
    assertEquals(
        Optional.of(NOON.plus(Duration.ofHours(24))),
        with(0).next(EVENT, 1, Duration.ofHours(1), late));
  }

  @Test
  void afterADayItIsNoUse() {
    var at = NOON;
    int attempts = 0;
    for (var next = Optional.of(at); next.isPresent(); attempts++) {
      at = next.get();
      next = with(0).next(EVENT, attempts + 1, Duration.ZERO, at);
    }
    assertTrue(at.isAfter(NOON.plus(Duration.ofHours(21))), "the last try was at " + at);
    assertTrue(at.isBefore(NOON.plus(Duration.ofHours(24))), "the last try was at " + at);
    assertTrue(attempts >= 15, attempts + " attempts");
  }
}

package dev.rollcall.delivery.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.MovableClock;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When a provider complains of more tokens than can be bad.
final class CircuitBreakerTest {
  private static final Outcome ACCEPTED = new Outcome.Accepted("");
  private static final Outcome GONE = new Outcome.Gone(null, "410");
  private static final Outcome SUSPECT = new Outcome.Suspect("400");

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final CircuitBreaker breaker = new CircuitBreaker(clock);

  private boolean trips(Outcome outcome) {
    return breaker.trips(1, 1, outcome);
  }

  private int trips(int times, Outcome outcome) {
    int trips = 0;
    for (int i = 0; i < times; i++) {
      trips += trips(outcome) ? 1 : 0;
    }
    return trips;
  }

  @Test
  void twentyBadTokensProveNothingAndTheNextDoes() {
    assertEquals(0, trips(20, GONE));
    assertTrue(trips(GONE));
  }

  @Test
  void aDoubtCountsLikeADeath() {
    assertEquals(0, trips(20, SUSPECT));
    assertTrue(trips(SUSPECT));
  }

  @Test
  void oneInTwentySendsMayGoToABadToken() {
    trips(399, ACCEPTED);
    assertEquals(0, trips(20, GONE));
    // 21 of 420 are one in twenty, and 22 of 421 are more.
    assertFalse(trips(GONE));
    assertTrue(trips(GONE));
  }

  @Test
  void aRefusedMessageSpeaksForTheToken() {
    trips(399, new Outcome.Refused("413"));
    assertEquals(0, trips(21, GONE));
  }

  @Test
  void whatWasNotAnsweredIsNotCounted() {
    trips(400, new Outcome.Later(Duration.ZERO, PauseScope.DELIVERY, "500"));
    trips(400, new Outcome.Denied("401"));

    assertEquals(1, trips(21, GONE));
  }

  @Test
  void onlyABadTokenTrips() {
    trips(21, GONE);

    assertFalse(trips(ACCEPTED));
    assertTrue(trips(GONE));
  }

  @Test
  void aWindowIsTenMinutes() {
    trips(20, GONE);

    clock.advance(Duration.ofMinutes(10));
    assertTrue(trips(GONE));

    clock.advance(Duration.ofMillis(1));
    assertEquals(0, trips(20, GONE));
    assertTrue(trips(GONE));
  }

  @Test
  void aNewWindowForgetsTheGoodSendsToo() {
    trips(1_000, ACCEPTED);

    clock.advance(Duration.ofMinutes(10).plusMillis(1));

    assertEquals(1, trips(21, GONE));
  }

  @Test
  void eachProviderAndEachVersionOfItsCredentialsIsCountedAlone() {
    trips(20, GONE);

    assertFalse(breaker.trips(2, 1, GONE));
    assertFalse(breaker.trips(1, 2, GONE));
    assertTrue(trips(GONE));
  }

  @Test
  void theLimitsAreTheDocumentedOnes() {
    assertEquals(
        List.of(Duration.ofMinutes(10), 20, 20),
        List.of(CircuitBreaker.WINDOW, CircuitBreaker.FEW, CircuitBreaker.ONE_IN));
  }
}

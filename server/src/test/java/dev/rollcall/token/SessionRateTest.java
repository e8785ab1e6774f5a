package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.AuthToken;
import dev.rollcall.account.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How often one session may register.
final class SessionRateTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private final MovableClock clock = new MovableClock(NOON);
  private final SessionRate rate = new SessionRate(6, clock);
  private final AuthToken alice = AuthToken.random("alice", NOON);

  private void useUp(AuthToken token) {
    for (int i = 0; i < 6; i++) {
      assertEquals(Optional.empty(), rate.retryDelay(token));
    }
  }

  @Test
  void aSessionMayRegisterSoManyTimesAtOnceAndIsThenToldHowLongToWait() {
    useUp(alice);
    assertEquals(Optional.of(Duration.ofSeconds(10)), rate.retryDelay(alice));
  }

  @Test
  void waitingAsToldIsEnough() {
    useUp(alice);
    clock.advance(rate.retryDelay(alice).orElseThrow());
    assertEquals(Optional.empty(), rate.retryDelay(alice));
    assertTrue(rate.retryDelay(alice).isPresent());
  }

  @Test
  void asLongAsItWaitsItIsRefused() {
    useUp(alice);
    clock.advance(Duration.ofSeconds(9));
    assertEquals(Optional.of(Duration.ofSeconds(1)), rate.retryDelay(alice));
  }

  @Test
  void afterAMinuteOfSilenceAllIsForgotten() {
    useUp(alice);
    clock.advance(Duration.ofMinutes(1));
    useUp(alice);
  }

  @Test
  void sessionsDoNotTakeFromOneAnother() {
    useUp(alice);
    assertEquals(Optional.empty(), rate.retryDelay(AuthToken.random("alice", NOON)));
  }

  @Test
  void whoeverOnlyKnowsTheSessionsHandleTakesNothingFromIt() {
    var forged = new AuthToken(alice.value().replaceFirst(".{32}$", "0".repeat(32)));
    assertEquals(alice.sessionId(), forged.sessionId());
    useUp(forged);
    assertTrue(rate.retryDelay(forged).isPresent());
    assertEquals(Optional.empty(), rate.retryDelay(alice));
  }

  @Test
  void whatIsNoAuthTokenIsNotRemembered() {
    for (int i = 0; i < 100; i++) {
      assertEquals(Optional.empty(), rate.retryDelay(new AuthToken("nonsense")));
    }
  }
}

package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// When failures are the service's, and when they are those of single tokens.
final class FailureShareTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private final FailureShare share = new FailureShare();

  private static TokenId token(long session) {
    return new TokenId(session, Channel.FCM);
  }

  private boolean failed(long session, Instant now) {
    return share.failed(token(session), now);
  }

  private boolean failed(long session) {
    return failed(session, NOON);
  }

  private void succeeded(long from, long to) {
    for (long session = from; session < to; session++) {
      share.succeeded(token(session), NOON);
    }
  }

  @Test
  void oneTokenThatFailsTimeAndAgainIsNotTheService() {
    for (int i = 0; i < 1000; i++) {
      assertFalse(failed(1));
    }
    assertFalse(failed(2));
  }

  @Test
  void severalTokensThatFailAreTheServiceIfNobodyElseIsReached() {
    assertFalse(failed(1));
    assertFalse(failed(2));
    assertTrue(failed(3));
  }

  @Test
  void fewerThanHalfOfTheTokensAreNotTheService() {
    succeeded(100, 111);
    for (long session = 1; session <= 10; session++) {
      assertEquals(session == 10, failed(session), "token " + session);
    }
  }

  @Test
  void oneFailureInTwentyNeverPauses() {
    for (long send = 0; send < 10_000; send++) {
      if (send % 20 == 0) {
        assertFalse(failed(send));
      } else {
        share.succeeded(token(send), NOON);
      }
    }
  }

  @Test
  void aTokenThatIsReachedAgainHasNotFailed() {
    failed(1);
    failed(2);
    succeeded(1, 2);
    assertFalse(failed(3));
  }

  @Test
  void oldFailuresDoNotCount() {
    failed(1);
    failed(2);
    assertFalse(failed(3, NOON.plus(FailureShare.WINDOW)));
    assertTrue(share.isEmptyAt(NOON.plus(FailureShare.WINDOW.multipliedBy(2))));
  }

  @Test
  void afterAPauseTheCountStartsAgain() {
    failed(1);
    failed(2);
    assertTrue(failed(3));
    assertFalse(failed(4));
  }
}

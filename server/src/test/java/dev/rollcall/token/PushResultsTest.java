package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Platform;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// When the result of a push is recorded, and what the recorded results mean.
final class PushResultsTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration REMOVAL = Duration.ofDays(270);

  private static PushResults at(@Nullable Instant accepted, @Nullable Instant failed) {
    return new PushResults(
        accepted == null ? null : accepted.toEpochMilli(),
        failed == null ? null : failed.toEpochMilli(),
        failed == null ? null : "400");
  }

  private static PushToken token(Instant registered, PushResults shown) {
    long at = registered.toEpochMilli();
    return new PushToken(
            10,
            1,
            new TokenValue(Channel.FCM, "phone"),
            PushPlatform.of(Channel.FCM, Platform.ANDROID),
            NewToken.DEFAULT_PROVIDER,
            null,
            at,
            at)
        .with(shown);
  }

  @Test
  void theFirstResultIsDueAtOnceAndTheNextOfItsKindAfterADay() {
    assertTrue(PushResults.NONE.isAcceptanceDue(NOON, REMOVAL));
    assertTrue(PushResults.NONE.isFailureDue(NOON, REMOVAL));
    var shown = at(NOON, NOON);
    assertFalse(shown.isAcceptanceDue(NOON.plus(Duration.ofDays(1)).minusMillis(1), REMOVAL));
    assertTrue(shown.isAcceptanceDue(NOON.plus(Duration.ofDays(1)), REMOVAL));
    assertFalse(shown.isFailureDue(NOON.plus(Duration.ofDays(1)).minusMillis(1), REMOVAL));
    assertTrue(shown.isFailureDue(NOON.plus(Duration.ofDays(1)), REMOVAL));
    assertTrue(at(NOON, null).isFailureDue(NOON, REMOVAL));
    assertTrue(at(null, NOON).isAcceptanceDue(NOON, REMOVAL));
  }

  @Test
  void aShortTimeToRemovalIsRecordedMorePrecisely() {
    var removal = Duration.ofSeconds(40);
    assertFalse(at(NOON, null).isAcceptanceDue(NOON.plusMillis(3_999), removal));
    assertTrue(at(NOON, null).isAcceptanceDue(NOON.plusSeconds(4), removal));
  }

  @Test
  void aClockThatWasSetBackRecordsNothing() {
    assertFalse(at(NOON, NOON).isAcceptanceDue(NOON.minusSeconds(1), REMOVAL));
  }

  @Test
  void neverWorkedMeansThatSomethingFailedAndNothingWasAccepted() {
    assertFalse(PushResults.NONE.neverWorked());
    assertTrue(at(null, NOON).neverWorked());
    assertFalse(at(NOON, null).neverWorked());
    assertFalse(at(NOON.minusSeconds(1), NOON).neverWorked());
  }

  @Test
  void theLaterOfRegistrationAndAcceptedPushCounts() {
    var later = NOON.plus(Duration.ofDays(9));
    assertFalse(token(NOON, PushResults.NONE).isAliveAfter(NOON));
    assertTrue(token(NOON, PushResults.NONE).isAliveAfter(NOON.minusMillis(1)));
    assertTrue(token(NOON, at(later, null)).isAliveAfter(later.minusMillis(1)));
    assertFalse(token(NOON, at(later, null)).isAliveAfter(later));
    assertTrue(token(later, at(NOON, null)).isAliveAfter(later.minusMillis(1)));
    assertFalse(token(NOON, at(null, later)).isAliveAfter(NOON), "a failure is no sign of life");
  }

  @Test
  void bothSignsOfLifeAreNamed() {
    assertEquals(
        "not registered since 2026-11-24, no push accepted",
        token(NOON, at(null, NOON)).lastSigns());
    assertEquals(
        "not registered since 2026-11-24, last push accepted 2027-02-02",
        token(NOON, at(Instant.parse("2027-02-02T23:59:59Z"), null)).lastSigns());
  }
}

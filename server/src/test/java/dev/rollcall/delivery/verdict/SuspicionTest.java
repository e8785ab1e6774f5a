package dev.rollcall.delivery.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.delivery.verdict.Suspicion.Complaints;
import dev.rollcall.delivery.verdict.Suspicion.Sent;
import dev.rollcall.delivery.verdict.Suspicion.Step;
import dev.rollcall.delivery.verdict.Suspicion.StoredState;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a provider's word changes for a token, for all that may stand before it.
final class SuspicionTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant REGISTERED = NOON.minus(Duration.ofDays(30));
  private static final long VERSION = 7;
  private static final String BAD = "400 BadDeviceToken";
  private static final Evidence DOUBT = new Evidence.Doubt(BAD);
  private static final PushToken TOKEN = token("aa", REGISTERED);

  private static PushToken token(String value, Instant registered) {
    return new PushToken(
        10,
        1,
        new TokenValue(Channel.APNS, value),
        PushPlatform.APNS_IOS_DEVICE,
        NewToken.DEFAULT_PROVIDER,
        null,
        REGISTERED.toEpochMilli(),
        registered.toEpochMilli());
  }

  private static Complaints complaints(long times, Instant since, boolean dead) {
    return new Complaints(
        REGISTERED.toEpochMilli(),
        times,
        since.toEpochMilli(),
        NOON.minusSeconds(5).toEpochMilli(),
        dead,
        "403 Before");
  }

  private static Complaints now(long times, Instant since, boolean dead) {
    return new Complaints(
        REGISTERED.toEpochMilli(), times, since.toEpochMilli(), NOON.toEpochMilli(), dead, BAD);
  }

  private static StoredState standing(@Nullable PushToken token, @Nullable Complaints complaints) {
    return new StoredState(
        Optional.ofNullable(token), Optional.ofNullable(complaints), OptionalLong.of(VERSION));
  }

  private static List<Step> decide(Evidence evidence, StoredState standing) {
    return Suspicion.decide(new Sent(TOKEN, VERSION), evidence, standing, NOON);
  }

  private static Evidence.Dead dead(@Nullable Instant since) {
    return new Evidence.Dead(since, BAD);
  }

  @Test
  void theFirstDoubtIsKeptAndNoted() {
    assertEquals(
        List.of(new Step.Suspect(now(1, NOON, false)), new Step.Note(Kind.SUSPECTED, BAD)),
        decide(DOUBT, standing(TOKEN, null)));
  }

  @Test
  void aRepeatedDoubtIsCountedFromTheFirstAndNotNotedAgain() {
    var since = NOON.minusSeconds(60);

    assertEquals(
        List.of(new Step.Suspect(now(2, since, false))),
        decide(DOUBT, standing(TOKEN, complaints(1, since, false))));
  }

  @Test
  void threeDoubtsOverTwoDaysDeclareATokenDead() {
    var since = NOON.minus(Duration.ofDays(2));

    assertEquals(
        List.of(new Step.Suspect(now(3, since, true))),
        decide(DOUBT, standing(TOKEN, complaints(2, since, false))));
  }

  @Test
  void twoDoubtsOverTwoDaysDoNot() {
    var since = NOON.minus(Duration.ofDays(2));

    assertEquals(
        List.of(new Step.Suspect(now(2, since, false))),
        decide(DOUBT, standing(TOKEN, complaints(1, since, false))));
  }

  @Test
  void anyNumberOfDoubtsInLessThanTwoDaysDoNot() {
    var since = NOON.minus(Duration.ofDays(2)).plusMillis(1);

    assertEquals(
        List.of(new Step.Suspect(now(100, since, false))),
        decide(DOUBT, standing(TOKEN, complaints(99, since, false))));
  }

  @Test
  void doubtsAboutAnEarlierRegistrationDoNotCount() {
    var since = NOON.minus(Duration.ofDays(40));
    var earlier =
        new Complaints(
            REGISTERED.minusMillis(1).toEpochMilli(),
            2,
            since.toEpochMilli(),
            since.toEpochMilli(),
            false,
            BAD);

    assertEquals(
        List.of(new Step.Suspect(now(1, NOON, false)), new Step.Note(Kind.SUSPECTED, BAD)),
        decide(DOUBT, standing(TOKEN, earlier)));
  }

  @Test
  void aProvidersPlainWordDeclaresATokenDeadAtOnce() {
    var steps = List.of(new Step.Suspect(now(1, NOON, true)), new Step.Note(Kind.SUSPECTED, BAD));

    assertEquals(steps, decide(dead(null), standing(TOKEN, null)));
    assertEquals(steps, decide(dead(REGISTERED.plusMillis(1)), standing(TOKEN, null)));
    assertEquals(
        steps, decide(dead(null), standing(TOKEN, complaints(2, NOON.minusSeconds(9), false))));
  }

  @Test
  void aTokenThatDiedBeforeItWasRegisteredIsNotTheOneThatWasMeant() {
    assertEquals(List.of(), decide(dead(REGISTERED), standing(TOKEN, null)));
    assertEquals(List.of(), decide(dead(REGISTERED.minusMillis(1)), standing(TOKEN, null)));
  }

  @Test
  void aComplaintAboutATokenOfLessThanTwentySecondsDoesNotCount() {
    var young = token("aa", NOON.minusSeconds(20).plusMillis(1));
    var old = token("aa", NOON.minusSeconds(20));

    for (var evidence : List.of(DOUBT, dead(null))) {
      assertEquals(
          List.of(),
          Suspicion.decide(new Sent(young, VERSION), evidence, standing(young, null), NOON));
      assertEquals(
          2, Suspicion.decide(new Sent(old, VERSION), evidence, standing(old, null), NOON).size());
    }
  }

  @Test
  void aComplaintToFormerCredentialsDoesNotCount() {
    var later = new StoredState(Optional.of(TOKEN), Optional.empty(), OptionalLong.of(VERSION + 1));
    var removed = new StoredState(Optional.of(TOKEN), Optional.empty(), OptionalLong.empty());

    for (var evidence : List.of(DOUBT, dead(null))) {
      assertEquals(List.of(), decide(evidence, later));
      assertEquals(List.of(), decide(evidence, removed));
    }
  }

  @Test
  void nothingThatWasSaidHoldsForATokenThatWasRegisteredAgain() {
    var again = token("aa", REGISTERED.plusMillis(1));
    var another = token("bb", REGISTERED);
    var standing = complaints(2, REGISTERED, false);

    for (var evidence :
        List.of(
            DOUBT,
            dead(null),
            new Evidence.Accepted(),
            new Evidence.AcceptedIn(ApnsEnvironment.SANDBOX))) {
      assertEquals(List.of(), decide(evidence, standing(again, standing)));
      assertEquals(List.of(), decide(evidence, standing(another, standing)));
      assertEquals(List.of(), decide(evidence, standing(null, standing)));
    }
  }

  @Test
  void anAcceptedMessageClearsWhateverStands() {
    var cleared = List.of(new Step.Clear(), new Step.Note(Kind.RESTORED, "a message was accepted"));

    assertEquals(
        cleared,
        decide(new Evidence.Accepted(), standing(TOKEN, complaints(2, REGISTERED, false))));
    assertEquals(
        cleared, decide(new Evidence.Accepted(), standing(TOKEN, complaints(1, REGISTERED, true))));
    assertEquals(List.of(), decide(new Evidence.Accepted(), standing(TOKEN, null)));
  }

  @Test
  void whatSpeaksForATokenHoldsWhateverTheCredentials() {
    var removed =
        new StoredState(
            Optional.of(TOKEN),
            Optional.of(complaints(1, REGISTERED, false)),
            OptionalLong.empty());

    assertEquals(2, decide(new Evidence.Accepted(), removed).size());
    assertEquals(
        List.of(new Step.Learn(ApnsEnvironment.SANDBOX)),
        decide(new Evidence.AcceptedIn(ApnsEnvironment.SANDBOX), removed));
  }

  @Test
  void anOperatorClearsWhateverStands() {
    assertEquals(
        List.of(new Step.Clear(), new Step.Note(Kind.RESTORED, "by the operator")),
        Suspicion.restore(Optional.of(complaints(1, REGISTERED, true))));
    assertEquals(List.of(), Suspicion.restore(Optional.empty()));
  }

  @Test
  void aDeadTokenIsKeptForAMinute() {
    assertEquals(NOON.minusSeconds(60), Suspicion.removable(NOON));
  }

  @Test
  void aTokenThatIsStillDeadIsRemoved() {
    var found = complaints(1, REGISTERED, true);
    var repeated = now(2, REGISTERED, true);

    assertTrue(Suspicion.isDead(found, Optional.of(found), false));
    assertTrue(Suspicion.isDead(found, Optional.of(repeated), false));
  }

  @Test
  void aTokenThatWasRestoredMeanwhileIsNotRemoved() {
    var found = complaints(1, REGISTERED, true);
    var other =
        new Complaints(found.registeredAt() + 1, 1, found.since(), found.lastAt(), true, BAD);

    assertFalse(Suspicion.isDead(found, Optional.empty(), false));
    assertFalse(Suspicion.isDead(found, Optional.of(complaints(2, REGISTERED, false)), false));
    assertFalse(Suspicion.isDead(found, Optional.of(other), false));
  }

  @Test
  void aDegradedProviderIsNotBelieved() {
    var found = complaints(1, REGISTERED, true);

    assertFalse(Suspicion.isDead(found, Optional.of(found), true));
  }

  @Test
  void complaintsAreAboutTheTokenAsItWasRegistered() {
    var complaints = complaints(1, NOON, false);

    assertTrue(complaints.areAbout(TOKEN));
    assertFalse(complaints.areAbout(token("aa", REGISTERED.plusMillis(1))));
  }
}

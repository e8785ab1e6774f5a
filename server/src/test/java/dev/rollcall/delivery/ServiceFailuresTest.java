package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.MovableClock;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which outcomes pause a service, and which show after a pause that it works.
final class ServiceFailuresTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Optional<String> HOST = Optional.of("push.example");
  private static final Outcome FAILURE = later(PauseScope.IF_MOST_FAIL);

  private final ServiceFailures failures = new ServiceFailures(new MovableClock(NOON));

  private static Outcome later(PauseScope pause) {
    return new Outcome.Later(Duration.ofSeconds(10), pause, "503");
  }

  private boolean callsForPause(
      long version, Optional<String> service, long session, Outcome outcome) {
    var token = new TokenId(session, Channel.WEB_PUSH);
    return failures.callForPause(1, version, service, token, outcome);
  }

  private boolean callsForPause(long session, Outcome outcome) {
    return callsForPause(1, HOST, session, outcome);
  }

  @Test
  void anAnswerAboutMoreThanOneTokenPausesAtOnce() {
    assertTrue(callsForPause(1, later(PauseScope.PROVIDER)));
    assertTrue(callsForPause(1, later(PauseScope.ENVIRONMENT)));
    assertTrue(callsForPause(1, new Outcome.Denied("401")));
    assertTrue(callsForPause(1, new Outcome.Denied(PauseScope.ENVIRONMENT, "403")));
  }

  @Test
  void anAnswerAboutOneTokenNeverPauses() {
    for (long session = 0; session < 100; session++) {
      assertFalse(callsForPause(session, later(PauseScope.DELIVERY)));
      assertFalse(callsForPause(session, new Outcome.Denied(PauseScope.DELIVERY, "403")));
    }
  }

  @Test
  void anyProperAnswerShowsThatTheServiceWorks() {
    var proper =
        List.of(
            new Outcome.Accepted(""),
            new Outcome.Gone(null, "410"),
            new Outcome.Suspect("400"),
            new Outcome.Refused("413"));
    for (long session = 0; session < 400; session++) {
      var outcome = session % 3 == 0 ? FAILURE : proper.get((int) session % 4);
      assertFalse(callsForPause(session, outcome), "token " + session);
    }
  }

  @Test
  void failuresOfOneServiceAreNotThoseOfAnotherOrOfFormerCredentials() {
    assertFalse(callsForPause(1, HOST, 1, FAILURE));
    assertFalse(callsForPause(1, HOST, 2, FAILURE));
    assertFalse(callsForPause(1, Optional.of("other.example"), 3, FAILURE));
    assertFalse(callsForPause(1, Optional.empty(), 3, FAILURE));
    assertFalse(callsForPause(2, HOST, 3, FAILURE));
    assertTrue(callsForPause(1, HOST, 3, FAILURE));
  }

  private static Optional<Instant> pausedAfterProbe(Outcome outcome) {
    var transition = new Transition.Deferred(NOON);
    var result =
        new Dispatch.Result(transition, List.of(), Optional.empty(), HOST, Optional.of(outcome));
    return ProbeResult.of(result).pausedUntil(NOON);
  }

  @Test
  void aProbeEndsThePauseUnlessTheServiceFailsAgain() {
    for (var works :
        List.of(
            new Outcome.Accepted(""),
            new Outcome.Gone(null, "410"),
            new Outcome.Suspect("400"),
            new Outcome.Refused("413"),
            new Outcome.Denied(PauseScope.DELIVERY, "403"))) {
      assertEquals(Optional.empty(), pausedAfterProbe(works), works.reason());
    }
    for (var fails : List.of(FAILURE, later(PauseScope.DELIVERY), new Outcome.Denied("401"))) {
      assertEquals(Optional.of(NOON.plusSeconds(10)), pausedAfterProbe(fails), fails.reason());
    }
    var unsent = Dispatch.Result.unsent(State.ENDED, "the session has ended");
    assertEquals(Optional.of(NOON), ProbeResult.of(unsent).pausedUntil(NOON));
  }
}

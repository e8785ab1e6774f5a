package dev.rollcall.provider.sender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private final Backoff backoff = Pushes.backoff(Pushes.clock());

  private static Later tooMany(Backoff backoff, int attempt) {
    return backoff.tooMany(attempt, Optional.empty(), PauseScope.PROVIDER, "429");
  }

  private static Later failure(Backoff backoff, int attempt) {
    return backoff.failure(attempt, Optional.empty(), PauseScope.IF_MOST_FAIL, "503");
  }

  @Test
  void whatTheProviderSaysIsDone() {
    var said = backoff.tooMany(7, Optional.of("17"), PauseScope.IF_MOST_FAIL, "429 X");
    assertEquals(new Later(Duration.ofSeconds(17), PauseScope.IF_MOST_FAIL, "429 X"), said);
  }

  @Test
  void aMinuteAfterTooManyAndTenSecondsAfterAFailureWhenNothingIsSaid() {
    assertEquals(Duration.ofSeconds(60), tooMany(backoff, 0).delay());
    assertEquals(Duration.ofSeconds(10), failure(backoff, 0).delay());
    assertEquals(
        Duration.ofSeconds(10),
        backoff.failure(0, Optional.of("when I feel like it"), PauseScope.PROVIDER, "503").delay());
  }

  @Test
  void atOnceIsNoAnswerToHowLong() {
    assertEquals(
        Duration.ofSeconds(20),
        backoff.failure(1, Optional.of("0"), PauseScope.PROVIDER, "503").delay());
  }

  @Test
  void whatIsSaidOfSilenceNamesTheLastCauseAndNoAddress() {
    var cause = new ConnectException("https://push.example.com/secret");
    assertEquals(
        "rollcall: FCM does not answer (ConnectException)",
        Backoff.noAnswerReason("FCM", new IOException("POST https://…", cause)));
  }

  @Test
  void eachAttemptWaitsTwiceAsLongUpToAnHour() {
    assertEquals(Duration.ofSeconds(20), failure(backoff, 1).delay());
    assertEquals(Duration.ofSeconds(80), failure(backoff, 3).delay());
    assertEquals(Backoff.MAX_DELAY, failure(backoff, 12).delay());
    assertEquals(Backoff.MAX_DELAY, tooMany(backoff, Integer.MAX_VALUE).delay());
  }

  @Test
  void whatWaitsAlongWaitsNoLongerForALaterAttempt() {
    var random = new Backoff(Clock.systemUTC(), new Random(1));
    for (var attempt : new int[] {0, 1, 7, 40}) {
      assertEquals(Duration.ofSeconds(60), tooMany(random, attempt).pauseFor());
      assertEquals(Duration.ofSeconds(10), failure(random, attempt).pauseFor());
    }
    var said = random.failure(7, Optional.of("17"), PauseScope.PROVIDER, "503");
    assertEquals(Duration.ofSeconds(17), said.pauseFor());
  }

  @Test
  void chanceOnlyAddsAndNeverMoreThanHalf() {
    var random = new Backoff(Clock.systemUTC(), new Random(1));
    var seen = new HashSet<Duration>();
    for (var i = 0; i < 1000; i++) {
      var delay = tooMany(random, 0).delay();
      assertTrue(delay.compareTo(Duration.ofSeconds(60)) >= 0, delay.toString());
      assertTrue(delay.compareTo(Duration.ofSeconds(90)) <= 0, delay.toString());
      seen.add(delay);
    }
    assertTrue(seen.size() > 900, seen.size() + " different delays");
  }

  @Test
  void silenceHoldsUpNobodyElse() {
    assertEquals(
        new Later(Duration.ofSeconds(10), PauseScope.DELIVERY, "nobody there"),
        backoff.noAnswer(0, "nobody there"));
  }

  @Test
  void aCallIsRetriedWithinASecondAndOthersWaitAsUsual() {
    var calls = backoff.of(Kind.VOIP);
    var first = failure(calls, 0);
    assertEquals(Duration.ofMillis(500), first.delay());
    assertEquals(Duration.ofSeconds(10), first.pauseFor());
    assertEquals(Duration.ofMillis(500), calls.noAnswer(0, "nobody there").delay());
    assertEquals(Duration.ofSeconds(4), failure(calls, 3).delay());
    assertEquals(Duration.ofSeconds(60), tooMany(calls, 0).delay());
    var random = new Backoff(Clock.systemUTC(), new Random(1)).of(Kind.VOIP);
    for (var i = 0; i < 1000; i++) {
      assertTrue(failure(random, 0).delay().compareTo(Duration.ofSeconds(1)) <= 0);
    }
    assertEquals(Duration.ofSeconds(10), failure(backoff.of(Kind.ALERT), 0).delay());
    assertEquals(Duration.ofSeconds(10), failure(backoff.of(Kind.BACKGROUND), 0).delay());
  }
}

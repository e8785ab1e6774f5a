package dev.rollcall.provider.sender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.message.Message.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What is left of an attempt.
final class DeadlineTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Deadline deadline = new Deadline(Duration.ofNanos(10), nanos::get);

  @Test
  void timeRunsOutAlsoWhereTheCounterOverflows() {
    assertEquals(Duration.ofNanos(10), deadline.left());

    nanos.addAndGet(9);
    assertEquals(Duration.ofNanos(1), deadline.left());
  }

  @Test
  void nothingIsLeftAfterTheEnd() {
    nanos.addAndGet(10);
    assertEquals(Duration.ZERO, deadline.left());

    nanos.addAndGet(1);
    assertEquals(Duration.ZERO, deadline.left());
  }

  @Test
  void noMoreIsLeftThanIsAskedFor() {
    assertEquals(Duration.ofNanos(9), deadline.left(Duration.ofNanos(9)));
    assertEquals(Duration.ofNanos(10), deadline.left(Duration.ofNanos(11)));
  }

  @Test
  void anAttemptMayTakeTwiceAsLongAsItsAnswer() {
    assertEquals(Duration.ofSeconds(60), Deadline.wholeAttempt(Deadline.ANSWER));
    assertEquals(LONG, Deadline.ofAttempt(LONG).left(LONG));
  }

  @Test
  void theMachinesOwnCounterIsUsed() {
    assertTrue(Deadline.in(LONG).left().compareTo(LONG) <= 0);
    assertTrue(Deadline.in(LONG).left().compareTo(Duration.ZERO) > 0);
  }

  @Test
  void anAnswerToACallIsWaitedForOnlyFiveSeconds() {
    assertEquals(Duration.ofSeconds(5), Deadline.answer(Kind.VOIP, Deadline.ANSWER));
    assertEquals(Duration.ofSeconds(1), Deadline.answer(Kind.VOIP, Duration.ofSeconds(1)));
    assertEquals(Deadline.ANSWER, Deadline.answer(Kind.ALERT, Deadline.ANSWER));
    assertEquals(Deadline.ANSWER, Deadline.answer(Kind.BACKGROUND, Deadline.ANSWER));
  }
}

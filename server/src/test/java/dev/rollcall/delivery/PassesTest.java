package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.account.MovableClock;
import dev.rollcall.delivery.Outcome.Denied;
import dev.rollcall.delivery.Outcome.Later;
import dev.rollcall.delivery.Outcome.Pause;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PassesTest {
  private static final Duration YOUNG = Duration.ofMinutes(20);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final MovableClock clock = Pushes.clock();
  private final AtomicInteger made = new AtomicInteger();
  private final Passes passes =
      new Passes(
          clock,
          YOUNG,
          refused ->
              new Pass(
                  new Secret("pass " + made.incrementAndGet()),
                  clock.instant(),
                  clock.instant().plus(Duration.ofMinutes(50))));

  @Test
  void tenThousandSendsAtOnceMakeOnePass() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Pass> one = () -> passes.current(PATIENCE);
      var all = threads.invokeAll(Stream.generate(() -> one).limit(10_000).toList());
      for (var pass : all) {
        assertEquals("pass 1", pass.get().secret().value());
      }
    }
    assertEquals(1, made.get());
  }

  @Test
  void aPassIsKeptUntilItIsDue() throws PassException {
    var first = passes.current(PATIENCE);
    clock.advance(Duration.ofMinutes(49));
    assertEquals(first, passes.current(PATIENCE));
    clock.advance(Duration.ofMinutes(1));
    assertNotEquals(first, passes.current(PATIENCE));
    assertEquals(2, made.get());
  }

  @Test
  void manyRefusalsOfOnePassMakeOneOther() throws Exception {
    var first = passes.current(PATIENCE);
    clock.advance(YOUNG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Optional<Pass>> one = () -> passes.insteadOf(first, PATIENCE);
      for (var pass : threads.invokeAll(Stream.generate(() -> one).limit(1000).toList())) {
        assertEquals("pass 2", pass.get().orElseThrow().secret().value());
      }
    }
    assertEquals(2, made.get());
  }

  @Test
  void aPassThatIsYoungIsNotReplaced() throws PassException {
    var first = passes.current(PATIENCE);
    clock.advance(YOUNG.minusSeconds(1));
    assertEquals(Optional.empty(), passes.insteadOf(first, PATIENCE));
    assertEquals(1, made.get());
  }

  @Test
  void aFailureIsKeptForAWhile() {
    var asked = new AtomicInteger();
    var failing =
        new Passes(
            clock,
            YOUNG,
            refused -> {
              asked.incrementAndGet();
              throw new PassException(new Denied("no"), new IllegalStateException());
            });
    assertThrows(PassException.class, () -> failing.current(PATIENCE));
    assertThrows(PassException.class, () -> failing.current(PATIENCE));
    assertEquals(1, asked.get());
    clock.advance(Passes.DENIED_FOR);
    assertThrows(PassException.class, () -> failing.current(PATIENCE));
    assertEquals(2, asked.get());
  }

  @Test
  void aPassThatTakesLongerThanASendHasIsThereForTheNext() throws Exception {
    var asked = new AtomicInteger();
    var slow = new CountDownLatch(1);
    var pass = passes.current(PATIENCE);
    var late =
        new Passes(
            clock,
            YOUNG,
            refused -> {
              asked.incrementAndGet();
              uninterrupted(slow);
              return pass;
            });
    for (var i = 0; i < 3; i++) {
      var none = assertThrows(PassException.class, () -> late.current(Duration.ofMillis(20)));
      assertEquals(
          new Later(Duration.ofSeconds(5), Pause.DELIVERY, "rollcall: no pass in time"),
          none.outcome());
    }
    slow.countDown();
    assertEquals(pass, late.current(PATIENCE));
    assertEquals(1, asked.get());
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatGoesWrongUnforeseenIsToldToAllWhoWaitAndNotKept() throws PassException {
    var asked = new AtomicInteger();
    var pass = passes.current(PATIENCE);
    var once =
        new Passes(
            clock,
            YOUNG,
            refused -> {
              if (asked.getAndIncrement() == 0) {
                throw new IllegalStateException("no database");
              }
              return pass;
            });
    assertThrows(IllegalStateException.class, () -> once.current(PATIENCE));
    assertEquals(pass, once.current(PATIENCE));
  }

  @Test
  void aPassDoesNotPrintItself() throws PassException {
    assertFalse(passes.current(PATIENCE).toString().contains("pass 1"));
  }
}

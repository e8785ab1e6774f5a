package dev.rollcall.provider.accesstoken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.account.MovableClock;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.Pause;
import dev.rollcall.provider.sender.Pushes;
import dev.rollcall.secret.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AccessTokensTest {
  private static final Duration YOUNG = Duration.ofMinutes(20);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final MovableClock clock = Pushes.clock();
  private final AtomicInteger made = new AtomicInteger();
  private final AccessTokens passes =
      new AccessTokens(
          clock,
          YOUNG,
          refused ->
              new AccessToken(
                  new Secret("pass " + made.incrementAndGet()),
                  clock.instant(),
                  clock.instant().plus(Duration.ofMinutes(50))));

  @Test
  void tenThousandSendsAtOnceMakeOnePass() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<AccessToken> one = () -> passes.current(PATIENCE);
      var all = threads.invokeAll(Stream.generate(() -> one).limit(10_000).toList());
      for (var pass : all) {
        assertEquals("pass 1", pass.get().secret().value());
      }
    }
    assertEquals(1, made.get());
  }

  @Test
  void aPassIsKeptUntilItIsDue() throws AccessTokenException {
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
      Callable<Optional<AccessToken>> one = () -> passes.insteadOf(first, PATIENCE);
      for (var pass : threads.invokeAll(Stream.generate(() -> one).limit(1000).toList())) {
        assertEquals("pass 2", pass.get().orElseThrow().secret().value());
      }
    }
    assertEquals(2, made.get());
  }

  @Test
  void aPassThatIsYoungIsNotReplaced() throws AccessTokenException {
    var first = passes.current(PATIENCE);
    clock.advance(YOUNG.minusSeconds(1));
    assertEquals(Optional.empty(), passes.insteadOf(first, PATIENCE));
    assertEquals(1, made.get());
  }

  @Test
  void aFailureIsKeptForAWhile() {
    var asked = new AtomicInteger();
    var failing =
        new AccessTokens(
            clock,
            YOUNG,
            refused -> {
              asked.incrementAndGet();
              throw new AccessTokenException(new Denied("no"), new IllegalStateException());
            });
    assertThrows(AccessTokenException.class, () -> failing.current(PATIENCE));
    assertThrows(AccessTokenException.class, () -> failing.current(PATIENCE));
    assertEquals(1, asked.get());
    clock.advance(AccessTokens.DENIED_FOR);
    assertThrows(AccessTokenException.class, () -> failing.current(PATIENCE));
    assertEquals(2, asked.get());
  }

  @Test
  void aPassThatTakesLongerThanASendHasIsThereForTheNext() throws Exception {
    var asked = new AtomicInteger();
    var slow = new CountDownLatch(1);
    var pass = passes.current(PATIENCE);
    var late =
        new AccessTokens(
            clock,
            YOUNG,
            refused -> {
              asked.incrementAndGet();
              uninterrupted(slow);
              return pass;
            });
    for (var i = 0; i < 3; i++) {
      var none =
          assertThrows(AccessTokenException.class, () -> late.current(Duration.ofMillis(20)));
      assertEquals(
          new Later(Duration.ofSeconds(5), Pause.DELIVERY, "rollcall: no access token in time"),
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
  void whatGoesWrongUnforeseenIsToldToAllWhoWaitAndNotKept() throws AccessTokenException {
    var asked = new AtomicInteger();
    var pass = passes.current(PATIENCE);
    var once =
        new AccessTokens(
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
  void aPassDoesNotPrintItself() throws AccessTokenException {
    assertFalse(passes.current(PATIENCE).toString().contains("pass 1"));
  }
}

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
import dev.rollcall.provider.sender.Outcome.PauseScope;
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
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final MovableClock clock = Pushes.clock();
  private final AtomicInteger issued = new AtomicInteger();
  private final AccessTokens accessTokens =
      new AccessTokens(
          clock,
          YOUNG,
          refused ->
              new AccessToken(
                  new Secret("pass " + issued.incrementAndGet()),
                  clock.instant(),
                  clock.instant().plus(Duration.ofMinutes(50))));

  @Test
  void tenThousandConcurrentSendsObtainOneAccessToken() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<AccessToken> one = () -> accessTokens.current(TIMEOUT);
      var all = threads.invokeAll(Stream.generate(() -> one).limit(10_000).toList());
      for (var accessToken : all) {
        assertEquals("pass 1", accessToken.get().secret().value());
      }
    }
    assertEquals(1, issued.get());
  }

  @Test
  void anAccessTokenIsKeptUntilItIsDue() throws AccessTokenException {
    var first = accessTokens.current(TIMEOUT);
    clock.advance(Duration.ofMinutes(49));
    assertEquals(first, accessTokens.current(TIMEOUT));
    clock.advance(Duration.ofMinutes(1));
    assertNotEquals(first, accessTokens.current(TIMEOUT));
    assertEquals(2, issued.get());
  }

  @Test
  void manyRefusalsOfOneAccessTokenObtainOneNewToken() throws Exception {
    var first = accessTokens.current(TIMEOUT);
    clock.advance(YOUNG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Optional<AccessToken>> one = () -> accessTokens.replacementFor(first, TIMEOUT);
      for (var accessToken : threads.invokeAll(Stream.generate(() -> one).limit(1000).toList())) {
        assertEquals("pass 2", accessToken.get().orElseThrow().secret().value());
      }
    }
    assertEquals(2, issued.get());
  }

  @Test
  void aYoungAccessTokenIsNotReplaced() throws AccessTokenException {
    var first = accessTokens.current(TIMEOUT);
    clock.advance(YOUNG.minusSeconds(1));
    assertEquals(Optional.empty(), accessTokens.replacementFor(first, TIMEOUT));
    assertEquals(1, issued.get());
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
    assertThrows(AccessTokenException.class, () -> failing.current(TIMEOUT));
    assertThrows(AccessTokenException.class, () -> failing.current(TIMEOUT));
    assertEquals(1, asked.get());
    clock.advance(AccessTokens.DENIED_FOR);
    assertThrows(AccessTokenException.class, () -> failing.current(TIMEOUT));
    assertEquals(2, asked.get());
  }

  @Test
  void aSlowRequestServesTheNextSend() throws Exception {
    var asked = new AtomicInteger();
    var slow = new CountDownLatch(1);
    var accessToken = accessTokens.current(TIMEOUT);
    var late =
        new AccessTokens(
            clock,
            YOUNG,
            refused -> {
              asked.incrementAndGet();
              uninterrupted(slow);
              return accessToken;
            });
    for (var i = 0; i < 3; i++) {
      var none =
          assertThrows(AccessTokenException.class, () -> late.current(Duration.ofMillis(20)));
      assertEquals(
          new Later(
              Duration.ofSeconds(5), PauseScope.DELIVERY, "rollcall: no access token in time"),
          none.outcome());
    }
    slow.countDown();
    assertEquals(accessToken, late.current(TIMEOUT));
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
  void anUnexpectedErrorReachesAllWaitingCallersAndIsNotCached() throws AccessTokenException {
    var asked = new AtomicInteger();
    var accessToken = accessTokens.current(TIMEOUT);
    var once =
        new AccessTokens(
            clock,
            YOUNG,
            refused -> {
              if (asked.getAndIncrement() == 0) {
                throw new IllegalStateException("no database");
              }
              return accessToken;
            });
    assertThrows(IllegalStateException.class, () -> once.current(TIMEOUT));
    assertEquals(accessToken, once.current(TIMEOUT));
  }

  @Test
  void anAccessTokenDoesNotPrintItself() throws AccessTokenException {
    assertFalse(accessTokens.current(TIMEOUT).toString().contains("pass 1"));
  }
}

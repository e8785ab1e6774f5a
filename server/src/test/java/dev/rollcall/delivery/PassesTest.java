package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.account.MovableClock;
import dev.rollcall.delivery.Outcome.Denied;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PassesTest {
  private static final Duration YOUNG = Duration.ofMinutes(20);

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
      Callable<Pass> one = passes::current;
      var all = threads.invokeAll(Stream.generate(() -> one).limit(10_000).toList());
      for (var pass : all) {
        assertEquals("pass 1", pass.get().secret().value());
      }
    }
    assertEquals(1, made.get());
  }

  @Test
  void aPassIsKeptUntilItIsDue() throws PassException {
    var first = passes.current();
    clock.advance(Duration.ofMinutes(49));
    assertEquals(first, passes.current());
    clock.advance(Duration.ofMinutes(1));
    assertNotEquals(first, passes.current());
    assertEquals(2, made.get());
  }

  @Test
  void manyRefusalsOfOnePassMakeOneOther() throws Exception {
    var first = passes.current();
    clock.advance(YOUNG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Optional<Pass>> one = () -> passes.insteadOf(first);
      for (var pass : threads.invokeAll(Stream.generate(() -> one).limit(1000).toList())) {
        assertEquals("pass 2", pass.get().orElseThrow().secret().value());
      }
    }
    assertEquals(2, made.get());
  }

  @Test
  void aPassThatIsYoungIsNotReplaced() throws PassException {
    var first = passes.current();
    clock.advance(YOUNG.minusSeconds(1));
    assertEquals(Optional.empty(), passes.insteadOf(first));
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
    assertThrows(PassException.class, failing::current);
    assertThrows(PassException.class, failing::current);
    assertEquals(1, asked.get());
    clock.advance(Passes.DENIED_FOR);
    assertThrows(PassException.class, failing::current);
    assertEquals(2, asked.get());
  }

  @Test
  void aPassDoesNotPrintItself() throws PassException {
    assertFalse(passes.current().toString().contains("pass 1"));
  }
}

package dev.rollcall.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

  private static Optional<Duration> read(String header) {
    return RetryAfter.read(header, NOW);
  }

  @Test
  void secondsAreRead() {
    assertEquals(Optional.of(Duration.ofSeconds(120)), read(" 120 "));
    assertEquals(Optional.of(Duration.ZERO), read("0"));
  }

  @Test
  void allThreeFormsOfADateAreRead() {
    assertEquals(Optional.of(Duration.ofSeconds(90)), read("Wed, 25 Nov 2026 10:01:30 GMT"));
    assertEquals(Optional.of(Duration.ofSeconds(90)), read("Wednesday, 25-Nov-26 10:01:30 GMT"));
    assertEquals(Optional.of(Duration.ofSeconds(90)), read("Wed Nov 25 10:01:30 2026"));
    assertEquals(
        Optional.of(Duration.ofSeconds(5)),
        RetryAfter.read("Sat Nov  7 10:00:05 2026", Instant.parse("2026-11-07T10:00:00Z")));
  }

  @Test
  void aDateThatHasPassedMeansNow() {
    assertEquals(Optional.of(Duration.ZERO), read("Wed, 25 Nov 2026 09:00:00 GMT"));
  }

  @Test
  void nobodyIsBelievedForLongerThanAnHour() {
    assertEquals(Optional.of(RetryAfter.MAX_DELAY), read("9999999999"));
    assertEquals(Optional.of(RetryAfter.MAX_DELAY), read("Fri, 25 Dec 2026 10:00:00 GMT"));
  }

  @Test
  void whatCannotBeReadSaysNothing() {
    for (var header : new String[] {"", "soon", "-5", "1.5", "99999999999", "25 Nov 2026"}) {
      assertEquals(Optional.empty(), read(header), header);
    }
  }
}

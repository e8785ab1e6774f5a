package dev.rollcall.provider.sender;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Until when a message is worth sending.
final class PushTest {
  private static boolean isTooLate(Duration ttl, Duration after) {
    return Pushes.toFcm("token", Message.of(Kind.ALERT).ttl(ttl).build())
        .isTooLate(Pushes.NOW.plus(after));
  }

  @Test
  void itEndsWithItsTimeToLive() {
    assertFalse(isTooLate(Duration.ofSeconds(30), Duration.ofSeconds(29)));
    assertTrue(isTooLate(Duration.ofSeconds(30), Duration.ofSeconds(30)));
  }

  @Test
  void nowOrNeverIsNeverAfterAMinute() {
    assertFalse(isTooLate(Duration.ZERO, Duration.ofSeconds(59)));
    assertTrue(isTooLate(Duration.ZERO, Duration.ofSeconds(60)));
  }
}

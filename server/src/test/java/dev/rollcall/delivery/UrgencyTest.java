package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.message.Message.Priority;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is sent before what.
final class UrgencyTest {
  private static Urgency of(Kind kind, Priority priority) {
    return Urgency.of(Message.of(kind).priority(priority).build());
  }

  @Test
  void callsGoFirstWhateverTheirPriority() {
    assertEquals(Urgency.CALL, of(Kind.VOIP, Priority.HIGH));
    assertEquals(Urgency.CALL, of(Kind.VOIP, Priority.NORMAL));
    for (var kind : List.of(Kind.ALERT, Kind.BACKGROUND)) {
      assertEquals(Urgency.HIGH, of(kind, Priority.HIGH));
      assertEquals(Urgency.NORMAL, of(kind, Priority.NORMAL));
    }
    assertEquals(List.of(Urgency.CALL, Urgency.HIGH, Urgency.NORMAL), Urgency.mostUrgentFirst());
  }

  @Test
  void theNumbersInTheDatabaseStay() {
    assertEquals(2, Urgency.CALL.number());
    assertEquals(1, Urgency.HIGH.number());
    assertEquals(0, Urgency.NORMAL.number());
    assertEquals("2, 1, 0", Urgency.numbers());
  }
}

package dev.rollcall.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.message.Message.Kind;
import org.junit.jupiter.api.Test;

final class MessageTest {
  @Test
  void aCollapseIdThatCouldNotBeAHeaderIsRefused() {
    for (var id : new String[] {"a\nb", "a\r\nx: y", "\0", "a\tb", "\u007f", "\u0085"}) {
      var message = Message.of(Kind.ALERT).title("Hello").collapseId(id);
      assertThrows(IllegalArgumentException.class, message::build);
    }
    assertEquals(
        "Raum ü / 7", Message.of(Kind.ALERT).collapseId("Raum ü / 7").build().collapseId());
  }
}

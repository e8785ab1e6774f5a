package dev.rollcall.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProviderIdTest {
  @Test
  void anIdIsAnyTextThatATokenMayCarryWithoutSpacesAtTheEnds() {
    assertEquals(Optional.of("My FCM"), ProviderId.read(" My FCM\n"));
    assertEquals(Optional.of("team/chat:push?#%"), ProviderId.read("team/chat:push?#%"));
    assertEquals(Optional.of("ünï 推送 🔔"), ProviderId.read("\u00a0ünï 推送 🔔"));
    assertEquals(Optional.of("a".repeat(100)), ProviderId.read(" " + "a".repeat(100)));
    for (var other : List.of("", " ", "\t\n", "a".repeat(101), "a\0b", "\ud800")) {
      assertEquals(Optional.empty(), ProviderId.read(other), other);
    }
  }

  @Test
  void idsAreComparedWithoutCaseAndSpacesAtTheEnds() {
    assertEquals("my fcm", ProviderId.normal(" My FCM "));
    assertEquals("ünï", ProviderId.normal("U\u0308NI\u0308"));
    assertEquals("i", ProviderId.normal("I"));
    assertEquals("a  b", ProviderId.normal("A  B"));
  }
}

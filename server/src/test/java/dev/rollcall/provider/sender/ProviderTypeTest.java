package dev.rollcall.provider.sender;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.token.Channel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is said of each type of provider.
final class ProviderTypeTest {
  private static List<Channel> reached(ProviderType type) {
    return Arrays.stream(Channel.values()).filter(type::reaches).toList();
  }

  @Test
  void eachReachesItsChannels() {
    assertEquals(List.of(Channel.FCM), reached(ProviderType.FCM));
    assertEquals(List.of(Channel.APNS, Channel.APNS_VOIP), reached(ProviderType.APNS));
    assertEquals(List.of(Channel.WEB_PUSH), reached(ProviderType.WEB_PUSH));
  }

  @Test
  void eachIsFoundByItsWord() {
    for (var type : ProviderType.values()) {
      assertEquals(Optional.of(type), ProviderType.of(type.wireName()));
    }
    assertEquals(Optional.empty(), ProviderType.of("FCM"));
  }

  @Test
  void theWordsAreListedForPeopleAndForPatterns() {
    assertEquals("fcm, apns or webPush", ProviderType.wireNames(" or "));
    assertEquals("fcm|apns|webPush", ProviderType.pattern());
  }

  @Test
  void googleTakesTenThousandASecondAndOthersSayNothing() {
    assertEquals(10_000, ProviderType.FCM.perSecond());
    assertEquals(0, ProviderType.APNS.perSecond());
    assertEquals(0, ProviderType.WEB_PUSH.perSecond());
  }

  @Test
  void fewerSendsAreInFlightToBrowsers() {
    assertEquals(1_000, ProviderType.FCM.inFlight());
    assertEquals(1_000, ProviderType.APNS.inFlight());
    assertEquals(200, ProviderType.WEB_PUSH.inFlight());
  }
}

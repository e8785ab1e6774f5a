package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.account.Platform;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// What is said of each channel.
final class ChannelTest {
  private static <T> List<T> all(Function<Channel, T> answer) {
    return Arrays.stream(Channel.values()).map(answer).toList();
  }

  private static List<Channel> where(Predicate<Channel> answer) {
    return Arrays.stream(Channel.values()).filter(answer).toList();
  }

  @Test
  void eachIsFoundByItsWord() {
    assertEquals(List.of("fcm", "apns", "apns-voip", "web-push"), all(Channel::wireName));
    for (var channel : Channel.values()) {
      assertEquals(channel, Channel.of(channel.wireName()));
    }
    assertThrows(IllegalArgumentException.class, () -> Channel.of("pigeon"));
  }

  @Test
  void eachHasAPlatformWordUnderWhichItsTokensAreRegistered() {
    for (var channel : Channel.values()) {
      var platform = channel.onlyPlatform().orElse(Platform.ANDROID);

      assertEquals(channel, PushPlatform.of(channel, platform).channel());
    }
  }

  @Test
  void eachHasItsKeys() {
    assertEquals(
        List.of("fcmToken", "deviceToken", "voipToken", "webPush"), all(Channel::tokenKey));
    assertEquals(
        List.of("fcmToken", "apnsToken", "voipToken", "webPush"), all(Channel::extensionKey));
  }

  @Test
  void anFcmTokenMayBeOnAnyPlatform() {
    assertEquals(
        List.of(
            Optional.empty(),
            Optional.of(Platform.IOS),
            Optional.of(Platform.IOS),
            Optional.of(Platform.WEB)),
        all(Channel::onlyPlatform));
  }

  @Test
  void applesChannelsAreForAlertsOrForCalls() {
    assertEquals(List.of(Channel.APNS, Channel.APNS_VOIP), where(Channel::isApns));
    assertEquals(
        List.of(Channel.FCM, Channel.APNS_VOIP, Channel.WEB_PUSH), where(Channel::takesCalls));
    assertEquals(List.of(Channel.FCM, Channel.APNS, Channel.WEB_PUSH), where(Channel::takesAlerts));
  }
}

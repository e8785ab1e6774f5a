package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.account.Platform;
import dev.rollcall.token.PlatformClaim.Basis;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which of two claims about the platform of a token holds.
final class PlatformClaimTest {
  private static PlatformClaim claim(Platform platform, Basis basis) {
    return PlatformClaim.of(Channel.FCM, platform, basis);
  }

  @Test
  void aLessReliableClaimNeverReplacesAMoreReliableOne() {
    for (var before : Basis.values()) {
      for (var after : Basis.values()) {
        var older = claim(Platform.IOS, before);
        var newer = claim(Platform.ANDROID, after);
        assertEquals(after.compareTo(before) <= 0 ? newer : older, newer.after(older));
      }
    }
  }

  @Test
  void aWordOfTheClientIsMoreReliableThanAGuessAndAGuessThanNothing() {
    var words = "named reported session guessed assumed";
    assertEquals(
        words, String.join(" ", Arrays.stream(Basis.values()).map(Basis::wireName).toList()));
  }

  @ParameterizedTest
  @EnumSource
  void everyBasisIsReadBack(Basis basis) {
    assertEquals(basis, Basis.of(basis.wireName()));
  }

  @Test
  void aChannelOfOnePlatformBelongsToIt() {
    assertEquals(
        PushPlatform.APNS_IOS_DEVICE,
        PlatformClaim.of(Channel.APNS, Platform.ANDROID, Basis.REPORTED).platform());
    assertEquals(
        PushPlatform.WEB_PUSH,
        PlatformClaim.of(Channel.WEB_PUSH, Platform.IOS, Basis.GUESSED).platform());
  }
}

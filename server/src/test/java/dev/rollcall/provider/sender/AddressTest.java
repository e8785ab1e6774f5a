package dev.rollcall.provider.sender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.account.Platform;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Where the tokens of each channel are sent to.
final class AddressTest {
  private static final String ENDPOINT = "https://push.example/a/b";

  private static PushToken token(Channel channel, String text, @Nullable Subscription keys) {
    var platform = channel.isApns() ? Platform.IOS : Platform.WEB;
    return new PushToken(
        10,
        1,
        new TokenValue(channel, text),
        PushPlatform.of(channel, platform),
        NewToken.DEFAULT_PROVIDER,
        null,
        0,
        0,
        Installation.UNKNOWN,
        keys);
  }

  private static Address of(PushToken token) {
    return Address.of(token, ApnsEnvironment.SANDBOX);
  }

  @Test
  void aTokenOfFcmIsAllThatItsProviderNeeds() {
    var token = token(Channel.FCM, "f", null);

    assertEquals(new Address.Token(token.value()), of(token));
    assertEquals(Optional.empty(), of(token).service());
  }

  @Test
  void aTokenOfApnsIsTriedInAnEnvironment() {
    for (var channel : new Channel[] {Channel.APNS, Channel.APNS_VOIP}) {
      var token = token(channel, "aa", null);

      assertEquals(new Address.Apns(token.value(), ApnsEnvironment.SANDBOX), of(token));
      assertEquals(Optional.of("sandbox"), of(token).service());
    }
  }

  @Test
  void aSubscriptionIsSentToAtItsEndpoint() {
    var keys = new Subscription("p", "a", "k");
    var token = token(Channel.WEB_PUSH, ENDPOINT, keys);

    var address = of(token);

    assertEquals(Optional.of("push.example"), address.service());
    assertEquals("push.example/…", address.toString());
    assertEquals(new Address.WebPush(ENDPOINT, "p", "a", "k"), address);
  }

  @Test
  void aSubscriptionWithoutKeysIsAMistakeOfOurs() {
    var token = token(Channel.WEB_PUSH, ENDPOINT, null);

    assertThrows(IllegalStateException.class, () -> of(token));
  }
}

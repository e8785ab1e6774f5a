package dev.rollcall.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Platform;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenId;
import dev.rollcall.token.TokenValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Targets as the database keeps them.
final class StoredTargetTest {
  private static final Map<String, StoredTarget> KEPT =
      Map.of(
          "all", new StoredTarget.Everyone(),
          "[\"alice\",\"b o\\\"b\",\"[c]\",\"zoë\"]",
              new StoredTarget.Users(List.of("alice", "b o\"b", "[c]", "zoë")),
          "[]", new StoredTarget.Users(List.of()),
          "session 1", new StoredTarget.OneSession(1),
          "session -9223372036854775808", new StoredTarget.OneSession(Long.MIN_VALUE),
          "token 1 fcm", new StoredTarget.OneToken(new TokenId(1, Channel.FCM)),
          "token -7 apns-voip", new StoredTarget.OneToken(new TokenId(-7, Channel.APNS_VOIP)));

  private static PushToken token(long session, Channel channel) {
    return new PushToken(
        10,
        session,
        new TokenValue(channel, "aa"),
        PushPlatform.of(channel, Platform.IOS),
        NewToken.DEFAULT_PROVIDER,
        null,
        0,
        0);
  }

  @Test
  void eachIsReadFromTheTextThatItIsKeptAs() {
    KEPT.forEach(
        (text, target) -> {
          assertEquals(text, target.text());
          assertEquals(target, StoredTarget.read(text));
        });
  }

  @Test
  void aTargetOfEachChannelIsReadAgain() {
    for (var channel : Channel.values()) {
      var target = new StoredTarget.OneToken(new TokenId(5, channel));
      assertEquals(target, StoredTarget.read(target.text()));
    }
  }

  @Test
  void whatIsNoTargetIsRefused() {
    for (var text :
        List.of("", "ALL", "session", "session 1 fcm", "token 1", "user 1", "token 1 fcm x")) {
      assertThrows(IllegalArgumentException.class, () -> StoredTarget.read(text), text);
    }
    assertThrows(IllegalArgumentException.class, () -> StoredTarget.read("session x"));
    assertThrows(IllegalArgumentException.class, () -> StoredTarget.read("token 1 pigeon"));
  }

  @Test
  void everyTokenOfAUserIsMeantUnlessOneSessionOrTokenIs() {
    var token = token(1, Channel.FCM);

    assertTrue(new StoredTarget.Everyone().includes(token));
    assertTrue(new StoredTarget.Users(List.of("somebody")).includes(token));
    assertTrue(new StoredTarget.OneSession(1).includes(token));
    assertFalse(new StoredTarget.OneSession(2).includes(token));
    assertTrue(new StoredTarget.OneToken(new TokenId(1, Channel.FCM)).includes(token));
    assertFalse(new StoredTarget.OneToken(new TokenId(2, Channel.FCM)).includes(token));
    assertFalse(new StoredTarget.OneToken(new TokenId(1, Channel.APNS)).includes(token));
  }
}

package dev.rollcall.token;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The name of a push token that does not show its value: its session and its channel. A session
/// holds at most one token per channel, so the name stays the same when the token is replaced.
public record TokenId(long sessionId, Channel channel) {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{16})-([a-z-]+)");

  public static TokenId of(PushToken token) {
    return new TokenId(token.sessionId(), token.channel());
  }

  public static TokenId read(String text) {
    var form = FORM.matcher(text);
    if (form.matches()) {
      for (var channel : Channel.values()) {
        if (channel.wireName().equals(form.group(2))) {
          return new TokenId(HexFormat.fromHexDigitsToLong(form.group(1)), channel);
        }
      }
    }
    throw unknown();
  }

  public static Problem unknown() {
    return new Problem(
        Code.ERR_TOKEN_NOT_FOUND,
        "No live push token has this id; GET /v1/users/{uid}/tokens lists those of a user");
  }

  public String text() {
    return HexFormat.of().toHexDigits(sessionId) + "-" + channel.wireName();
  }
}

package dev.rollcall.token;

import dev.rollcall.http.Body;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.util.Map;
import java.util.Optional;

/// Reads push tokens out of JSON.
public final class TokenBody {
  private TokenBody() {}

  /// The token under `key`; empty when the key is absent or null.
  public static Optional<TokenValue> read(Body body, String key, Channel channel) {
    if (body.holdsNoString(key)) {
      throw new Problem(
          Code.TOKEN_NOT_A_STRING,
          key + " must be a string, not " + body.kind(key),
          Map.of("field", key));
    }
    return body.string(key).map(raw -> TokenValue.read(channel, key, raw));
  }

  public static Problem missing(String keys) {
    return new Problem(Code.TOKEN_MISSING, "The body holds no push token; send " + keys);
  }
}

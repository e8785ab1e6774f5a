package dev.rollcall.message;

import dev.rollcall.json.Json;
import dev.rollcall.token.Channel;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenId;
import java.util.List;

/// The stored form of a target while recipients are looked up: `all`, a JSON array of uids,
/// `session 1` or `token 1 fcm`.
public sealed interface StoredTarget {
  String ALL = "all";

  record Everyone() implements StoredTarget {}

  record Users(List<String> uids) implements StoredTarget {
    public Users {
      uids = List.copyOf(uids);
    }
  }

  record OneSession(long sessionId) implements StoredTarget {}

  record OneToken(TokenId token) implements StoredTarget {}

  default String text() {
    return switch (this) {
      case Everyone everyone -> ALL;
      case Users(var uids) -> Json.MAPPER.writeValueAsString(uids);
      case OneSession(var sessionId) -> "session " + sessionId;
      case OneToken(var token) -> "token " + token.sessionId() + " " + token.channel().wireName();
    };
  }

  static StoredTarget read(String text) {
    if (text.equals(ALL)) {
      return new Everyone();
    }
    if (text.startsWith("[")) {
      return new Users(List.of(Json.MAPPER.readValue(text, String[].class)));
    }
    var words = text.split(" ");
    if (words.length == 2 && words[0].equals("session")) {
      return new OneSession(Long.parseLong(words[1]));
    }
    if (words.length == 3 && words[0].equals("token")) {
      return new OneToken(new TokenId(Long.parseLong(words[1]), Channel.of(words[2])));
    }
    throw new IllegalArgumentException("no target is kept as " + text);
  }

  /// True if the target includes this token of a user that it names.
  default boolean includes(PushToken token) {
    return switch (this) {
      case Everyone everyone -> true;
      case Users users -> true;
      case OneSession(var sessionId) -> token.sessionId() == sessionId;
      case OneToken(var id) -> TokenId.of(token).equals(id);
    };
  }
}

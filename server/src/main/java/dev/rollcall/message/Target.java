package dev.rollcall.message;

import dev.rollcall.account.SessionRef;
import dev.rollcall.token.TokenId;
import java.util.List;

/// The recipients that a notification names.
public sealed interface Target {

  /// The maximum number of users that one notification can name.
  int MAX_USERS = 10_000;

  record Users(List<String> uids) implements Target {
    public Users {
      uids = List.copyOf(uids);
    }
  }

  record OneSession(SessionRef session) implements Target {}

  record OneToken(TokenId token) implements Target {}

  record Everyone() implements Target {}
}

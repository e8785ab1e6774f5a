package dev.rollcall.message;

import dev.rollcall.account.SessionRef;
import dev.rollcall.token.TokenId;
import java.util.List;

/// To whom a notification goes.
public sealed interface Target {

  /// As many users as one notification may name.
  int MOST_USERS = 10_000;

  record Users(List<String> uids) implements Target {
    public Users {
      uids = List.copyOf(uids);
    }
  }

  record OneSession(SessionRef session) implements Target {}

  record OneToken(TokenId token) implements Target {}

  /// Every user of the app.
  record Everyone() implements Target {}
}

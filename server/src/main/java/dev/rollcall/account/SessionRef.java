package dev.rollcall.account;

import java.util.Optional;

/// How a back end names a session: by its whole auth token or by the handle that lists show.
public record SessionRef(String text) {
  public Optional<Long> sessionId() {
    return AuthToken.sessionNamedBy(text);
  }

  /// The auth token that must be the session's, when the whole of it was given.
  public Optional<AuthToken> authToken() {
    var token = new AuthToken(text);
    return token.sessionId().map(id -> token);
  }

  @Override
  public String toString() {
    return "[session]";
  }
}

package dev.rollcall.account;

import java.util.Optional;

/// The name by which a back end refers to a session: its whole auth token, or its handle.
public record SessionRef(String text) {
  public Optional<Long> sessionId() {
    return AuthToken.sessionNamedBy(text);
  }

  /// The auth token, if the whole of it was given. It must then be that session's token.
  public Optional<AuthToken> authToken() {
    var token = new AuthToken(text);
    return token.sessionId().map(id -> token);
  }

  @Override
  public String toString() {
    return "[session]";
  }
}

package dev.rollcall.account;

import java.util.Optional;

/// How a back end names a session: by its whole auth token or by the handle that lists show.
public record SessionRef(String text) {
  public Optional<Long> sessionId() {
    return AuthToken.sessionNamedBy(text);
  }

  /// The hash that must match, when the whole auth token was given.
  public Optional<byte[]> hash() {
    var token = new AuthToken(text);
    return token.sessionId().map(id -> token.hash());
  }

  @Override
  public String toString() {
    return "[session]";
  }
}

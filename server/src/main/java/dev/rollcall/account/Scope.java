package dev.rollcall.account;

import java.util.Arrays;
import java.util.Optional;

/// What a key may do.
public enum Scope {
  /// The API key of a back end: may do everything in its app.
  FULL_ACCESS("fullAccess"),
  /// The auth key that ships with a client: may log users in, and nothing else.
  AUTH_ONLY("authOnly");

  private final String wireName;

  Scope(String word) {
    this.wireName = word;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<Scope> of(String word) {
    return Arrays.stream(values()).filter(scope -> scope.wireName.equals(word)).findFirst();
  }

  public boolean covers(Scope needed) {
    return this == FULL_ACCESS || this == needed;
  }
}

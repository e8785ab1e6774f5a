package dev.rollcall.account;

import org.jspecify.annotations.Nullable;

/// One login of one user, with one auth token. Times are epoch milliseconds.
public record Session(
    long id,
    App app,
    long userId,
    String uid,
    @Nullable Platform platform,
    @Nullable String deviceId,
    long createdAt,
    long lastSeen,
    @Nullable Long expiresAt) {

  /// The public name of the session; see {@link AuthToken}.
  public String handle() {
    return AuthToken.handle(uid, id);
  }
}

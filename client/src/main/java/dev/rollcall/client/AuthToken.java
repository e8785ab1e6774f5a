package dev.rollcall.client;

/// What opens one session of one user. The server shows it only once.
public final class AuthToken {
  private final String uid;
  private final String value;

  AuthToken(String uid, String value) {
    this.uid = uid;
    this.value = value;
  }

  /// Whom it logs in.
  ///
  /// @return the uid
  public String uid() {
    return uid;
  }

  /// The secret itself, for [RollcallClient#login(String)] or an SDK's `login`.
  ///
  /// @return the auth token
  public String value() {
    return value;
  }

  /// Its session's name in lists and paths, which opens nothing.
  ///
  /// @return the auth token without its last part
  public String handle() {
    return value.substring(0, Math.max(0, value.lastIndexOf('_')));
  }

  /// Only the handle, so that it may be logged.
  @Override
  public String toString() {
    return handle();
  }
}

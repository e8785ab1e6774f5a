package dev.rollcall.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The credential of one session of one user. The server shows it only once.
public final class AuthToken {
  private final String uid;
  private final String value;

  AuthToken(String uid, String value) {
    this.uid = uid;
    this.value = value;
  }

  /// The user that it logs in.
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

  /// The name of its session in lists and paths, which is not a credential.
  ///
  /// @return the auth token without its last part
  public String handle() {
    return value.substring(0, Math.max(0, value.lastIndexOf('_')));
  }

  /// Compares all fields.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthToken
        && uid.equals(((AuthToken) other).uid)
        && value.equals(((AuthToken) other).value);
  }

  /// Consistent with [#equals].
  @Override
  public int hashCode() {
    return Objects.hash(uid, value);
  }

  /// Only the handle, so that it may be logged.
  @Override
  public String toString() {
    return handle();
  }
}

package dev.rollcall.client;

import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// One login of a user, as a back end sees it. Immutable.
public final class Session {
  private final JSONObject json;

  private Session(JSONObject json) {
    this.json = json;
  }

  static Session of(JSONObject json) {
    return new Session(Json.copy(json));
  }

  /// The user whose session it is.
  ///
  /// @return the uid
  public String uid() {
    return Json.text(json, "uid", "");
  }

  /// Its name, which is not a credential.
  ///
  /// @return the handle
  public String handle() {
    return Json.text(json, "authToken", "");
  }

  /// The platform that its app runs on.
  ///
  /// @return `ios`, `web`, `android`, or null when the app did not say
  public @Nullable String platform() {
    return Json.text(json, "platform");
  }

  /// When it was opened.
  ///
  /// @return seconds since 1970
  public long createdAt() {
    return Json.number(json, "createdAt", 0);
  }

  /// When it was last seen.
  ///
  /// @return seconds since 1970, or 0 when the server does not say
  public long lastSeenAt() {
    return Json.number(json, "lastSeenAt", 0);
  }

  /// Compares all fields.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Session && json.equals(((Session) other).json);
  }

  /// Consistent with [#equals].
  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /// The handle.
  @Override
  public String toString() {
    return handle();
  }
}

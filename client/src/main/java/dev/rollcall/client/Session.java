package dev.rollcall.client;

import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// One login of a user, as a back end sees it. A value that never changes.
public final class Session {
  private final JSONObject json;

  private Session(JSONObject json) {
    this.json = json;
  }

  static Session of(JSONObject json) {
    return new Session(Json.copy(json));
  }

  /// Whose it is.
  ///
  /// @return the uid
  public String uid() {
    return Json.text(json, "uid", "");
  }

  /// Its name, which opens nothing.
  ///
  /// @return the handle
  public String handle() {
    return Json.text(json, "authToken", "");
  }

  /// Where its app runs.
  ///
  /// @return `ios`, `web`, `android`, or null when it did not say
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

  /// Equal when all that they hold is.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Session && json.equals(((Session) other).json);
  }

  /// Fits [#equals].
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

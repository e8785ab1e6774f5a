package dev.rollcall.client;

import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// A push token, as a back end sees it. A value that never changes.
public final class PushToken {
  private static final int SHOWN = 8;

  private final JSONObject json;

  private PushToken(JSONObject json) {
    this.json = json;
  }

  static PushToken of(JSONObject json) {
    return new PushToken(Json.copy(json));
  }

  /// Whose it is.
  ///
  /// @return the uid
  public String uid() {
    return Json.text(json, "uid", "");
  }

  /// The session that registered it.
  ///
  /// @return a handle
  public String session() {
    return Json.text(json, "authToken", "");
  }

  /// The token itself.
  ///
  /// @return the address at the provider, in its canonical form
  public String value() {
    return Json.text(json, "pushToken", "");
  }

  /// What kind of token it is, and on what it runs.
  ///
  /// @return such as `fcm_android` or `apns_ios_device`
  public String platform() {
    return Json.text(json, "platform", "");
  }

  /// Which of the app's providers it belongs to.
  ///
  /// @return `default` unless the registration said another
  public String providerId() {
    return Json.text(json, "providerId", "default");
  }

  /// When the session came to it.
  ///
  /// @return ISO 8601 in UTC
  public String createdAt() {
    return Json.text(json, "createdAt", "");
  }

  /// When it was last registered.
  ///
  /// @return ISO 8601 in UTC
  public String updatedAt() {
    return Json.text(json, "updatedAt", "");
  }

  /// Equal when all that they hold is.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PushToken && json.equals(((PushToken) other).json);
  }

  /// Fits [#equals].
  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /// No more of the token than a log may hold.
  @Override
  public String toString() {
    var value = value();
    return platform() + " " + value.substring(0, Math.min(SHOWN, value.length() / 3)) + "…";
  }
}

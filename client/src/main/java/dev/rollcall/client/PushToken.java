package dev.rollcall.client;

import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// A push token, as a back end sees it. Immutable.
public final class PushToken {
  private static final int SHOWN = 8;

  private final JSONObject json;

  private PushToken(JSONObject json) {
    this.json = json;
  }

  static PushToken of(JSONObject json) {
    return new PushToken(Json.copy(json));
  }

  /// The user who holds it.
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

  /// The kind of token, and the platform of its app.
  ///
  /// @return such as `fcm_android` or `apns_ios_device`
  public String platform() {
    return Json.text(json, "platform", "");
  }

  /// The app's provider that it is sent through.
  ///
  /// @return `default` unless the registration named another one
  public String providerId() {
    return Json.text(json, "providerId", "default");
  }

  /// When the session first registered it.
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

  /// Compares all fields.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PushToken && json.equals(((PushToken) other).json);
  }

  /// Consistent with [#equals].
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

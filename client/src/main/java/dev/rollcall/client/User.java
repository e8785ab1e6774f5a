package dev.rollcall.client;

import java.util.List;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// A user, as the server returned it. Immutable.
public final class User {
  private final JSONObject json;

  private User(JSONObject json) {
    this.json = json;
  }

  static User of(JSONObject json) {
    var own = Json.copy(json);
    // The auth token is a secret, and the settings are not part of the user.
    own.remove("authToken");
    own.remove("settings");
    return new User(own);
  }

  JSONObject json() {
    return Json.copy(json);
  }

  /// The user's id in the app, in lower case.
  ///
  /// @return the uid
  public String uid() {
    return Json.text(json, "uid", "");
  }

  /// The name to show.
  ///
  /// @return the name
  public String name() {
    return Json.text(json, "name", "");
  }

  /// The user's picture.
  ///
  /// @return a URL, or null
  public @Nullable String avatar() {
    return Json.text(json, "avatar");
  }

  /// A page about the user.
  ///
  /// @return a URL, or null
  public @Nullable String link() {
    return Json.text(json, "link");
  }

  /// The user's role, `default` unless another one was set.
  ///
  /// @return the role
  public String role() {
    return Json.text(json, "role", "default");
  }

  /// The user's status message.
  ///
  /// @return a sentence, or null
  public @Nullable String statusMessage() {
    return Json.text(json, "statusMessage");
  }

  /// The data that the back end stores with the user.
  ///
  /// @return a copy, maybe empty
  public JSONObject metadata() {
    return Json.copy(Json.object(json, "metadata", new JSONObject()));
  }

  /// The user's tags.
  ///
  /// @return a list that cannot be changed, maybe empty
  public List<String> tags() {
    return Json.texts(json.get("tags"));
  }

  /// When the user was created.
  ///
  /// @return seconds since 1970
  public long createdAt() {
    return Json.number(json, "createdAt", 0);
  }

  /// Compares all fields.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof User && json.equals(((User) other).json);
  }

  /// Consistent with [#equals].
  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /// The uid.
  @Override
  public String toString() {
    return uid();
  }
}

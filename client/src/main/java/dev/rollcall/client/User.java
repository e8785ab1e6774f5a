package dev.rollcall.client;

import java.util.List;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// A user, as the server showed it. A value that never changes.
public final class User {
  private final JSONObject json;

  private User(JSONObject json) {
    this.json = json;
  }

  static User of(JSONObject json) {
    var own = Json.copy(json);
    // The one is a secret, the others are no part of the user.
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

  /// Where the user's picture is.
  ///
  /// @return a URL, or null
  public @Nullable String avatar() {
    return Json.text(json, "avatar");
  }

  /// Where there is more about the user.
  ///
  /// @return a URL, or null
  public @Nullable String link() {
    return Json.text(json, "link");
  }

  /// The user's role, `default` unless somebody set another.
  ///
  /// @return the role
  public String role() {
    return Json.text(json, "role", "default");
  }

  /// What the user says of itself.
  ///
  /// @return a sentence, or null
  public @Nullable String statusMessage() {
    return Json.text(json, "statusMessage");
  }

  /// Whatever the back end keeps with the user.
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

  /// When the user was made.
  ///
  /// @return seconds since 1970
  public long createdAt() {
    return Json.number(json, "createdAt", 0);
  }

  /// Equal when all that they hold is.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof User && json.equals(((User) other).json);
  }

  /// Fits [#equals].
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

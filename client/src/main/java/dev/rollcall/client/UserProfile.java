package dev.rollcall.client;

import java.util.List;
import java.util.Objects;
import org.json.simple.JSONObject;

/// The fields of a user that a back end sets. Each method returns the profile itself. Not thread-safe.
/// Fields that are not set stay unchanged.
public final class UserProfile {
  private final JSONObject json = new JSONObject();

  /// Creates a profile without any field.
  public UserProfile() {}

  /// Sets the name to show.
  ///
  /// @param name 1 to 100 characters
  /// @return this
  public UserProfile name(String name) {
    Json.put(json, "name", Objects.requireNonNull(name, "name"));
    return this;
  }

  /// Sets the picture.
  ///
  /// @param url its URL
  /// @return this
  public UserProfile avatar(String url) {
    Json.put(json, "avatar", Objects.requireNonNull(url, "url"));
    return this;
  }

  /// Sets the page about the user.
  ///
  /// @param url its URL
  /// @return this
  public UserProfile link(String url) {
    Json.put(json, "link", Objects.requireNonNull(url, "url"));
    return this;
  }

  /// Sets the role.
  ///
  /// @param role one word
  /// @return this
  public UserProfile role(String role) {
    Json.put(json, "role", Objects.requireNonNull(role, "role"));
    return this;
  }

  /// Sets the status message.
  ///
  /// @param message a sentence
  /// @return this
  public UserProfile statusMessage(String message) {
    Json.put(json, "statusMessage", Objects.requireNonNull(message, "message"));
    return this;
  }

  /// Sets the data that the back end stores with the user. Clients never see what is under
  /// `@private`.
  ///
  /// @param metadata any JSON; it is copied
  /// @return this
  public UserProfile metadata(JSONObject metadata) {
    Json.put(json, "metadata", Json.copy(Objects.requireNonNull(metadata, "metadata")));
    return this;
  }

  /// Sets the tags.
  ///
  /// @param tags the tags; they are copied
  /// @return this
  public UserProfile tags(List<String> tags) {
    Json.put(json, "tags", Json.array(Objects.requireNonNull(tags, "tags")));
    return this;
  }

  /// Clears fields before the others are set, when a user is updated.
  ///
  /// @param fields of `avatar`, `link`, `role`, `statusMessage`, `metadata`, `tags`
  /// @return this
  public UserProfile unset(List<String> fields) {
    Json.put(json, "unset", Json.array(Objects.requireNonNull(fields, "fields")));
    return this;
  }

  JSONObject json() {
    return Json.copy(json);
  }
}

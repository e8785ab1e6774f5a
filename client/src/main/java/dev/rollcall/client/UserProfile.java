package dev.rollcall.client;

import java.util.List;
import java.util.Objects;
import org.json.simple.JSONObject;

/// What a back end says of a user. Each method answers the profile itself; it is for one thread.
/// What is not said stays as it is.
public final class UserProfile {
  private final JSONObject json = new JSONObject();

  /// Makes one that says nothing yet.
  public UserProfile() {}

  /// Sets the name to show.
  ///
  /// @param name 1 to 100 characters
  /// @return this
  public UserProfile name(String name) {
    Json.put(json, "name", Objects.requireNonNull(name, "name"));
    return this;
  }

  /// Sets where the picture is.
  ///
  /// @param url its URL
  /// @return this
  public UserProfile avatar(String url) {
    Json.put(json, "avatar", Objects.requireNonNull(url, "url"));
    return this;
  }

  /// Sets where there is more about the user.
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

  /// Sets what the user says of itself.
  ///
  /// @param message a sentence
  /// @return this
  public UserProfile statusMessage(String message) {
    Json.put(json, "statusMessage", Objects.requireNonNull(message, "message"));
    return this;
  }

  /// Sets what the back end keeps with the user. What lies under `@private` is never shown to
  /// clients.
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

  /// Empties fields before the others are set, when a user is changed.
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

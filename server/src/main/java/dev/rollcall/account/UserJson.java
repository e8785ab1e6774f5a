package dev.rollcall.account;

import dev.rollcall.http.Body;
import dev.rollcall.json.Json;
import dev.rollcall.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The JSON form of a user. Its times are epoch seconds.
public final class UserJson {
  private static final int MAX_NAME_LENGTH = 100;
  private static final int MAX_TEXT_LENGTH = 2048;
  private static final int MAX_TAGS = 25;
  private static final String DEFAULT_ROLE = "default";
  private static final Set<String> UNSETTABLE =
      Set.of("avatar", "link", "role", "statusMessage", "metadata", "tags");

  private UserJson() {}

  static User.Profile newProfile(Body body) {
    var blank = new User.Profile("", null, null, DEFAULT_ROLE, null, null, List.of());
    if (!body.has("name")) {
      throw Problem.badField("name", "name is missing; send the user's display name");
    }
    return changed(blank, body);
  }

  /// Returns the profile with the fields of `body` set, and the fields listed in its `unset`
  /// cleared.
  static User.Profile changed(User.Profile old, Body body) {
    var unset = body.strings("unset").orElse(List.of());
    for (var field : unset) {
      if (!UNSETTABLE.contains(field)) {
        throw Problem.badField("unset", "unset may hold " + UNSETTABLE.stream().sorted().toList());
      }
    }
    var kept =
        new User.Profile(
            old.name(),
            unset.contains("avatar") ? null : old.avatar(),
            unset.contains("link") ? null : old.link(),
            unset.contains("role") ? DEFAULT_ROLE : old.role(),
            unset.contains("statusMessage") ? null : old.statusMessage(),
            unset.contains("metadata") ? null : old.metadata(),
            unset.contains("tags") ? List.of() : old.tags());
    return new User.Profile(
        name(body, kept.name()),
        body.string("avatar", MAX_TEXT_LENGTH).orElse(kept.avatar()),
        body.string("link", MAX_TEXT_LENGTH).orElse(kept.link()),
        body.string("role", MAX_NAME_LENGTH).orElse(kept.role()),
        body.string("statusMessage", MAX_TEXT_LENGTH).orElse(kept.statusMessage()),
        body.object("metadata").map(Body::text).orElse(kept.metadata()),
        tags(body, kept.tags()));
  }

  private static String name(Body body, String otherwise) {
    var name = body.string("name", MAX_NAME_LENGTH).orElse(otherwise);
    if (name.isBlank()) {
      throw Problem.badField("name", "name must not be blank");
    }
    return name;
  }

  private static List<String> tags(Body body, List<String> otherwise) {
    var tags = body.strings("tags").orElse(otherwise);
    boolean fit =
        tags.stream()
            .allMatch(
                tag -> !tag.isBlank() && tag.length() <= MAX_NAME_LENGTH && tag.indexOf('\n') < 0);
    if (!fit || tags.size() > MAX_TAGS) {
      throw Problem.badField(
          "tags", "tags may be 25 strings of 1 to 100 characters, without line breaks");
    }
    return tags;
  }

  /// The form that a back end receives.
  static Map<String, Object> full(User user) {
    return json(user, true);
  }

  /// The form that the user's own devices receive, without the `@private` part of the metadata.
  public static Map<String, Object> own(User user) {
    return json(user, false);
  }

  private static Map<String, Object> json(User user, boolean withPrivate) {
    var profile = user.profile();
    var json = new LinkedHashMap<String, Object>();
    json.put("uid", user.uid());
    json.put("name", profile.name());
    putIfSet(json, "link", profile.link());
    putIfSet(json, "avatar", profile.avatar());
    putIfSet(json, "statusMessage", profile.statusMessage());
    if (profile.metadata() != null) {
      var metadata = (ObjectNode) Json.MAPPER.readTree(profile.metadata());
      if (!withPrivate) {
        metadata.remove("@private");
      }
      json.put("metadata", metadata);
    }
    json.put("status", "offline");
    json.put("role", profile.role());
    json.put("tags", profile.tags());
    json.put("createdAt", user.createdAt() / 1000);
    json.put("updatedAt", user.updatedAt() / 1000);
    return json;
  }

  private static void putIfSet(Map<String, Object> json, String key, @Nullable String value) {
    if (value != null) {
      json.put(key, value);
    }
  }
}

package dev.rollcall.message;

import dev.rollcall.account.Hash;
import dev.rollcall.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The content of a notification, independent of any provider.
///
/// `overrides` holds one JSON object for each provider (`fcm`, `apns`, `webPush`). It is merged
/// into the message for that provider, and its values take precedence.
public record Message(
    Kind kind,
    @Nullable String title,
    @Nullable String body,
    Map<String, String> data,
    @Nullable String collapseId,
    Duration ttl,
    Priority priority,
    @Nullable Integer badge,
    @Nullable String sound,
    Map<String, JsonObject> overrides) {

  public enum Kind {
    /// A notification that the user sees.
    ALERT,
    /// A call that rings.
    VOIP,
    /// Data for the app, which the user does not see.
    BACKGROUND
  }

  public enum Priority {
    HIGH,
    NORMAL
  }

  /// Four weeks, the longest time for which FCM stores a message.
  public static final Duration MAX_TTL = Duration.ofDays(28);

  /// The limit of APNs.
  public static final int MAX_COLLAPSE_ID_BYTES = 64;

  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_-]{1,32}");

  public Message {
    data = Map.copyOf(data);
    overrides = Map.copyOf(overrides);
    if (ttl.isNegative() || ttl.compareTo(MAX_TTL) > 0) {
      throw new IllegalArgumentException("a time to live of " + ttl);
    }
    if (collapseId != null && bytes(collapseId).length > MAX_COLLAPSE_ID_BYTES) {
      throw new IllegalArgumentException("a collapse id of more than 64 bytes");
    }
    if (collapseId != null && collapseId.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a collapse id with control characters");
    }
  }

  public static Builder of(Kind kind) {
    return new Builder(kind);
  }

  /// The collapse id in the form that the header `Topic` of RFC 8030 allows: unchanged if possible,
  /// else hashed.
  public @Nullable String topic() {
    if (collapseId == null || TOPIC.matcher(collapseId).matches()) {
      return collapseId;
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Hash.of(collapseId))
        .substring(0, 32);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public JsonObject override(String provider) {
    return overrides.getOrDefault(provider, JsonObject.EMPTY);
  }

  // The content is private to the back end and the user.
  @Override
  public String toString() {
    return kind + " message";
  }

  /// Builds a message; a field that is not set stays absent.
  public static final class Builder {
    private final Kind kind;
    private @Nullable String title;
    private @Nullable String body;
    private Map<String, String> data = Map.of();
    private @Nullable String collapseId;
    private Duration ttl = MAX_TTL;
    private Priority priority;
    private @Nullable Integer badge;
    private @Nullable String sound;
    private Map<String, JsonObject> overrides = Map.of();

    private Builder(Kind kind) {
      this.kind = kind;
      this.priority = kind == Kind.BACKGROUND ? Priority.NORMAL : Priority.HIGH;
    }

    public Builder title(@Nullable String title) {
      this.title = title;
      return this;
    }

    public Builder body(@Nullable String body) {
      this.body = body;
      return this;
    }

    public Builder data(Map<String, String> data) {
      this.data = data;
      return this;
    }

    public Builder collapseId(@Nullable String collapseId) {
      this.collapseId = collapseId;
      return this;
    }

    public Builder ttl(Duration ttl) {
      this.ttl = ttl;
      return this;
    }

    public Builder priority(Priority priority) {
      this.priority = priority;
      return this;
    }

    public Builder badge(@Nullable Integer badge) {
      this.badge = badge;
      return this;
    }

    public Builder sound(@Nullable String sound) {
      this.sound = sound;
      return this;
    }

    public Builder overrides(Map<String, JsonObject> overrides) {
      this.overrides = overrides;
      return this;
    }

    public Message build() {
      return new Message(
          kind, title, body, data, collapseId, ttl, priority, badge, sound, overrides);
    }
  }
}

package dev.rollcall.provider.fcm;

import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.message.Message.Priority;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.token.TokenValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The body of a send to FCM HTTP v1.
///
/// A token does not say its platform, so one body has a block for each of Android, the web and iOS.
/// On Android, a call is a data message and the app itself rings. On iOS and the web, where FCM can
/// only have the system show a notification, a call is an alert.
final class FcmRequest {
  static final int MAX_BYTES = 4096;
  static final String OVERRIDE = "fcm";

  /// An installation id has 22 characters of base64url, of which the first four bits are 0111. A
  /// registration token is longer.
  private static final Pattern INSTALLATION_ID = Pattern.compile("[cdef][A-Za-z0-9_-]{21}");

  private static final Set<String> TARGETS = Set.of("token", "fid", "topic", "condition", "name");
  private static final Pattern RESERVED = Pattern.compile("from|message_type|(google|gcm).*");
  private static final UUID NOBODY = new UUID(0, 0);

  private FcmRequest() {}

  static Optional<Refused> refusal(Message message) {
    var reserved =
        message.data().keySet().stream().filter(it -> RESERVED.matcher(it).matches()).sorted();
    var first = reserved.findFirst();
    if (first.isPresent()) {
      return refused("FCM reserves the data key " + first.get());
    }
    var size = size(content(message, NOBODY, Instant.EPOCH, 0));
    return size > MAX_BYTES
        ? refused("the payload for FCM has " + size + " bytes, but the limit is " + MAX_BYTES)
        : Optional.empty();
  }

  private static Optional<Refused> refused(String reason) {
    return Optional.of(new Refused(Outcome.OURS + ": " + reason));
  }

  static JsonObject body(TokenValue token, Push push, Instant now) {
    var target = INSTALLATION_ID.matcher(token.text()).matches() ? "fid" : "token";
    var content = content(push.message(), push.id(), push.expires(), push.secondsToLive(now));
    return JsonObject.of("message", JsonObject.of(target, token.text()).mergedWith(content));
  }

  private static JsonObject content(Message message, UUID id, Instant expires, long seconds) {
    return JsonObject.of(
            "notification", message.kind() == Kind.ALERT ? text(message) : null,
            "data", data(message, id),
            "android", android(message, seconds),
            "apns", apns(message, id, expires),
            "webpush", web(message, seconds))
        .mergedWith(message.override(OVERRIDE).without(TARGETS::contains));
  }

  private static JsonObject text(Message message) {
    return JsonObject.of("title", message.title(), "body", message.body());
  }

  private static Map<String, String> data(Message message, UUID id) {
    var data = new TreeMap<>(message.data());
    data.put("rollcall_id", id.toString());
    if (message.kind() == Kind.VOIP) {
      putIfPresent(data, "title", message.title());
      putIfPresent(data, "body", message.body());
    }
    return data;
  }

  private static void putIfPresent(Map<String, String> data, String name, @Nullable String value) {
    if (value != null) {
      data.putIfAbsent(name, value);
    }
  }

  private static JsonObject android(Message message, long seconds) {
    return JsonObject.of(
        "priority",
        isUrgent(message) ? "HIGH" : "NORMAL",
        "ttl",
        seconds + "s",
        "collapse_key",
        message.collapseId(),
        "notification",
        message.kind() == Kind.ALERT
            ? JsonObject.of("sound", message.sound(), "notification_count", message.badge())
            : null);
  }

  private static JsonObject apns(Message message, UUID id, Instant expires) {
    var isShown = message.kind() != Kind.BACKGROUND;
    return JsonObject.of(
        "headers",
            JsonObject.of(
                "apns-id", id.toString(),
                "apns-push-type", isShown ? "alert" : "background",
                "apns-priority", isShown && isUrgent(message) ? "10" : "5",
                "apns-expiration",
                    Long.toString(message.ttl().isZero() ? 0 : expires.getEpochSecond()),
                "apns-collapse-id", message.collapseId()),
        "payload",
            JsonObject.of(
                "aps",
                JsonObject.of(
                    "alert",
                    message.kind() == Kind.VOIP ? text(message) : null,
                    "badge",
                    message.badge(),
                    "sound",
                    message.sound(),
                    "content-available",
                    isShown ? null : 1)));
  }

  private static JsonObject web(Message message, long seconds) {
    return JsonObject.of(
        "headers",
        JsonObject.of(
            "TTL", Long.toString(seconds),
            "Urgency", isUrgent(message) ? "high" : "normal",
            "Topic", message.topic()),
        "notification",
        message.kind() == Kind.VOIP ? text(message) : null);
  }

  private static boolean isUrgent(Message message) {
    return message.priority() == Priority.HIGH;
  }

  /// Counts the bytes of the names and values that reach the app, on the platform that receives
  /// most. Fields that only FCM reads do not count.
  private static int size(JsonObject content) {
    var android = content.object("android");
    var web = content.object("webpush");
    return size(content.object("notification").fields())
        + size(content.object("data").fields())
        + Math.max(
            size(android.object("notification").fields()) + size(android.object("data").fields()),
            Math.max(
                size(content.object("apns").object("payload").fields()),
                size(web.object("notification").fields()) + size(web.object("data").fields())));
  }

  private static int size(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream().mapToInt(one -> size(one.getKey()) + size(one.getValue())).sum();
      case Iterable<?> list -> {
        var sum = 0;
        for (var one : list) {
          sum += size(one);
        }
        yield sum;
      }
      case null -> 0;
      default -> String.valueOf(value).getBytes(StandardCharsets.UTF_8).length;
    };
  }
}

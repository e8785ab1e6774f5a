package dev.rollcall.message;

import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.message.Message.Priority;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The JSON form of a message in a stored notification.
public final class MessageJson {
  private MessageJson() {}

  public static String text(Message message) {
    return JsonObject.of(
            "kind", message.kind().name(),
            "title", message.title(),
            "body", message.body(),
            "data", message.data(),
            "collapseId", message.collapseId(),
            "ttl", message.ttl().toSeconds(),
            "priority", message.priority().name(),
            "badge", message.badge(),
            "sound", message.sound(),
            "overrides", overrides(message))
        .text();
  }

  private static Map<String, Object> overrides(Message message) {
    var all = new LinkedHashMap<String, Object>();
    message.overrides().forEach((provider, override) -> all.put(provider, override.fields()));
    return all;
  }

  public static Message read(String text) {
    var json = JsonObject.parse(text).orElseThrow();
    var data = new LinkedHashMap<String, String>();
    json.object("data").fields().forEach((key, value) -> data.put(key, String.valueOf(value)));
    var overrides = new LinkedHashMap<String, JsonObject>();
    for (var provider : json.object("overrides").fields().keySet()) {
      overrides.put(provider, json.object("overrides").object(provider));
    }
    return Message.of(Kind.valueOf(json.string("kind").orElseThrow()))
        .title(json.string("title").orElse(null))
        .body(json.string("body").orElse(null))
        .data(data)
        .collapseId(json.string("collapseId").orElse(null))
        .ttl(Duration.ofSeconds(number(json, "ttl").orElseThrow().longValue()))
        .priority(Priority.valueOf(json.string("priority").orElseThrow()))
        .badge(number(json, "badge").map(Number::intValue).orElse(null))
        .sound(json.string("sound").orElse(null))
        .overrides(overrides)
        .build();
  }

  private static Optional<Number> number(JsonObject json, String name) {
    @Nullable Object value = json.fields().get(name);
    return value instanceof Number number ? Optional.of(number) : Optional.empty();
  }
}

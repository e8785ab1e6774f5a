package dev.rollcall.webhook;

import dev.rollcall.account.AuthToken;
import dev.rollcall.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// The JSON of an event; the same event always has the same bytes.
final class EventJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private EventJson() {}

  static byte[] of(String appId, Event event) {
    var data =
        JsonObject.of(
            "app", appId,
            "uid", event.uid(),
            "session", AuthToken.handle(event.uid(), event.sessionId()),
            "channel", event.channel(),
            "platform", event.platform(),
            "token", event.token(),
            "by", event.by(),
            "why", event.why(),
            "notification", event.notification(),
            "provider", event.provider());
    var json =
        JsonObject.of(
            "type", event.type().wireName(),
            "timestamp", TIME.format(Instant.ofEpochMilli(event.at())),
            "data", data);
    return json.text().getBytes(StandardCharsets.UTF_8);
  }
}

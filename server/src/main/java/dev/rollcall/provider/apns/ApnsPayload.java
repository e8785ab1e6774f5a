package dev.rollcall.provider.apns;

import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Refused;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// The body of a push to APNs: `aps`, which the system reads, and fields that only the app reads.
final class ApnsPayload {
  static final int MAX_BYTES = 4096;
  static final int MAX_VOIP_BYTES = 5120;
  static final String OVERRIDE = "apns";

  private static final UUID NOBODY = new UUID(0, 0);

  private ApnsPayload() {}

  static Optional<Refused> refusal(Message message) {
    if (message.data().containsKey("aps")) {
      return refused("APNs reserves the data key aps");
    }
    var most = message.kind() == Kind.VOIP ? MAX_VOIP_BYTES : MAX_BYTES;
    var size = of(message, NOBODY).bytes();
    return size > most
        ? refused("the payload for APNs has " + size + " bytes, but the limit is " + most)
        : Optional.empty();
  }

  private static Optional<Refused> refused(String reason) {
    return Optional.of(new Refused(Outcome.OURS + ": " + reason));
  }

  static JsonObject of(Message message, UUID id) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("aps", aps(message).fields());
    fields.putAll(new TreeMap<>(message.data()));
    fields.put("rollcall_id", id.toString());
    return new JsonObject(fields).mergedWith(message.override(OVERRIDE));
  }

  private static JsonObject aps(Message message) {
    var isShown = message.kind() != Kind.BACKGROUND;
    return JsonObject.of(
        "alert",
        isShown
            ? JsonObject.of("title", message.title(), "body", message.body())
            : JsonObject.EMPTY,
        "badge",
        message.badge(),
        "sound",
        message.sound(),
        "content-available",
        isShown ? null : 1);
  }
}

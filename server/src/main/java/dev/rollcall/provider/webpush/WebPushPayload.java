package dev.rollcall.provider.webpush;

import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Refused;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// The JSON that a service worker receives, before encryption.
final class WebPushPayload {
  /// The size of an encrypted body that every push service must accept (RFC 8030).
  static final int MAX_BYTES = 4096;

  /// The bytes that encryption adds to one record: the header with our public key, a delimiter, and
  /// the authentication tag.
  static final int ENCRYPTION = 86 + 1 + 16;

  static final String OVERRIDE = "webPush";

  private static final UUID NOBODY = new UUID(0, 0);

  private WebPushPayload() {}

  static Optional<Refused> refusal(Message message) {
    var size = of(message, NOBODY).bytes() + ENCRYPTION;
    return size > MAX_BYTES
        ? Optional.of(
            new Refused(
                Outcome.OURS
                    + ": the payload for Web Push has "
                    + size
                    + " bytes once encrypted, but the limit is "
                    + MAX_BYTES))
        : Optional.empty();
  }

  static JsonObject of(Message message, UUID id) {
    return JsonObject.of(
            "kind", message.kind().name().toLowerCase(Locale.ROOT),
            "title", message.title(),
            "body", message.body(),
            "data", new TreeMap<>(message.data()),
            "badge", message.badge(),
            "sound", message.sound(),
            "tag", message.collapseId(),
            "rollcall_id", id.toString())
        .mergedWith(message.override(OVERRIDE));
  }
}

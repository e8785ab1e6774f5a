package dev.rollcall.storage;

import dev.rollcall.storage.TokenRows.Cause;
import dev.rollcall.token.PushToken;
import dev.rollcall.webhook.EventType;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Rows of events that webhooks are to be told of, written in the transaction of what they tell.
final class WebhookRows {
  /// Whether there is anybody to tell; as a part of another statement it costs next to nothing.
  static final String ANY = "EXISTS (SELECT 1 FROM webhook WHERE disabled_at IS NULL)";

  static final String SEPARATOR = " ";

  private WebhookRows() {}

  /// What a delivery is told with.
  record Delivery(String notification, String provider) {}

  static boolean any(Tx tx) throws SQLException {
    return tx.one("SELECT 1 FROM webhook WHERE disabled_at IS NULL LIMIT 1", row -> true)
        .isPresent();
  }

  /// Notes a line of a token's history for the webhooks of its app.
  static void note(Tx tx, PushToken token, Cause cause) throws SQLException {
    var type = EventType.of(cause.kind());
    if (type.isPresent()) {
      note(tx, type.get(), token, cause.actor(), cause.reason(), null, cause.at());
    }
  }

  /// Notes what came of a delivery for the webhooks of its app.
  static void note(
      Tx tx, EventType type, PushToken token, Delivery delivery, String by, String why, Instant at)
      throws SQLException {
    note(tx, type, token, by, why, delivery, at);
  }

  private static void note(
      Tx tx,
      EventType type,
      PushToken token,
      String by,
      String why,
      @Nullable Delivery delivery,
      Instant at)
      throws SQLException {
    tx.update(
        """
        INSERT INTO webhook_event
          (webhook, id, type, at, uid, session_id, channel, platform, token, actor, reason,
           notification, provider, attempts, due_at)
        SELECT w.no, ?, ?, ?, u.uid, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?
          FROM app_user u JOIN webhook w ON w.app = u.app
         WHERE u.id = ? AND w.disabled_at IS NULL AND w.events LIKE ?
        """,
        newId(at),
        type.word(),
        at.toEpochMilli(),
        token.sessionId(),
        token.channel().word(),
        token.platform().word(),
        token.value().masked(),
        by,
        why,
        delivery == null ? null : delivery.notification(),
        delivery == null ? null : delivery.provider(),
        at.toEpochMilli(),
        token.userId(),
        "%" + SEPARATOR + type.word() + SEPARATOR + "%");
  }

  /// Begins with the time, so that new rows land side by side.
  private static String newId(Instant at) {
    var random = ThreadLocalRandom.current();
    return "msg_%s%016x%08x"
        .formatted(
            HexFormat.of().toHexDigits(at.toEpochMilli(), 12), random.nextLong(), random.nextInt());
  }
}

package dev.rollcall.storage.rows;

import dev.rollcall.delivery.State;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.token.PushToken;
import dev.rollcall.webhook.EventType;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Rows of events that webhooks are to be told of, written in the transaction of what they tell.
public final class WebhookEventRows {
  /// Whether there is anybody to tell; as a part of another statement it costs next to nothing.
  public static final String ANY = "EXISTS (SELECT 1 FROM webhook WHERE disabled_at IS NULL)";

  public static final String SEPARATOR = " ";

  private WebhookEventRows() {}

  /// A delivery that has ended, and the token that it was for, if that is known.
  public record End(long notification, long n, @Nullable PushToken token) {}

  private record Told(
      long n,
      long webhook,
      String uid,
      long sessionId,
      String channel,
      State state,
      @Nullable String reason,
      String notification,
      @Nullable String provider,
      long at) {
    EventType type() {
      return state == State.ACCEPTED ? EventType.DELIVERY_ACCEPTED : EventType.DELIVERY_FAILED;
    }

    String actor() {
      return reason != null && reason.startsWith(Outcome.OURS) ? Outcome.OURS : "provider";
    }

    String why() {
      return reason == null ? state.word() : state.word() + ": " + reason;
    }
  }

  public static boolean any(Tx tx) throws SQLException {
    return tx.one("SELECT 1 FROM webhook WHERE disabled_at IS NULL LIMIT 1", row -> true)
        .isPresent();
  }

  /// Notes a line of a token's history for the webhooks of its app.
  public static void note(Tx tx, PushToken token, Cause cause) throws SQLException {
    var type = EventType.of(cause.kind());
    if (type.isPresent()) {
      note(tx, type.get(), token, cause.actor(), cause.reason(), cause.at());
    }
  }

  private static void note(
      Tx tx, EventType type, PushToken token, String by, String why, Instant at)
      throws SQLException {
    tx.update(
        """
        INSERT INTO webhook_event
          (webhook, id, type, at, uid, session_id, channel, platform, token, actor, reason,
           attempts, due_at)
        SELECT w.no, ?, ?, ?, u.uid, ?, ?, ?, ?, ?, ?, 0, ?
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
        at.toEpochMilli(),
        token.userId(),
        wanted(type));
  }

  private static String wanted(EventType type) {
    return "%" + SEPARATOR + type.word() + SEPARATOR + "%";
  }

  /// Notes deliveries that have just ended, for the webhooks of their apps. Those that were called
  /// off are no news.
  public static void note(Tx tx, List<End> ends) throws SQLException {
    var byNotification = new TreeMap<Long, Map<Long, End>>();
    for (var end : ends) {
      byNotification.computeIfAbsent(end.notification(), no -> new HashMap<>()).put(end.n(), end);
    }
    for (var entry : byNotification.entrySet()) {
      for (var told : told(tx, entry.getKey(), entry.getValue().keySet())) {
        var end = Objects.requireNonNull(entry.getValue().get(told.n()));
        insert(tx, told, end.token());
      }
    }
  }

  private static List<Told> told(Tx tx, long notification, Set<Long> deliveries)
      throws SQLException {
    return tx.list(
        """
        SELECT d.n, w.no, u.uid, d.session_id, d.channel, d.state, d.reason, o.id, p.id,
               d.changed_at
          FROM delivery d
          JOIN notification o ON o.no = d.notification
          JOIN webhook w ON w.app = o.app AND w.disabled_at IS NULL
          JOIN app_user u ON u.id = d.user_id AND u.app = o.app AND u.created_at <= d.changed_at
          LEFT JOIN provider p ON p.no = d.provider
         WHERE d.notification = ? AND d.state NOT IN ('pending', 'cancelled')
           AND w.events LIKE CASE d.state WHEN 'accepted' THEN ? ELSE ? END AND
        """
            + tx.dialect().oneOf("d.n"),
        row ->
            new Told(
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                row.getLong(4),
                row.getString(5),
                State.of(row.getString(6)),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getLong(10)),
        notification,
        wanted(EventType.DELIVERY_ACCEPTED),
        wanted(EventType.DELIVERY_FAILED),
        tx.dialect().numbers(deliveries));
  }

  private static void insert(Tx tx, Told told, @Nullable PushToken token) throws SQLException {
    tx.update(
        """
        INSERT INTO webhook_event
          (webhook, id, type, at, uid, session_id, channel, platform, token, actor, reason,
           notification, provider, attempts, due_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
        """,
        told.webhook(),
        newId(Instant.ofEpochMilli(told.at())),
        told.type().word(),
        told.at(),
        told.uid(),
        told.sessionId(),
        told.channel(),
        token == null ? null : token.platform().word(),
        token == null ? null : token.value().masked(),
        told.actor(),
        told.why(),
        told.notification(),
        told.provider(),
        told.at());
  }

  /// Begins with the time, so that new rows land side by side.
  private static String newId(Instant at) {
    var random = ThreadLocalRandom.current();
    return "msg_%s%016x%08x"
        .formatted(
            HexFormat.of().toHexDigits(at.toEpochMilli(), 12), random.nextLong(), random.nextInt());
  }
}

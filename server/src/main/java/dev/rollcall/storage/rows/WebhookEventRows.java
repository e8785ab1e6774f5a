package dev.rollcall.storage.rows;

import dev.rollcall.delivery.State;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.token.PushToken;
import dev.rollcall.webhook.Event;
import dev.rollcall.webhook.EventType;
import dev.rollcall.webhook.WebhookStore.Claimed;
import java.sql.ResultSet;
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

/// Rows of events that are to be sent to webhooks. An event is written in the same transaction as
/// the change that it reports.
public final class WebhookEventRows {
  /// A condition that is true if an event may have to be written.
  public static final String ANY = WebhookRows.ANY_ENABLED;

  private static final String INSERT =
      """
      INSERT INTO webhook_event
        (webhook, id, type, at, uid, session_id, channel, platform, token, actor, reason,
         notification, provider, attempts, due_at)
      """;

  private static final String CLAIM =
      """
      UPDATE webhook_event SET attempts = attempts + 1, due_at = ?
       WHERE webhook = ? AND %s
      RETURNING id, type, at, uid, session_id, channel, platform, token, actor, reason,
                notification, provider, attempts
      """;

  private static final String DUE =
      "SELECT id FROM webhook_event WHERE webhook = ? AND due_at <= ? ORDER BY due_at LIMIT ?";

  private WebhookEventRows() {}

  /// A delivery that has ended, and its token if that is known.
  public record End(long notification, long n, @Nullable PushToken token) {}

  /// The event that a webhook gets about a delivery that has ended.
  private record DeliveryEvent(
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
      return reason != null && reason.startsWith(Outcome.OURS) ? Outcome.OURS : Actors.PROVIDER;
    }

    String why() {
      return reason == null ? state.wireName() : state.wireName() + ": " + reason;
    }
  }

  /// Writes an event about a change of a token for each webhook of its app that wants it.
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
        INSERT
            + """
            SELECT w.no, ?, ?, ?, u.uid, ?, ?, ?, ?, ?, ?, NULL, NULL, 0, ?
              FROM app_user u JOIN webhook w ON w.app = u.app
             WHERE u.id = ? AND w.disabled_at IS NULL AND w.events LIKE ?
            """,
        newId(at),
        type.wireName(),
        at.toEpochMilli(),
        token.sessionId(),
        token.channel().wireName(),
        token.platform().wireName(),
        token.value().masked(),
        by,
        why,
        at.toEpochMilli(),
        token.userId(),
        WebhookRows.wanted(type));
  }

  /// Writes events about deliveries that have just ended, for the webhooks of their apps. A
  /// cancelled delivery has no event.
  public static void note(Tx tx, List<End> ends) throws SQLException {
    var byNotification = new TreeMap<Long, Map<Long, End>>();
    for (var end : ends) {
      byNotification.computeIfAbsent(end.notification(), no -> new HashMap<>()).put(end.n(), end);
    }
    for (var entry : byNotification.entrySet()) {
      for (var ended : endsOf(tx, entry.getKey(), entry.getValue().keySet())) {
        var end = Objects.requireNonNull(entry.getValue().get(ended.n()));
        insert(tx, ended, end.token());
      }
    }
  }

  private static List<DeliveryEvent> endsOf(Tx tx, long notification, Set<Long> deliveries)
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
            new DeliveryEvent(
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
        WebhookRows.wanted(EventType.DELIVERY_ACCEPTED),
        WebhookRows.wanted(EventType.DELIVERY_FAILED),
        tx.dialect().numbers(deliveries));
  }

  private static void insert(Tx tx, DeliveryEvent end, @Nullable PushToken token)
      throws SQLException {
    tx.update(
        INSERT + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        end.webhook(),
        newId(Instant.ofEpochMilli(end.at())),
        end.type().wireName(),
        end.at(),
        end.uid(),
        end.sessionId(),
        end.channel(),
        token == null ? null : token.platform().wireName(),
        token == null ? null : token.value().masked(),
        end.actor(),
        end.why(),
        end.notification(),
        end.provider(),
        end.at());
  }

  /// The id begins with the time, so that new rows are neighbours in the table.
  private static String newId(Instant at) {
    var random = ThreadLocalRandom.current();
    return "msg_%s%016x%08x"
        .formatted(
            HexFormat.of().toHexDigits(at.toEpochMilli(), 12), random.nextLong(), random.nextInt());
  }

  /// Claims up to `most` due events. The lease ends at `lease`.
  public static List<Claimed> claim(Tx tx, long webhook, int most, Instant lease, Instant now)
      throws SQLException {
    return tx.updateReturning(
        CLAIM.formatted(tx.dialect().oneOfUnlocked("id", DUE)),
        WebhookEventRows::claimed,
        lease.toEpochMilli(),
        webhook,
        webhook,
        now.toEpochMilli(),
        most);
  }

  private static Claimed claimed(ResultSet row) throws SQLException {
    var event =
        new Event(
            row.getString(1),
            EventType.of(row.getString(2)).orElseThrow(),
            row.getLong(3),
            row.getString(4),
            row.getLong(5),
            row.getString(6),
            row.getString(7),
            row.getString(8),
            row.getString(9),
            row.getString(10),
            row.getString(11),
            row.getString(12));
    return new Claimed(event, row.getInt(13));
  }

  public static int delay(Tx tx, long webhook, Event event, Instant due) throws SQLException {
    return tx.update(
        "UPDATE webhook_event SET due_at = ? WHERE webhook = ? AND id = ?",
        due.toEpochMilli(),
        webhook,
        event.id());
  }

  public static int delete(Tx tx, long webhook, Event event) throws SQLException {
    return tx.update("DELETE FROM webhook_event WHERE webhook = ? AND id = ?", webhook, event.id());
  }

  public static int deleteSome(Tx tx, long webhook, int most) throws SQLException {
    return tx.update(
        """
        DELETE FROM webhook_event WHERE webhook = ? AND id IN (
          SELECT id FROM webhook_event WHERE webhook = ? LIMIT ?)
        """,
        webhook,
        webhook,
        most);
  }

  /// The webhooks with a due event that is older than `before`.
  public static List<Long> webhooksWithOld(Tx tx, Instant before, Instant now) throws SQLException {
    return tx.list(
        "SELECT DISTINCT webhook FROM webhook_event WHERE at < ? AND due_at <= ?",
        row -> row.getLong(1),
        before.toEpochMilli(),
        now.toEpochMilli());
  }

  public static int deleteOld(Tx tx, long webhook, Instant before, Instant now, int most)
      throws SQLException {
    return tx.update(
        """
        DELETE FROM webhook_event WHERE webhook = ? AND id IN (
          SELECT id FROM webhook_event WHERE webhook = ? AND at < ? AND due_at <= ? LIMIT ?)
        """,
        webhook,
        webhook,
        before.toEpochMilli(),
        now.toEpochMilli(),
        most);
  }

  /// Deletes events of deleted or disabled webhooks.
  public static int deleteOrphans(Tx tx, int most) throws SQLException {
    return tx.update(
        """
        DELETE FROM webhook_event WHERE (webhook, id) IN (
          SELECT webhook, id FROM webhook_event
           WHERE webhook NOT IN (SELECT no FROM webhook WHERE disabled_at IS NULL) LIMIT ?)
        """,
        most);
  }
}

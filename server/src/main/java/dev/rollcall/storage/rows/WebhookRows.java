package dev.rollcall.storage.rows;

import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.webhook.EventType;
import dev.rollcall.webhook.Webhook;
import dev.rollcall.webhook.WebhookStore.Draft;
import dev.rollcall.webhook.WebhookStore.Target;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Rows of webhooks.
public final class WebhookRows {
  /// A condition: some webhook is enabled. It adds almost no cost to another statement.
  static final String ANY_ENABLED = "EXISTS (SELECT 1 FROM webhook WHERE disabled_at IS NULL)";

  private static final String SELECT =
      """
      SELECT no, id, url, events, created_at, updated_at, failing_since, disabled_at, disabled_why,
             dropped
        FROM webhook
      """;

  private static final String SEPARATOR = " ";

  private record Row(long app, Draft draft, Instant now) {}

  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("webhook")
          .number("app", Row::app)
          .text("id", row -> row.draft().id())
          .text("url", row -> row.draft().url())
          .text("events", row -> text(row.draft().events()))
          .bytes("secret", row -> row.draft().secret())
          .number("created_at", row -> row.now().toEpochMilli())
          .number("updated_at", row -> row.now().toEpochMilli())
          .number("dropped", row -> 0)
          .build();

  private WebhookRows() {}

  private static Webhook read(ResultSet row) throws SQLException {
    var disabledAt = Tx.nullableLong(row, 8);
    return new Webhook(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        events(row.getString(4)),
        row.getLong(5),
        row.getLong(6),
        Tx.nullableLong(row, 7),
        disabledAt == null ? null : new Webhook.Disabled(disabledAt, row.getString(9)),
        row.getLong(10));
  }

  private static Set<EventType> events(String text) {
    return Arrays.stream(text.strip().split(SEPARATOR))
        .flatMap(word -> EventType.of(word).stream())
        .collect(Collectors.toSet());
  }

  // Each type has a separator on both sides, so that LIKE finds it.
  private static String text(Set<EventType> events) {
    return events.stream()
        .sorted()
        .map(EventType::wireName)
        .collect(Collectors.joining(SEPARATOR, SEPARATOR, SEPARATOR));
  }

  /// A pattern for LIKE that matches the column `events` of a webhook that wants this type.
  static String wanted(EventType type) {
    return "%" + SEPARATOR + type.wireName() + SEPARATOR + "%";
  }

  public static Optional<Webhook> byId(Tx tx, long app, String id) throws SQLException {
    return tx.one(SELECT + " WHERE app = ? AND id = ?", WebhookRows::read, app, id);
  }

  public static List<Webhook> ofApp(Tx tx, long app) throws SQLException {
    return tx.list(SELECT + " WHERE app = ? ORDER BY id", WebhookRows::read, app);
  }

  public static long count(Tx tx, long app) throws SQLException {
    return tx.count("SELECT count(*) FROM webhook WHERE app = ?", app);
  }

  public static boolean anyEnabled(Tx tx) throws SQLException {
    return tx.one("SELECT 1 FROM webhook WHERE disabled_at IS NULL LIMIT 1", row -> true)
        .isPresent();
  }

  public static boolean isEnabled(Tx tx, long no) throws SQLException {
    return tx.one("SELECT 1 FROM webhook WHERE no = ? AND disabled_at IS NULL", row -> true, no)
        .isPresent();
  }

  /// The enabled webhooks that have a due event.
  public static List<Target> due(Tx tx, Instant now) throws SQLException {
    return tx.list(
        """
        SELECT w.no, a.id, w.id, w.url, w.secret,
               CASE WHEN w.old_until > ? THEN w.old_secret END, w.failing_since,
               w.updated_at
          FROM webhook w JOIN app a ON a.no = w.app
         WHERE w.disabled_at IS NULL AND EXISTS (
           SELECT 1 FROM webhook_event e WHERE e.webhook = w.no AND e.due_at <= ?)
         ORDER BY w.no
        """,
        row ->
            new Target(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getBytes(5),
                row.getBytes(6),
                Tx.nullableLong(row, 7),
                row.getLong(8)),
        now.toEpochMilli(),
        now.toEpochMilli());
  }

  /// Lock order: a transaction that changes a webhook and its events locks the webhook first.
  public static void lock(Tx tx, long no) throws SQLException {
    tx.lock("SELECT no FROM webhook WHERE no = ?", "webhook", no);
  }

  public static void insert(Tx tx, long app, Draft draft, Instant now) throws SQLException {
    tx.update(WRITER.insert(), WRITER.values(new Row(app, draft, now)));
  }

  /// Replaces the fields of the webhook with those of the draft, and enables the webhook.
  public static void update(Tx tx, long no, Draft draft, Instant now) throws SQLException {
    if (draft.rotate()) {
      tx.update(
          "UPDATE webhook SET old_secret = secret, old_until = ?, secret = ? WHERE no = ?",
          draft.oldUntil().toEpochMilli(),
          draft.secret(),
          no);
    }
    tx.update(
        """
        UPDATE webhook SET
          url = ?, events = ?, updated_at = ?, failing_since = NULL, disabled_at = NULL,
          disabled_why = NULL
        WHERE no = ?
        """,
        draft.url(),
        text(draft.events()),
        now.toEpochMilli(),
        no);
  }

  public static void recordSuccess(Tx tx, long no) throws SQLException {
    tx.update(
        "UPDATE webhook SET failing_since = NULL WHERE no = ? AND failing_since IS NOT NULL", no);
  }

  public static void recordFailure(Tx tx, long no, Instant now) throws SQLException {
    tx.update(
        "UPDATE webhook SET failing_since = ? WHERE no = ? AND failing_since IS NULL",
        now.toEpochMilli(),
        no);
  }

  /// Adds to the number of events that the webhook will never get.
  public static void drop(Tx tx, long no, int events) throws SQLException {
    tx.update("UPDATE webhook SET dropped = dropped + ? WHERE no = ?", events, no);
  }

  /// Returns false if the webhook is already disabled or was changed since `target` was read. Also
  /// returns false if the reason is `failing` but the webhook has succeeded since.
  public static boolean disable(Tx tx, Target target, boolean failing, String reason, Instant now)
      throws SQLException {
    return tx.update(
            """
            UPDATE webhook SET disabled_at = ?, disabled_why = ?
             WHERE no = ? AND updated_at = ? AND disabled_at IS NULL
               AND (? = 0 OR failing_since = ?)
            """,
            now.toEpochMilli(),
            reason,
            target.number(),
            target.updatedAt(),
            failing ? 1L : 0L,
            target.failingSince())
        == 1;
  }

  public static void delete(Tx tx, long no) throws SQLException {
    tx.update("DELETE FROM webhook WHERE no = ?", no);
  }
}

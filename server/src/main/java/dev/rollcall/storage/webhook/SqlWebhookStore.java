package dev.rollcall.storage.webhook;

import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.WebhookEventRows;
import dev.rollcall.webhook.Event;
import dev.rollcall.webhook.EventType;
import dev.rollcall.webhook.Webhook;
import dev.rollcall.webhook.WebhookStore;
import dev.rollcall.webhook.Webhooks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Webhooks and what they are to be told, in SQL.
public final class SqlWebhookStore implements WebhookStore {
  private static final int AT_ONCE = 2_000;

  private static final String SELECT =
      """
      SELECT no, id, url, events, created_at, updated_at, failing_since, disabled_at, disabled_why,
             dropped
        FROM webhook
      """;

  private static final String TAKE =
      """
      UPDATE webhook_event SET attempts = attempts + 1, due_at = ?
       WHERE webhook = ? AND %s
      RETURNING id, type, at, uid, session_id, channel, platform, token, actor, reason,
                notification, provider, attempts
      """;

  private static final String DUE =
      "SELECT id FROM webhook_event WHERE webhook = ? AND due_at <= ? ORDER BY due_at LIMIT ?";

  private final Database db;

  public SqlWebhookStore(Database db) {
    this.db = db;
  }

  private static Webhook read(ResultSet row) throws SQLException {
    var disabledAt = CallerCheck.nullableLong(row, 8);
    return new Webhook(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        events(row.getString(4)),
        row.getLong(5),
        row.getLong(6),
        CallerCheck.nullableLong(row, 7),
        disabledAt == null ? null : new Webhook.Disabled(disabledAt, row.getString(9)),
        row.getLong(10));
  }

  private static Set<EventType> events(String text) {
    return Arrays.stream(text.strip().split(WebhookEventRows.SEPARATOR))
        .flatMap(word -> EventType.of(word).stream())
        .collect(Collectors.toSet());
  }

  // Each word has a separator on both sides, so that it can be looked for.
  private static String text(Set<EventType> events) {
    return events.stream()
        .sorted()
        .map(EventType::word)
        .collect(
            Collectors.joining(
                WebhookEventRows.SEPARATOR,
                WebhookEventRows.SEPARATOR,
                WebhookEventRows.SEPARATOR));
  }

  @Override
  public Put put(Caller.BackEnd caller, Draft draft, int most, Instant now) {
    return db.write(
        "setting a webhook",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          tx.lock("SELECT a.no FROM app a WHERE a.no = ?", "a", app.no());
          var there = find(tx, app, draft.id());
          if (there.isEmpty()) {
            requireRoom(tx, app, most);
            insert(tx, app, draft, now);
          } else {
            update(tx, there.get(), draft, now);
          }
          return new Put(
              find(tx, app, draft.id()).orElseThrow(), there.isEmpty() || draft.rotate());
        });
  }

  private static void requireRoom(Tx tx, App app, int most) throws SQLException {
    if (tx.count("SELECT count(*) FROM webhook WHERE app = ?", app.no()) >= most) {
      throw Webhooks.tooMany();
    }
  }

  private static void insert(Tx tx, App app, Draft draft, Instant now) throws SQLException {
    tx.update(
        """
        INSERT INTO webhook (app, id, url, events, secret, created_at, updated_at, dropped)
        VALUES (?, ?, ?, ?, ?, ?, ?, 0)
        """,
        app.no(),
        draft.id(),
        draft.url(),
        text(draft.events()),
        draft.secret(),
        now.toEpochMilli(),
        now.toEpochMilli());
  }

  private static void update(Tx tx, Webhook webhook, Draft draft, Instant now) throws SQLException {
    if (draft.rotate()) {
      tx.update(
          "UPDATE webhook SET old_secret = secret, old_until = ?, secret = ? WHERE no = ?",
          draft.oldUntil().toEpochMilli(),
          draft.secret(),
          webhook.no());
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
        webhook.no());
  }

  private static Optional<Webhook> find(Tx tx, App app, String id) throws SQLException {
    return tx.one(SELECT + " WHERE app = ? AND id = ?", SqlWebhookStore::read, app.no(), id);
  }

  @Override
  public List<Webhook> list(Caller.BackEnd caller) {
    return db.read(
        "listing webhooks",
        tx ->
            tx.list(
                SELECT + " WHERE app = ? ORDER BY id",
                SqlWebhookStore::read,
                CallerCheck.app(tx, caller).no()));
  }

  @Override
  public Optional<Webhook> find(Caller.BackEnd caller, String id) {
    return db.read("reading a webhook", tx -> find(tx, CallerCheck.app(tx, caller), id));
  }

  @Override
  public boolean delete(Caller.BackEnd caller, String id) {
    var deleted =
        db.write(
            "deleting a webhook",
            tx -> {
              var webhook = find(tx, CallerCheck.app(tx, caller), id);
              if (webhook.isPresent()) {
                tx.update("DELETE FROM webhook WHERE no = ?", webhook.get().no());
              }
              return webhook;
            });
    deleted.ifPresent(webhook -> forgetOrSkip(webhook.no()));
    return deleted.isPresent();
  }

  @Override
  public List<Target> due(Instant now) {
    return db.readOnce(
        "looking for events to tell",
        tx ->
            tx.list(
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
                        CallerCheck.nullableLong(row, 7),
                        row.getLong(8)),
                now.toEpochMilli(),
                now.toEpochMilli()));
  }

  @Override
  public List<Claimed> claim(long webhook, int most, Instant lease, Instant now) {
    return db.write(
        "taking events to tell",
        tx ->
            tx.updateReturning(
                TAKE.formatted(tx.dialect().oneOfUnlocked("id", DUE)),
                row -> new Claimed(event(row), row.getInt(13)),
                lease.toEpochMilli(),
                webhook,
                webhook,
                now.toEpochMilli(),
                most));
  }

  private static Event event(ResultSet row) throws SQLException {
    return new Event(
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
  }

  @Override
  public void told(long webhook, Event event) {
    db.write(
        "noting that an event was told",
        tx -> {
          // First, as all who touch both do.
          tx.update(
              "UPDATE webhook SET failing_since = NULL WHERE no = ? AND failing_since IS NOT NULL",
              webhook);
          return forget(tx, webhook, event);
        });
  }

  private static int forget(Tx tx, long webhook, Event event) throws SQLException {
    return tx.update("DELETE FROM webhook_event WHERE webhook = ? AND id = ?", webhook, event.id());
  }

  @Override
  public void again(long webhook, Event event, Instant due, Instant now) {
    db.write(
        "noting that an event was not told",
        tx -> {
          fails(tx, webhook, now);
          return tx.update(
              "UPDATE webhook_event SET due_at = ? WHERE webhook = ? AND id = ?",
              due.toEpochMilli(),
              webhook,
              event.id());
        });
  }

  private static void fails(Tx tx, long webhook, Instant now) throws SQLException {
    tx.update(
        "UPDATE webhook SET failing_since = ? WHERE no = ? AND failing_since IS NULL",
        now.toEpochMilli(),
        webhook);
  }

  @Override
  public void drop(long webhook, Event event, Instant now) {
    db.write(
        "giving an event up",
        tx -> {
          lock(tx, webhook);
          fails(tx, webhook, now);
          return tx.update(
              "UPDATE webhook SET dropped = dropped + ? WHERE no = ?",
              forget(tx, webhook, event),
              webhook);
        });
  }

  @Override
  public boolean disable(WebhookStore.Target target, boolean failing, String reason, Instant now) {
    boolean disabled =
        db.write(
            "disabling a webhook",
            tx ->
                tx.update(
                        """
                        UPDATE webhook SET disabled_at = ?, disabled_why = ?
                         WHERE no = ? AND updated_at = ? AND disabled_at IS NULL
                           AND (? = 0 OR failing_since = ?)
                        """,
                        now.toEpochMilli(),
                        reason,
                        target.no(),
                        target.updatedAt(),
                        failing ? 1L : 0L,
                        target.failingSince())
                    == 1);
    if (disabled) {
      forgetOrSkip(target.no());
    }
    return disabled;
  }

  private void forgetOrSkip(long webhook) {
    try {
      forgetEvents(webhook);
    } catch (Problem away) {
      // The webhook is gone, and what is left of its events is forgotten within the hour.
    }
  }

  private void forgetEvents(long webhook) {
    db.writeInParts("forgetting events", AT_ONCE, tx -> forgetSome(tx, webhook));
  }

  private static int forgetSome(Tx tx, long webhook) throws SQLException {
    lock(tx, webhook);
    var enabled =
        tx.one("SELECT 1 FROM webhook WHERE no = ? AND disabled_at IS NULL", row -> true, webhook);
    if (enabled.isPresent()) {
      // It was set again meanwhile.
      return 0;
    }
    int gone =
        tx.update(
            """
            DELETE FROM webhook_event WHERE webhook = ? AND id IN (
              SELECT id FROM webhook_event WHERE webhook = ? LIMIT ?)
            """,
            webhook,
            webhook,
            AT_ONCE);
    tx.update("UPDATE webhook SET dropped = dropped + ? WHERE no = ?", gone, webhook);
    return gone;
  }

  // Whoever touches a webhook and its events takes the webhook first.
  private static void lock(Tx tx, long webhook) throws SQLException {
    tx.lock("SELECT no FROM webhook WHERE no = ?", "webhook", webhook);
  }

  @Override
  public void dropOld(Instant before, Instant now) {
    var webhooks =
        db.read(
            "looking for old events",
            tx ->
                tx.list(
                    "SELECT DISTINCT webhook FROM webhook_event WHERE at < ? AND due_at <= ?",
                    row -> row.getLong(1),
                    before.toEpochMilli(),
                    now.toEpochMilli()));
    for (var webhook : webhooks) {
      db.writeInParts("giving events up", AT_ONCE, tx -> dropSome(tx, webhook, before, now));
    }
  }

  private static int dropSome(Tx tx, long webhook, Instant before, Instant now)
      throws SQLException {
    lock(tx, webhook);
    int gone =
        tx.update(
            """
            DELETE FROM webhook_event WHERE webhook = ? AND id IN (
              SELECT id FROM webhook_event WHERE webhook = ? AND at < ? AND due_at <= ? LIMIT ?)
            """,
            webhook,
            webhook,
            before.toEpochMilli(),
            now.toEpochMilli(),
            AT_ONCE);
    tx.update("UPDATE webhook SET dropped = dropped + ? WHERE no = ?", gone, webhook);
    return gone;
  }

  @Override
  public int forgetOrphans() {
    return db.writeInParts(
        "forgetting events that nobody waits for", AT_ONCE, SqlWebhookStore::forgetOrphans);
  }

  private static int forgetOrphans(Tx tx) throws SQLException {
    return tx.update(
        """
        DELETE FROM webhook_event WHERE (webhook, id) IN (
          SELECT webhook, id FROM webhook_event
           WHERE webhook NOT IN (SELECT no FROM webhook WHERE disabled_at IS NULL) LIMIT ?)
        """,
        AT_ONCE);
  }
}

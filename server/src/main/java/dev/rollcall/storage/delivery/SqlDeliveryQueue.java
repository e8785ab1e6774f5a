package dev.rollcall.storage.delivery;

import dev.rollcall.account.Caller;
import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.DeliveryQueue;
import dev.rollcall.delivery.Report;
import dev.rollcall.delivery.Transition;
import dev.rollcall.delivery.Urgency;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.message.ContextJson;
import dev.rollcall.message.MessageJson;
import dev.rollcall.message.NewNotification;
import dev.rollcall.message.NewNotification.IdempotencyKey;
import dev.rollcall.message.StoredTarget;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.DeliveryTransitions;
import dev.rollcall.storage.rows.DeliveryTransitions.Ended;
import dev.rollcall.storage.rows.PushResultRows;
import dev.rollcall.storage.rows.SuspicionRows;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.token.TokenId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The queue of deliveries in SQL. {@link DeliveryClaims} claims them, {@link DeliveryTransitions}
/// records the results of attempts, and {@link DeliverySweep} deletes them.
public class SqlDeliveryQueue implements DeliveryQueue {
  private static final int AT_ONCE = 2_000;

  private final Database db;

  public SqlDeliveryQueue(Database db) {
    this.db = db;
  }

  @Override
  public Accepted accept(
      Caller.BackEnd caller, NewNotification notification, String id, Instant now) {
    return db.write(
        "accepting a notification",
        tx -> {
          long app = CallerCheck.app(tx, caller).number();
          var earlier = earlier(tx, app, notification);
          if (earlier.isPresent()) {
            return earlier.get();
          }
          var target = RecipientSearch.stored(tx, app, notification.target(), now);
          return insert(tx, app, notification, target, id, now)
              ? new Accepted(id, false)
              : earlier(tx, app, notification).orElseThrow();
        });
  }

  private static Optional<Accepted> earlier(Tx tx, long app, NewNotification notification)
      throws SQLException {
    if (notification.idempotencyKey().isEmpty()) {
      return Optional.empty();
    }
    var key = notification.idempotencyKey().get();
    return tx.one(
        "SELECT id, request_hash FROM notification WHERE app = ? AND idempotency_key = ?",
        row -> requireSameRequest(key, row),
        app,
        key.key());
  }

  private static Accepted requireSameRequest(IdempotencyKey key, ResultSet row)
      throws SQLException {
    if (!Arrays.equals(key.request(), row.getBytes(2))) {
      throw new Problem(
          Code.ERR_IDEMPOTENCY_KEY_REUSED,
          "This Idempotency-Key was used for another request; use a new one for each"
              + " notification");
    }
    return new Accepted(row.getString(1), true);
  }

  private static boolean insert(
      Tx tx, long app, NewNotification notification, StoredTarget target, String id, Instant now)
      throws SQLException {
    var message = notification.message();
    var context = notification.context();
    long at = now.toEpochMilli();
    return tx.update(
            """
            INSERT INTO notification
              (id, app, message, context, target, search_cursor, urgent, search_at, created_at, expires_at,
               users, unknown, silenced, unreachable, deliveries, idempotency_key, request_hash)
            VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, 0, 0, 0, 0, 0, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            id,
            app,
            MessageJson.text(message),
            context == null ? null : ContextJson.text(context),
            target.text(),
            Urgency.of(message).number(),
            at,
            at,
            at + message.ttl().toMillis(),
            notification.idempotencyKey().map(IdempotencyKey::key).orElse(null),
            notification.idempotencyKey().map(IdempotencyKey::request).orElse(null))
        == 1;
  }

  @Override
  public long app(Caller.BackEnd caller) {
    return db.readSingleStatement(
        "checking a back end", tx -> CallerCheck.app(tx, caller).number());
  }

  @Override
  public Preview preview(
      Caller.BackEnd caller, NewNotification notification, int most, Duration unseen, Instant now) {
    return db.read(
        "looking up recipients",
        tx -> {
          long app = CallerCheck.app(tx, caller).number();
          var target = RecipientSearch.stored(tx, app, notification.target(), now);
          return new RecipientSearch(tx, app, unseen, now).preview(notification, target, most);
        });
  }

  @Override
  public boolean restore(Caller.BackEnd caller, TokenId token, Instant now) {
    return db.write(
        "restoring a push token",
        tx -> {
          long app = CallerCheck.app(tx, caller).number();
          UserLocks.userOfSession(tx, token.sessionId());
          return ProviderVerdicts.restore(tx, app, token, now);
        });
  }

  @Override
  public boolean search(int most, Duration unseen, Instant now) {
    var waiting =
        db.readSingleStatement(
            "looking for notifications without recipients",
            tx ->
                tx.one(
                        "SELECT 1 FROM notification WHERE search_at IS NOT NULL LIMIT 1",
                        row -> true)
                    .isPresent());
    return waiting
        && db.write("finding recipients", tx -> RecipientSearch.search(tx, most, unseen, now));
  }

  @Override
  public List<Long> ready(Instant now) {
    return db.readSingleStatement(
        "looking for deliveries that are due",
        tx ->
            tx.list(
                """
                SELECT p.no FROM provider p
                 WHERE (p.paused_until IS NULL OR p.paused_until <= ?)
                   AND EXISTS (
                     SELECT 1 FROM delivery d
                      WHERE d.provider = p.no AND d.urgent IN (%s) AND d.due_at <= ?)
                    OR p.paused_until > ? AND p.calls_paused = 0
                   AND EXISTS (
                     SELECT 1 FROM delivery d
                      WHERE d.provider = p.no AND d.urgent = ? AND d.due_at <= ?)
                 ORDER BY p.no
                """
                    .formatted(Urgency.numbers()),
                row -> row.getLong(1),
                now.toEpochMilli(),
                now.toEpochMilli(),
                now.toEpochMilli(),
                Urgency.CALL.number(),
                now.toEpochMilli()));
  }

  @Override
  public Claim claim(long provider, int most, Instant until, Instant now) {
    return db.write(
        "claiming deliveries", tx -> DeliveryClaims.claim(tx, provider, most, until, now));
  }

  @Override
  public void finish(
      Delivery delivery,
      Transition transition,
      List<Evidence> evidence,
      long version,
      Duration unseen,
      Instant now) {
    var shown = PushResultRows.shownBy(new Ended(delivery, transition, now), unseen);
    db.write(
        "recording the end of a delivery",
        tx -> {
          DeliveryTransitions.end(tx, delivery, transition, now);
          for (var one : evidence) {
            ProviderVerdicts.apply(tx, delivery, one, version, now);
          }
          // Lock order: the user before its token. The verdicts above lock the user.
          PushResultRows.record(tx, shown.stream().toList());
          return true;
        });
  }

  @Override
  public Optional<Report> report(Caller.BackEnd caller, String id, long from, int most) {
    return db.read(
        "reading a notification",
        tx -> {
          long app = CallerCheck.app(tx, caller).number();
          var no =
              tx.one(
                  "SELECT no FROM notification WHERE app = ? AND id = ?",
                  row -> row.getLong(1),
                  app,
                  id);
          return no.isEmpty()
              ? Optional.empty()
              : Optional.of(DeliveryReports.read(tx, no.get(), from, most));
        });
  }

  @Override
  public boolean cancel(Caller.BackEnd caller, String id, Instant now) {
    return db.write(
        "cancelling a notification",
        tx -> {
          long app = CallerCheck.app(tx, caller).number();
          var no =
              tx.one(
                  "SELECT no FROM notification WHERE app = ? AND id = ?"
                      + tx.dialect().forUpdate("notification"),
                  row -> row.getLong(1),
                  app,
                  id);
          if (no.isPresent()) {
            // A notification that has ended is not marked as cancelled.
            tx.update(
                """
                UPDATE notification
                   SET cancelled_at = coalesce(cancelled_at, ?), search_at = NULL, target = NULL,
                       search_cursor = NULL
                 WHERE no = ? AND (search_at IS NOT NULL OR EXISTS (
                   SELECT 1 FROM delivery d WHERE d.notification = no AND d.due_at IS NOT NULL))
                """,
                now.toEpochMilli(),
                no.get());
            // Cancels only the next deliveries, to keep the transaction short. The others are
            // cancelled when a worker claims them.
            tx.update(
                """
                UPDATE delivery SET state = 'cancelled', due_at = NULL, changed_at = ?
                 WHERE notification = ? AND state = 'pending' AND n IN (
                   SELECT n FROM delivery WHERE notification = ? AND state = 'pending'
                    ORDER BY n LIMIT ?)
                """,
                now.toEpochMilli(),
                no.get(),
                no.get(),
                AT_ONCE);
          }
          return no.isPresent();
        });
  }

  @Override
  public void pause(
      long provider, long version, @Nullable String service, Instant until, boolean withCalls) {
    db.write(
        "pausing a provider",
        tx ->
            service == null
                ? tx.update(
                    """
                    UPDATE provider SET
                      paused_until = CASE WHEN paused_until > ? THEN paused_until ELSE ? END,
                      calls_paused = ?
                     WHERE no = ? AND version = ?
                       AND (paused_until IS NULL OR paused_until < ? OR calls_paused < ?)
                    """,
                    until.toEpochMilli(),
                    until.toEpochMilli(),
                    withCalls ? 1 : 0,
                    provider,
                    version,
                    until.toEpochMilli(),
                    withCalls ? 1 : 0)
                : tx.update(
                    """
                    INSERT INTO host_pause (provider, host, until, calls_paused)
                    SELECT no, ?, ?, ? FROM provider WHERE no = ? AND version = ?
                    ON CONFLICT (provider, host) DO UPDATE SET
                      until = CASE WHEN host_pause.until > excluded.until THEN host_pause.until
                                   ELSE excluded.until END,
                      calls_paused = excluded.calls_paused
                     WHERE host_pause.until < excluded.until
                        OR host_pause.calls_paused < excluded.calls_paused
                    """,
                    service,
                    until.toEpochMilli(),
                    withCalls ? 1 : 0,
                    provider,
                    version));
  }

  @Override
  public Map<String, ServicePause> pausedServices(long provider) {
    return db.readSingleStatement(
        "reading which services are paused",
        tx -> {
          var paused = new HashMap<String, ServicePause>();
          tx.list(
                  "SELECT host, until, calls_paused FROM host_pause WHERE provider = ?",
                  row ->
                      Map.entry(
                          row.getString(1),
                          new ServicePause(
                              Instant.ofEpochMilli(row.getLong(2)), row.getInt(3) == 1)),
                  provider)
              .forEach(it -> paused.put(it.getKey(), it.getValue()));
          return paused;
        });
  }

  @Override
  public boolean claimProbe(long provider, String service, Instant ended, Instant until) {
    return db.write(
        "claiming the probe of a service",
        tx ->
            tx.update(
                    "UPDATE host_pause SET until = ? WHERE provider = ? AND host = ? AND until = ?",
                    until.toEpochMilli(),
                    provider,
                    service,
                    ended.toEpochMilli())
                == 1);
  }

  @Override
  public void endProbe(
      long provider,
      long version,
      @Nullable String service,
      Optional<Instant> pausedUntil,
      Instant now) {
    // A pause that ends later than the probe's lease began during the probe, so it stays.
    var leaseEnd = now.plus(PROBE);
    db.write(
        "recording the result of a probe",
        tx ->
            service == null
                ? endProbe(tx, provider, version, pausedUntil, leaseEnd)
                : endServiceProbe(tx, provider, service, pausedUntil, leaseEnd));
  }

  private static int endProbe(
      Tx tx, long provider, long version, Optional<Instant> pausedUntil, Instant leaseEnd)
      throws SQLException {
    return tx.update(
        "UPDATE provider SET paused_until = ? WHERE no = ? AND version = ? AND paused_until <= ?",
        pausedUntil.map(Instant::toEpochMilli).orElse(null),
        provider,
        version,
        leaseEnd.toEpochMilli());
  }

  private static int endServiceProbe(
      Tx tx, long provider, String service, Optional<Instant> pausedUntil, Instant leaseEnd)
      throws SQLException {
    return pausedUntil.isPresent()
        ? tx.update(
            "UPDATE host_pause SET until = ? WHERE provider = ? AND host = ? AND until <= ?",
            pausedUntil.get().toEpochMilli(),
            provider,
            service,
            leaseEnd.toEpochMilli())
        : tx.update(
            "DELETE FROM host_pause WHERE provider = ? AND host = ? AND until <= ?",
            provider,
            service,
            leaseEnd.toEpochMilli());
  }

  @Override
  public boolean degrade(long provider, long version, Instant now) {
    return db.write(
        "marking a provider as degraded",
        tx ->
            tx.update(
                    """
                    UPDATE provider SET degraded_since = ?
                     WHERE no = ? AND version = ? AND degraded_since IS NULL
                    """,
                    now.toEpochMilli(),
                    provider,
                    version)
                == 1);
  }

  @Override
  public int retire(Instant before, int most, Instant now) {
    return db.write("removing dead tokens", tx -> ProviderVerdicts.retire(tx, before, most, now));
  }

  @Override
  public int deleteEnded(Instant before, int most) {
    return DeliverySweep.deleteEnded(db, before, most);
  }

  @Override
  public void sweep(Instant before, Instant now) {
    DeliverySweep.sweep(db, before, now);
  }

  @Override
  public QueueStatus status(Instant now) {
    return db.readLong(
        "counting deliveries that wait",
        Database.COUNT,
        tx -> {
          var withoutProvider = UnsetProviderIds.tokens(tx);
          return tx.one(
                  "SELECT count(*), min(due_at), "
                      + SuspicionRows.COUNT
                      + """
                             , (SELECT count(*) FROM provider WHERE paused_until > ?),
                             (SELECT count(*) FROM provider WHERE degraded_since IS NOT NULL)
                        FROM delivery WHERE due_at IS NOT NULL
                      """,
                  row ->
                      new QueueStatus(
                          row.getLong(1),
                          Optional.ofNullable(Tx.nullableLong(row, 2)).map(Instant::ofEpochMilli),
                          row.getLong(3),
                          row.getLong(4),
                          row.getLong(5),
                          withoutProvider),
                  now.toEpochMilli())
              .orElseThrow();
        });
  }
}

package dev.rollcall.storage;

import dev.rollcall.account.Caller;
import dev.rollcall.delivery.ApnsEnvironment;
import dev.rollcall.delivery.ContextJson;
import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.Delivery.Notice;
import dev.rollcall.delivery.Delivery.Reached;
import dev.rollcall.delivery.DeliveryQueue;
import dev.rollcall.delivery.Ending;
import dev.rollcall.delivery.Fanout;
import dev.rollcall.delivery.Fanout.Way;
import dev.rollcall.delivery.Message;
import dev.rollcall.delivery.MessageJson;
import dev.rollcall.delivery.NewNotification;
import dev.rollcall.delivery.NewNotification.Once;
import dev.rollcall.delivery.News;
import dev.rollcall.delivery.Outcome;
import dev.rollcall.delivery.Report;
import dev.rollcall.delivery.State;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The queue of deliveries in SQL.
///
/// A delivery is due at a time; who takes it on moves that time ahead. Should the taker die, the
/// delivery is simply due again.
class SqlDeliveryQueue implements DeliveryQueue {
  private static final int AT_ONCE = 2_000;
  private static final int LOOKS = 20;
  private static final String CALLED_OFF = Outcome.OURS + ": called off";

  /// The urgency of a call; the others are 1 and 0.
  private static final long CALL = 2;

  private static final String DUE =
      """
      WITH due AS MATERIALIZED (
        SELECT notification AS no, n AS at FROM delivery
         WHERE provider = ? AND urgent = ? AND due_at <= ? ORDER BY due_at LIMIT ?%s)
      UPDATE delivery SET due_at = ?, attempts = attempts + 1, changed_at = ?
        FROM due WHERE notification = due.no AND n = due.at
      RETURNING notification, n, attempts
      """;

  private static final String REACHED =
      "SELECT d.n, e.environment, x.times, CASE WHEN p.degraded_since IS NULL THEN x.dead END, "
          + TokenRows.COLUMNS
          + """
            FROM delivery d
            JOIN push_token t ON t.user_id = d.user_id AND t.session_id = d.session_id
             AND t.channel = d.channel
            JOIN session s ON s.id = t.session_id
            LEFT JOIN apns_environment e ON e.app = t.app AND e.hash = t.hash
            LEFT JOIN suspicion x ON x.user_id = t.user_id AND x.session_id = t.session_id
             AND x.channel = t.channel AND x.registered_at = t.registered_at
            LEFT JOIN provider p ON p.no = x.provider
           WHERE d.notification = ? AND (s.expires_at IS NULL OR s.expires_at > ?) AND
          """;

  /// Whoever has lost the lease, and others have taken the delivery on since, has no say any more.
  private static final String OPEN =
      " WHERE notification = ? AND n = ? AND state = 'pending' AND attempts = ?";

  /// Whether there is anybody to tell of an end.
  private static final String TOLD = " RETURNING " + WebhookRows.ANY;

  private record Claimed(long notification, long n, int attempts) {}

  private final Database db;

  SqlDeliveryQueue(Database db) {
    this.db = db;
  }

  @Override
  public Accepted accept(
      Caller.BackEnd caller, NewNotification notification, String id, Instant now) {
    return db.write(
        "accepting a notification",
        tx -> {
          long app = Access.app(tx, caller).no();
          var earlier = earlier(tx, app, notification);
          if (earlier.isPresent()) {
            return earlier.get();
          }
          var target = Recipients.text(tx, app, notification.target(), now);
          return insert(tx, app, notification, target, id, now)
              ? new Accepted(id, false)
              : earlier(tx, app, notification).orElseThrow();
        });
  }

  private static Optional<Accepted> earlier(Tx tx, long app, NewNotification notification)
      throws SQLException {
    if (notification.once().isEmpty()) {
      return Optional.empty();
    }
    var once = notification.once().get();
    return tx.one(
        "SELECT id, request FROM notification WHERE app = ? AND once = ?",
        row -> same(once, row),
        app,
        once.key());
  }

  private static Accepted same(Once once, ResultSet row) throws SQLException {
    if (!Arrays.equals(once.request(), row.getBytes(2))) {
      throw new Problem(
          Code.ERR_IDEMPOTENCY_KEY_REUSED,
          "This Idempotency-Key came with another request before; make a new one for each"
              + " notification");
    }
    return new Accepted(row.getString(1), true);
  }

  private static boolean insert(
      Tx tx, long app, NewNotification notification, String target, String id, Instant now)
      throws SQLException {
    var message = notification.message();
    var context = notification.context();
    long at = now.toEpochMilli();
    return tx.update(
            """
            INSERT INTO notification
              (id, app, message, context, target, place, urgent, turn, created_at, expires_at,
               users, unknown, silenced, unreachable, deliveries, once, request)
            VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, 0, 0, 0, 0, 0, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            id,
            app,
            MessageJson.text(message),
            context == null ? null : ContextJson.text(context),
            target,
            urgency(message),
            at,
            at,
            at + message.ttl().toMillis(),
            notification.once().map(Once::key).orElse(null),
            notification.once().map(Once::request).orElse(null))
        == 1;
  }

  private static long urgency(Message message) {
    if (message.kind() == Message.Kind.VOIP) {
      return CALL;
    }
    return message.priority() == Message.Priority.HIGH ? 1 : 0;
  }

  @Override
  public long app(Caller.BackEnd caller) {
    return db.readOnce("letting a back end in", tx -> Access.app(tx, caller).no());
  }

  @Override
  public Preview preview(
      Caller.BackEnd caller, NewNotification notification, int most, Duration unseen, Instant now) {
    return db.read(
        "looking up recipients",
        tx -> {
          long app = Access.app(tx, caller).no();
          var target = Recipients.text(tx, app, notification.target(), now);
          return new Recipients(tx, app, unseen, now).preview(notification, target, most);
        });
  }

  @Override
  public boolean restore(Caller.BackEnd caller, TokenId token, Instant now) {
    return db.write(
        "restoring a push token",
        tx -> {
          long app = Access.app(tx, caller).no();
          Locks.userOfSession(tx, token.sessionId());
          return TokenNews.restore(tx, app, token, now);
        });
  }

  @Override
  public boolean search(int most, Duration unseen, Instant now) {
    var waiting =
        db.readOnce(
            "looking for notifications without recipients",
            tx ->
                tx.one("SELECT 1 FROM notification WHERE turn IS NOT NULL LIMIT 1", row -> true)
                    .isPresent());
    return waiting
        && db.write("finding recipients", tx -> Recipients.search(tx, most, unseen, now));
  }

  @Override
  public List<Long> ready(Instant now) {
    return db.readOnce(
        "looking for deliveries that are due",
        tx ->
            tx.list(
                """
                SELECT p.no FROM provider p
                 WHERE (p.paused_until IS NULL OR p.paused_until <= ?)
                   AND EXISTS (
                     SELECT 1 FROM delivery d
                      WHERE d.provider = p.no AND d.urgent IN (0, 1, 2) AND d.due_at <= ?)
                 ORDER BY p.no
                """,
                row -> row.getLong(1),
                now.toEpochMilli(),
                now.toEpochMilli()));
  }

  @Override
  public List<Delivery> claim(long provider, int most, Instant until, Instant now) {
    return db.write(
        "taking on deliveries",
        tx -> {
          int allowed = ProviderPace.allowed(tx, provider, most, now);
          if (allowed == 0) {
            return List.of();
          }
          var all = new ArrayList<Delivery>();
          // What ends here, or goes elsewhere, takes nobody's place.
          for (int looks = 0; looks < LOOKS && all.isEmpty(); looks++) {
            var claimed = due(tx, provider, allowed, until, now);
            if (claimed.isEmpty()) {
              break;
            }
            all.addAll(deliveries(tx, provider, claimed, now));
          }
          ProviderPace.use(tx, provider, all.size(), now);
          return all;
        });
  }

  /// Calls first.
  private static List<Claimed> due(Tx tx, long provider, int most, Instant until, Instant now)
      throws SQLException {
    var claimed = new ArrayList<Claimed>();
    for (long urgent = CALL; urgent >= 0 && claimed.size() < most; urgent--) {
      claimed.addAll(due(tx, provider, urgent, most - claimed.size(), until, now));
    }
    return claimed;
  }

  private static List<Claimed> due(
      Tx tx, long provider, long urgent, int most, Instant until, Instant now) throws SQLException {
    return tx.updateReturning(
        DUE.formatted(tx.locks() ? " FOR UPDATE SKIP LOCKED" : ""),
        row -> new Claimed(row.getLong(1), row.getLong(2), row.getInt(3)),
        provider,
        urgent,
        now.toEpochMilli(),
        most,
        until.toEpochMilli(),
        now.toEpochMilli());
  }

  /// What was taken on, without what ends here: what was called off, or has no provider any more;
  /// and without what goes to another one, since its token was registered again for that.
  private static List<Delivery> deliveries(Tx tx, long provider, List<Claimed> claimed, Instant now)
      throws SQLException {
    var byNotification = new HashMap<Long, List<Claimed>>();
    for (var one : claimed) {
      byNotification.computeIfAbsent(one.notification(), no -> new ArrayList<>()).add(one);
    }
    var ways = new HashMap<Long, List<Way>>();
    var all = new ArrayList<Delivery>();
    for (var entry : byNotification.entrySet()) {
      var notice = notice(tx, entry.getKey());
      if (!ways.containsKey(notice.app())) {
        ways.put(notice.app(), Recipients.ways(tx, notice.app()));
      }
      var reached = reached(tx, entry.getKey(), entry.getValue(), now);
      for (var one : entry.getValue()) {
        var to = Optional.ofNullable(reached.get(one.n()));
        var delivery = new Delivery(notice, one.n(), provider, one.attempts() - 1, to);
        if (notice.cancelled()) {
          end(tx, delivery, new Ending.Failed(State.CANCELLED, CALLED_OFF), now);
        } else if (to.isEmpty()) {
          all.add(delivery);
        } else {
          var way = Fanout.way(to.get().token(), ways.getOrDefault(notice.app(), List.of()));
          if (way.isPresent() && way.get().provider() == provider) {
            all.add(delivery);
          } else {
            turnOver(tx, delivery, way, now);
          }
        }
      }
    }
    return all;
  }

  private static void turnOver(Tx tx, Delivery delivery, Optional<Way> way, Instant now)
      throws SQLException {
    tx.update(
        "UPDATE delivery SET provider = ?" + OPEN,
        way.map(Way::provider).orElse(0L),
        delivery.notice().no(),
        delivery.n(),
        delivery.attempt() + 1L);
    end(
        tx,
        delivery,
        way.isPresent()
            ? new Ending.Deferred(now)
            : new Ending.Failed(State.NO_PROVIDER, Recipients.NO_PROVIDER),
        now);
  }

  private static Notice notice(Tx tx, long no) throws SQLException {
    return tx.one(
            "SELECT no, id, app, message, created_at, cancelled_at FROM notification WHERE no = ?",
            row ->
                new Notice(
                    row.getLong(1),
                    row.getString(2),
                    row.getLong(3),
                    MessageJson.read(row.getString(4)),
                    Instant.ofEpochMilli(row.getLong(5)),
                    Access.nullableLong(row, 6) != null),
            no)
        .orElseThrow();
  }

  private static Map<Long, Reached> reached(
      Tx tx, long notification, List<Claimed> claimed, Instant now) throws SQLException {
    var all = new HashMap<Long, Reached>();
    tx.list(
            REACHED + Among.these(tx, "d.n"),
            row -> Map.entry(row.getLong(1), reached(row)),
            notification,
            now.toEpochMilli(),
            Among.numbers(tx, claimed.stream().map(Claimed::n).toList()))
        .forEach(it -> all.put(it.getKey(), it.getValue()));
    return all;
  }

  private static Reached reached(ResultSet row) throws SQLException {
    var environment = row.getString(2);
    return new Reached(
        TokenRows.read(row, 5),
        environment == null ? null : ApnsEnvironment.of(environment).orElseThrow(),
        Access.nullableLong(row, 3) != null,
        row.getLong(4) == 1);
  }

  @Override
  public void finish(Delivery delivery, Ending ending, List<News> news, long version, Instant now) {
    db.write(
        "noting the end of a delivery",
        tx -> {
          end(tx, delivery, ending, now);
          for (var one : news) {
            TokenNews.take(tx, delivery, one, version, now);
          }
          return true;
        });
  }

  private static void end(Tx tx, Delivery delivery, Ending ending, Instant now)
      throws SQLException {
    long no = delivery.notice().no();
    long at = now.toEpochMilli();
    long attempts = delivery.attempt() + 1L;
    switch (ending) {
      // However it was called meanwhile, it has gone out.
      case Ending.Accepted(var receipt) ->
          tell(
              tx,
              delivery,
              tx.updateReturning(
                  """
                  UPDATE delivery
                     SET due_at = NULL, state = 'accepted', reason = NULL, receipt = ?,
                         changed_at = ?
                   WHERE notification = ? AND n = ? AND state <> 'accepted'
                  """
                      + TOLD,
                  row -> row.getBoolean(1),
                  receipt,
                  at,
                  no,
                  delivery.n()));
      case Ending.Failed(var state, var reason) ->
          tell(
              tx,
              delivery,
              tx.updateReturning(
                  "UPDATE delivery SET due_at = NULL, state = ?, reason = ?, changed_at = ?"
                      + OPEN
                      + TOLD,
                  row -> row.getBoolean(1),
                  state.word(),
                  reason,
                  at,
                  no,
                  delivery.n(),
                  attempts));
      case Ending.Again(var due, var reason) ->
          tx.update(
              "UPDATE delivery SET due_at = ?, reason = ?, changed_at = ?" + OPEN,
              due.toEpochMilli(),
              reason,
              at,
              no,
              delivery.n(),
              attempts);
      // It was not tried, so it does not count.
      case Ending.Deferred(var due) ->
          tx.update(
              "UPDATE delivery SET due_at = ?, attempts = attempts - 1" + OPEN,
              due.toEpochMilli(),
              no,
              delivery.n(),
              attempts);
    }
  }

  /// `webhooks` is empty when nothing has ended.
  private static void tell(Tx tx, Delivery delivery, List<Boolean> webhooks) throws SQLException {
    if (webhooks.contains(true)) {
      WebhookRows.note(tx, List.of(ended(delivery)));
    }
  }

  static WebhookRows.End ended(Delivery delivery) {
    return new WebhookRows.End(
        delivery.notice().no(), delivery.n(), delivery.reached().map(Reached::token).orElse(null));
  }

  @Override
  public Optional<Report> report(Caller.BackEnd caller, String id, long from, int most) {
    return db.read(
        "reading a notification",
        tx -> {
          long app = Access.app(tx, caller).no();
          var no =
              tx.one(
                  "SELECT no FROM notification WHERE app = ? AND id = ?",
                  row -> row.getLong(1),
                  app,
                  id);
          return no.isEmpty() ? Optional.empty() : Optional.of(report(tx, no.get(), from, most));
        });
  }

  private static Report report(Tx tx, long no, long from, int most) throws SQLException {
    var counts = new EnumMap<State, Long>(State.class);
    tx.list(
            "SELECT state, count(*) FROM delivery WHERE notification = ? GROUP BY state",
            row -> Map.entry(State.of(row.getString(1)), row.getLong(2)),
            no)
        .forEach(it -> counts.put(it.getKey(), it.getValue()));
    var lines =
        tx.list(
            """
            SELECT d.n, d.session_id, d.channel, u.uid, p.id, d.state, d.reason, d.attempts,
                   d.receipt, d.changed_at, d.due_at
              FROM delivery d
              LEFT JOIN app_user u ON u.id = d.user_id AND u.created_at <= d.changed_at
               AND u.app = (SELECT app FROM notification WHERE no = d.notification)
              LEFT JOIN provider p ON p.no = d.provider
             WHERE d.notification = ? AND d.n >= ?
             ORDER BY d.n LIMIT ?
            """,
            SqlDeliveryQueue::line,
            no,
            from,
            most);
    return tx.one(
            """
            SELECT id, created_at, expires_at, cancelled_at, turn, users, unknown, silenced,
                   unreachable
              FROM notification WHERE no = ?
            """,
            row ->
                new Report(
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3),
                    Access.nullableLong(row, 4) != null,
                    Access.nullableLong(row, 5) != null,
                    row.getLong(6),
                    row.getLong(7),
                    row.getLong(8),
                    row.getLong(9),
                    counts,
                    lines),
            no)
        .orElseThrow();
  }

  private static Report.Line line(ResultSet row) throws SQLException {
    return new Report.Line(
        row.getLong(1),
        new TokenId(row.getLong(2), Channel.of(row.getString(3))),
        row.getString(4),
        row.getString(5),
        State.of(row.getString(6)),
        row.getString(7),
        row.getInt(8),
        row.getString(9),
        row.getLong(10),
        Access.nullableLong(row, 11));
  }

  @Override
  public boolean cancel(Caller.BackEnd caller, String id, Instant now) {
    return db.write(
        "calling a notification off",
        tx -> {
          long app = Access.app(tx, caller).no();
          var no =
              tx.one(
                  "SELECT no FROM notification WHERE app = ? AND id = ?"
                      + (tx.locks() ? " FOR NO KEY UPDATE" : ""),
                  row -> row.getLong(1),
                  app,
                  id);
          if (no.isPresent()) {
            // What has ended has ended.
            tx.update(
                """
                UPDATE notification
                   SET cancelled_at = coalesce(cancelled_at, ?), turn = NULL, target = NULL,
                       place = NULL
                 WHERE no = ? AND (turn IS NOT NULL OR EXISTS (
                   SELECT 1 FROM delivery d WHERE d.notification = no AND d.due_at IS NOT NULL))
                """,
                now.toEpochMilli(),
                no.get());
            // What has not come up yet; the rest is told when its turn comes.
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
  public void pause(long provider, long version, @Nullable String host, Instant until) {
    db.write(
        "pausing a provider",
        tx ->
            host == null
                ? tx.update(
                    """
                    UPDATE provider SET paused_until = ?
                     WHERE no = ? AND version = ? AND (paused_until IS NULL OR paused_until < ?)
                    """,
                    until.toEpochMilli(),
                    provider,
                    version,
                    until.toEpochMilli())
                : tx.update(
                    """
                    INSERT INTO host_pause (provider, host, until) VALUES (?, ?, ?)
                    ON CONFLICT (provider, host) DO UPDATE SET until = excluded.until
                     WHERE host_pause.until < excluded.until
                    """,
                    provider,
                    host,
                    until.toEpochMilli()));
  }

  @Override
  public Map<String, Instant> pausedHosts(long provider, Instant now) {
    return db.readOnce(
        "reading which hosts are paused",
        tx -> {
          var paused = new HashMap<String, Instant>();
          tx.list(
                  "SELECT host, until FROM host_pause WHERE provider = ? AND until > ?",
                  row -> Map.entry(row.getString(1), Instant.ofEpochMilli(row.getLong(2))),
                  provider,
                  now.toEpochMilli())
              .forEach(it -> paused.put(it.getKey(), it.getValue()));
          return paused;
        });
  }

  @Override
  public boolean degrade(long provider, long version, Instant now) {
    return db.write(
        "stopping to forget tokens",
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
    return db.write("forgetting dead tokens", tx -> TokenNews.retire(tx, before, most, now));
  }

  @Override
  public int tidy(Instant before, int most) {
    var ended =
        db.scan(
            "looking for notifications that have ended",
            tx ->
                tx.list(
                    """
                    SELECT no FROM notification o
                     WHERE created_at < ? AND turn IS NULL AND NOT EXISTS (
                       SELECT 1 FROM delivery d WHERE d.notification = o.no AND d.due_at IS NOT NULL)
                     ORDER BY created_at LIMIT ?
                    """,
                    row -> row.getLong(1),
                    before.toEpochMilli(),
                    most));
    for (var no : ended) {
      db.writeInParts("removing deliveries that have ended", AT_ONCE, tx -> removeSome(tx, no));
    }
    return ended.size();
  }

  private static int removeSome(Tx tx, long notification) throws SQLException {
    int gone =
        tx.update(
            """
            DELETE FROM delivery WHERE notification = ? AND n IN (
              SELECT n FROM delivery WHERE notification = ? ORDER BY n LIMIT ?)
            """,
            notification,
            notification,
            AT_ONCE);
    if (gone < AT_ONCE) {
      tx.update(
          """
          DELETE FROM notification
           WHERE no = ? AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notification = no)
          """,
          notification);
    }
    return gone;
  }

  @Override
  public void sweep(Instant before, Instant now) {
    for (var provider : db.read("looking for providers that are gone", SqlDeliveryQueue::gone)) {
      db.writeInParts("ending deliveries", AT_ONCE, tx -> endSome(tx, provider, now));
    }
    db.write("tidying up after deliveries", tx -> sweep(tx, before, now));
  }

  /// Looks at one due delivery of each provider, instead of all of them.
  private static List<Long> gone(Tx tx) throws SQLException {
    return tx.list(
        """
        WITH RECURSIVE p (no) AS (
          SELECT min(provider) FROM delivery WHERE due_at IS NOT NULL
           UNION ALL
          SELECT (SELECT min(d.provider) FROM delivery d
                   WHERE d.provider > p.no AND d.due_at IS NOT NULL)
            FROM p WHERE p.no IS NOT NULL)
        SELECT p.no FROM p
         WHERE p.no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM provider o WHERE o.no = p.no)
        """,
        row -> row.getLong(1));
  }

  /// Those whose tokens another provider reaches go there; what is in flight comes up later.
  private static int endSome(Tx tx, long provider, Instant now) throws SQLException {
    var waiting = due(tx, provider, AT_ONCE, now, now);
    for (var delivery : deliveries(tx, provider, waiting, now)) {
      end(tx, delivery, new Ending.Failed(State.NO_PROVIDER, Recipients.NO_PROVIDER), now);
    }
    return waiting.size();
  }

  private static int sweep(Tx tx, Instant before, Instant now) throws SQLException {
    return tx.update("DELETE FROM suspicion WHERE last_at < ? AND dead = 0", before.toEpochMilli())
        + tx.update(
            """
            DELETE FROM suspicion
             WHERE NOT EXISTS (SELECT 1 FROM provider p WHERE p.no = suspicion.provider)
            """)
        + tx.update(
            """
            DELETE FROM apns_environment
             WHERE learned_at < ? AND NOT EXISTS (
               SELECT 1 FROM push_token t
                WHERE t.app = apns_environment.app AND t.channel IN ('apns', 'apns-voip')
                  AND t.hash = apns_environment.hash)
            """,
            before.toEpochMilli())
        + tx.update("DELETE FROM host_pause WHERE until < ?", now.toEpochMilli());
  }

  @Override
  public Depth depth(Instant now) {
    return db.tally(
        "counting deliveries that wait",
        tx ->
            tx.one(
                    """
                    SELECT count(*), min(due_at), (SELECT count(*) FROM suspicion),
                           (SELECT count(*) FROM provider WHERE paused_until > ?),
                           (SELECT count(*) FROM provider WHERE degraded_since IS NOT NULL)
                      FROM delivery WHERE due_at IS NOT NULL
                    """,
                    row ->
                        new Depth(
                            row.getLong(1),
                            Optional.ofNullable(Access.nullableLong(row, 2))
                                .map(Instant::ofEpochMilli),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5)),
                    now.toEpochMilli())
                .orElseThrow());
  }
}

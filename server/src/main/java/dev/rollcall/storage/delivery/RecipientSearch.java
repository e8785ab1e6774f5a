package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.DeliveryQueue.Planned;
import dev.rollcall.delivery.DeliveryQueue.Preview;
import dev.rollcall.delivery.Fanout;
import dev.rollcall.delivery.Fanout.Choice;
import dev.rollcall.delivery.Fanout.ProviderRef;
import dev.rollcall.message.ContextJson;
import dev.rollcall.message.Message;
import dev.rollcall.message.MessageJson;
import dev.rollcall.message.NewNotification;
import dev.rollcall.message.StoredTarget;
import dev.rollcall.message.Target;
import dev.rollcall.preference.Context;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.AppRows;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.DeliveryRows;
import dev.rollcall.storage.rows.PreferenceRows;
import dev.rollcall.storage.rows.ProviderRows;
import dev.rollcall.storage.rows.SuspicionRows;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the recipients of a notification, one page at a time, and chooses the tokens to send to.
final class RecipientSearch {
  private static final String SELECT_SEARCH =
      """
      SELECT no, app, message, context, target, search_cursor, deliveries, urgent FROM notification
       WHERE no = ?
      """;

  /// The most notifications for which one transaction finds recipients.
  private static final int MAX_NOTIFICATIONS = 100;

  /// One page of a target: the users found, the number of uids without a user, and the cursor of
  /// the next page. `next` is null on the last page.
  private record Page(List<Long> users, long unknown, @Nullable String next) {}

  /// The result for one page: how many of its users have muted the notification, and the tokens
  /// chosen for the others.
  private record PageResult(Page page, long silenced, Map<Long, List<Choice>> choices) {
    long unreachable() {
      return page.users().size() - silenced - choices.size();
    }
  }

  private record Search(
      long no,
      long app,
      Message message,
      @Nullable Context context,
      StoredTarget target,
      String cursor,
      long deliveries,
      long urgent) {}

  private final Tx tx;
  private final long app;
  private final Map<Long, List<ProviderRef>> providers;
  private final Duration unseen;
  private final Instant now;

  RecipientSearch(Tx tx, long app, Duration unseen, Instant now) {
    this(tx, app, new HashMap<>(), unseen, now);
  }

  /// `providers` caches the providers of each app during one transaction.
  private RecipientSearch(
      Tx tx, long app, Map<Long, List<ProviderRef>> providers, Duration unseen, Instant now) {
    this.tx = tx;
    this.app = app;
    this.providers = providers;
    this.unseen = unseen;
    this.now = now;
  }

  /// Converts a target to its stored form. Refuses a session or token that does not exist.
  static StoredTarget stored(Tx tx, long app, Target target, Instant now) throws SQLException {
    return switch (target) {
      case Target.Everyone everyone -> new StoredTarget.Everyone();
      case Target.Users(var uids) -> new StoredTarget.Users(uids);
      case Target.OneSession(var ref) ->
          new StoredTarget.OneSession(
              CallerCheck.sessionByRef(tx, AppRows.byNumber(tx, app), ref, now).id());
      case Target.OneToken(var id) -> {
        requireToken(tx, app, id, now);
        yield new StoredTarget.OneToken(id);
      }
    };
  }

  private static void requireToken(Tx tx, long app, TokenId id, Instant now) throws SQLException {
    var _ =
        tx.one(
                """
                SELECT 1 FROM session s JOIN push_token t
                  ON t.user_id = s.user_id AND t.session_id = s.id AND t.channel = ?
                 WHERE s.id = ? AND t.app = ? AND (s.expires_at IS NULL OR s.expires_at > ?)
                """,
                row -> true,
                id.channel().wireName(),
                id.sessionId(),
                app,
                now.toEpochMilli())
            .orElseThrow(TokenId::unknown);
  }

  /// Finds up to `most` users of the next notifications and queues their deliveries. These may be
  /// the users of one large notification or of many small ones. Returns false if no notification
  /// was waiting.
  static boolean search(Tx tx, int most, Duration unseen, Instant now) throws SQLException {
    var waiting =
        tx.list(
            """
            SELECT no FROM notification
             WHERE search_at IS NOT NULL ORDER BY urgent DESC, search_at LIMIT ?
            """
                + tx.dialect().skipLocked(),
            row -> row.getLong(1),
            MAX_NOTIFICATIONS);
    var providers = new HashMap<Long, List<ProviderRef>>();
    var rows = new ArrayList<DeliveryRows.Row>();
    int left = most;
    for (var no : waiting) {
      if (left > 0) {
        var search = tx.one(SELECT_SEARCH, RecipientSearch::read, no).orElseThrow();
        var recipients = new RecipientSearch(tx, search.app(), providers, unseen, now);
        left -= Math.max(1, recipients.queue(search, left, rows));
      }
    }
    DeliveryRows.insert(tx, rows);
    return !waiting.isEmpty();
  }

  private static Search read(ResultSet row) throws SQLException {
    var context = row.getString(4);
    return new Search(
        row.getLong(1),
        row.getLong(2),
        MessageJson.read(row.getString(3)),
        context == null ? null : ContextJson.read(context),
        StoredTarget.read(row.getString(5)),
        row.getString(6),
        row.getLong(7),
        row.getLong(8));
  }

  /// Returns the number of users found.
  private int queue(Search search, int most, List<DeliveryRows.Row> rows) throws SQLException {
    var found =
        find(
            search.message().kind(),
            search.context(),
            page(search.target(), search.cursor(), most),
            search.target());
    long index = search.deliveries();
    for (var user : found.choices().values()) {
      for (var choice : user) {
        rows.add(
            new DeliveryRows.Row(
                search.no(), index++, choice, search.urgent(), now.toEpochMilli()));
      }
    }
    var next = found.page().next();
    tx.update(
        """
        UPDATE notification
           SET search_at = ?, target = CASE WHEN ? THEN target END, search_cursor = ?, users = users + ?,
               unknown = unknown + ?, silenced = silenced + ?, unreachable = unreachable + ?,
               deliveries = ?
         WHERE no = ?
        """,
        next == null ? null : now.toEpochMilli(),
        next != null,
        next,
        (long) found.page().users().size(),
        found.page().unknown(),
        found.silenced(),
        found.unreachable(),
        index,
        search.no());
    return found.page().users().size();
  }

  Preview preview(NewNotification notification, StoredTarget target, int most) throws SQLException {
    var page = page(target, "", most);
    var found = find(notification.message().kind(), notification.context(), page, target);
    var planned = new ArrayList<Planned>();
    for (var user : found.choices().values()) {
      for (var choice : user) {
        planned.add(
            new Planned(
                choice.token(),
                choice.provider().map(ProviderRef::number).orElse(0L),
                environment(choice)));
      }
    }
    return new Preview(
        page.users().size(), page.unknown(), found.silenced(), page.next() == null, planned);
  }

  private @Nullable ApnsEnvironment environment(Choice choice) throws SQLException {
    return tx.one(
            "SELECT environment FROM apns_environment WHERE app = ? AND hash = ?",
            row -> ApnsEnvironment.of(row.getString(1)).orElseThrow(),
            app,
            choice.token().value().hash())
        .orElse(null);
  }

  private Page page(StoredTarget target, String cursor, int most) throws SQLException {
    return switch (target) {
      case StoredTarget.Everyone everyone -> everyone(cursor, most);
      case StoredTarget.Users(var uids) -> named(uids, cursor, most);
      case StoredTarget.OneSession(var sessionId) -> userOf(sessionId);
      case StoredTarget.OneToken(var token) -> userOf(token.sessionId());
    };
  }

  private Page userOf(long sessionId) throws SQLException {
    var user =
        tx.one(
            """
            SELECT s.user_id FROM session s JOIN app_user u ON u.id = s.user_id
             WHERE s.id = ? AND u.app = ?
            """,
            row -> row.getLong(1),
            sessionId,
            app);
    return new Page(user.stream().toList(), 0, null);
  }

  private Page everyone(String after, int most) throws SQLException {
    var users =
        tx.list(
            """
            SELECT id, uid FROM app_user
             WHERE app = ? AND uid > ? AND deactivated_at IS NULL ORDER BY uid LIMIT ?
            """,
            row -> Map.entry(row.getLong(1), row.getString(2)),
            app,
            after,
            most);
    return new Page(
        users.stream().map(Map.Entry::getKey).toList(),
        0,
        users.size() < most ? null : users.getLast().getValue());
  }

  private Page named(List<String> uids, String cursor, int most) throws SQLException {
    int from = cursor.isEmpty() ? 0 : Integer.parseInt(cursor);
    int to = Math.min(uids.size(), from + most);
    var wanted = uids.subList(from, to);
    var users =
        tx.list(
            "SELECT id FROM app_user WHERE app = ? AND deactivated_at IS NULL AND "
                + tx.dialect().oneOf("uid"),
            row -> row.getLong(1),
            app,
            tx.dialect().texts(wanted));
    return new Page(
        users, wanted.size() - users.size(), to == uids.size() ? null : String.valueOf(to));
  }

  private PageResult find(
      Message.Kind kind, @Nullable Context context, Page page, StoredTarget target)
      throws SQLException {
    Set<Long> silenced =
        context == null ? Set.of() : PreferenceRows.silenced(tx, app, page.users(), context, now);
    var notSilenced = page.users().stream().filter(user -> !silenced.contains(user)).toList();
    var providers = providers();
    var choices = new LinkedHashMap<Long, List<Choice>>();
    tokens(notSilenced, target)
        .forEach(
            (user, tokens) -> {
              var chosen = Fanout.choose(kind, tokens, providers);
              if (!chosen.isEmpty()) {
                choices.put(user, chosen);
              }
            });
    return new PageResult(page, silenced.size(), choices);
  }

  private List<ProviderRef> providers() throws SQLException {
    var known = providers.get(app);
    if (known == null) {
      known = ProviderRows.refs(tx, app);
      providers.put(app, known);
    }
    return known;
  }

  /// The live tokens of these users, without those that a provider has declared dead. The answers
  /// of a degraded provider do not count.
  private Map<Long, List<PushToken>> tokens(List<Long> users, StoredTarget target)
      throws SQLException {
    var all = new LinkedHashMap<Long, List<PushToken>>();
    tx
        .list(
            "SELECT "
                + TokenRows.COLUMNS
                + """
                  FROM push_token t
                  JOIN session s ON s.id = t.session_id
                 WHERE
                """
                + SuspicionRows.NOT_DEAD
                + """
                   AND (s.expires_at IS NULL OR s.expires_at > ?)
                   AND
                """
                + TokenRows.ALIVE_AFTER
                + " AND "
                + tx.dialect().oneOf("t.user_id")
                + " ORDER BY t.user_id, t.session_id, t.channel",
            TokenRows::read,
            now.toEpochMilli(),
            now.minus(unseen).toEpochMilli(),
            now.minus(unseen).toEpochMilli(),
            tx.dialect().numbers(users))
        .stream()
        .filter(token -> target.includes(token))
        .forEach(token -> all.computeIfAbsent(token.userId(), id -> new ArrayList<>()).add(token));
    return all;
  }
}

package dev.rollcall.storage.rows;

import dev.rollcall.account.AuthToken;
import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.token.Channel;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenEvent;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.transfer.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows of the history of push tokens. Only the latest rows of a user are kept. Each new row may
/// also create webhook events.
public final class TokenEventRows {
  /// The number of rows that are kept for a user.
  private static final int KEPT = 200;

  /// The columns of `token_event e` that {@link #read} and {@link #exported} read.
  public static final String COLUMNS =
      "e.seq, e.at, e.kind, e.channel, e.token, e.session_id, e.actor, e.reason";

  /// What happened to a push token, and why.
  public record Event(PushToken token, Cause cause) {}

  /// A row without its number, which the database assigns.
  private record Row(
      long userId,
      long at,
      String kind,
      String channel,
      String token,
      long sessionId,
      String actor,
      String reason) {
    static Row of(PushToken token, Cause cause) {
      return new Row(
          token.userId(),
          cause.at().toEpochMilli(),
          cause.kind().wireName(),
          token.channel().wireName(),
          token.value().masked(),
          token.sessionId(),
          cause.actor(),
          cause.reason());
    }
  }

  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("token_event")
          .number("user_id", Row::userId)
          .number("at", Row::at)
          .text("kind", Row::kind)
          .text("channel", Row::channel)
          .text("token", Row::token)
          .number("session_id", Row::sessionId)
          .text("actor", Row::actor)
          .text("reason", Row::reason)
          .build();

  private static final String INSERT =
      """
      INSERT INTO token_event (%s, seq)
      SELECT %s, coalesce(max(seq), 0) + 1 FROM token_event WHERE user_id = ?
      RETURNING user_id, seq, %s
      """
          .formatted(WRITER.names(), WRITER.placeholders(), WebhookEventRows.ANY);

  private static final String INSERT_ALL =
      """
      INSERT INTO token_event (%1$s, seq)
      SELECT %1$s,
             coalesce((SELECT max(e.seq) FROM token_event e WHERE e.user_id = n.user_id), 0)
               + row_number() OVER (PARTITION BY n.user_id ORDER BY n.no)
        FROM %2$s WITH ORDINALITY AS n (%1$s, no)
      RETURNING user_id, seq, %3$s
      """
          .formatted(WRITER.names(), WRITER.unnest(), WebhookEventRows.ANY);

  private static final String INSERT_WITH_NUMBER =
      "INSERT INTO token_event (%s, seq) VALUES (%s, ?) ON CONFLICT (user_id, seq) DO NOTHING"
          .formatted(WRITER.names(), WRITER.placeholders());

  /// The number that the database assigned to a row, and whether a webhook may want to be notified.
  private record Inserted(long userId, long seq, boolean webhooks) {
    static Inserted read(ResultSet row) throws SQLException {
      return new Inserted(row.getLong(1), row.getLong(2), row.getBoolean(3));
    }
  }

  private TokenEventRows() {}

  private static TokenEvent read(ResultSet row, String uid) throws SQLException {
    return new TokenEvent(
        row.getLong(2),
        Kind.of(row.getString(3)),
        Channel.of(row.getString(4)),
        row.getString(5),
        AuthToken.handle(uid, row.getLong(6)),
        row.getString(7),
        row.getString(8));
  }

  public static Line.Event exported(ResultSet row, int first, String appId, String uid)
      throws SQLException {
    return new Line.Event(
        appId,
        uid,
        row.getLong(first),
        row.getLong(first + 1),
        row.getString(first + 2),
        row.getString(first + 3),
        row.getString(first + 4),
        Line.id(row.getLong(first + 5)),
        row.getString(first + 6),
        row.getString(first + 7));
  }

  /// The history of a user, the latest row first.
  public static List<TokenEvent> ofUser(Tx tx, long userId, String uid) throws SQLException {
    return tx.list(
        "SELECT " + COLUMNS + " FROM token_event e WHERE e.user_id = ? ORDER BY e.seq DESC",
        row -> read(row, uid),
        userId);
  }

  public static void insert(Tx tx, PushToken token, Cause cause) throws SQLException {
    insert(tx, UnsetProviderNote.added(tx, List.of(new Event(token, cause))).getFirst());
  }

  private static void insert(Tx tx, Event event) throws SQLException {
    var token = event.token();
    var cause = event.cause();
    var inserted =
        tx.updateReturning(
                INSERT,
                Inserted::read,
                argumentsAnd(WRITER.values(Row.of(token, cause)), token.userId()))
            .getFirst();
    if (inserted.seq() > KEPT) {
      tx.update(
          "DELETE FROM token_event WHERE user_id = ? AND seq <= ?",
          token.userId(),
          inserted.seq() - KEPT);
    }
    if (inserted.webhooks()) {
      WebhookEventRows.note(tx, token, cause);
    }
  }

  private static @Nullable Object[] argumentsAnd(@Nullable Object[] arguments, Object last) {
    var all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = last;
    return all;
  }

  /// Inserts the rows in this order, with one statement. PostgreSQL only.
  public static void insertAll(Tx tx, List<Event> given) throws SQLException {
    if (given.isEmpty()) {
      return;
    }
    var events = UnsetProviderNote.added(tx, given);
    var rows = events.stream().map(event -> Row.of(event.token(), event.cause())).toList();
    var inserted = tx.updateReturning(INSERT_ALL, Inserted::read, WRITER.arrays(rows));
    deleteOld(tx, inserted);
    if (inserted.getFirst().webhooks()) {
      for (var event : events) {
        WebhookEventRows.note(tx, event.token(), event.cause());
      }
    }
  }

  private static void deleteOld(Tx tx, List<Inserted> inserted) throws SQLException {
    var last = new HashMap<Long, Long>();
    inserted.forEach(it -> last.merge(it.userId(), it.seq(), Math::max));
    last.values().removeIf(seq -> seq <= KEPT);
    if (!last.isEmpty()) {
      var full = List.copyOf(last.entrySet());
      tx.update(
          """
          DELETE FROM token_event e USING unnest(%s, ?::bigint[]) AS old (user_id, seq)
           WHERE e.user_id = old.user_id AND e.seq <= old.seq
          """
              .formatted(Dialect.OPAQUE_NUMBERS),
          full.stream().mapToLong(Map.Entry::getKey).toArray(),
          full.stream().mapToLong(it -> it.getValue() - KEPT).toArray());
    }
  }

  /// Inserts a row of another database with its number there, if that number directly follows the
  /// user's latest one or the user has no rows. A higher number would push out the existing rows.
  /// Returns false if the row was not inserted.
  public static boolean insertExported(Tx tx, long userId, Line.Event event) throws SQLException {
    var row =
        new Row(
            userId,
            event.at(),
            event.event(),
            event.channel(),
            event.token(),
            Line.id(event.session()),
            event.actor(),
            event.reason());
    return follows(tx, userId, event)
        && tx.update(INSERT_WITH_NUMBER, argumentsAnd(WRITER.values(row), event.no())) == 1;
  }

  private static boolean follows(Tx tx, long userId, Line.Event event) throws SQLException {
    return tx.one(
            """
            SELECT 1 WHERE EXISTS (
                SELECT 1 FROM token_event WHERE user_id = ? AND seq = ? AND at <= ?)
                OR NOT EXISTS (SELECT 1 FROM token_event WHERE user_id = ?)
            """,
            row -> true,
            userId,
            event.no() - 1,
            event.at(),
            userId)
        .isPresent();
  }

  public static void deleteOfUser(Tx tx, long userId) throws SQLException {
    tx.update("DELETE FROM token_event WHERE user_id = ?", userId);
  }
}

package dev.rollcall.storage.transfer;

import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.transfer.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads every row for an export, some users at a time: apps and keys first, then each user with
/// its sessions, its history and its push tokens.
final class ExportReader {
  // One user may have a hundred sessions with three tokens each and 200 lines of history.
  private static final int USERS = 100;

  /// A row, with the user it belongs to.
  private record OfUser(long userId, Line.Row row) {}

  /// A user's row, and what follows it.
  private record Whole(Line.User user, List<Line.Row> rows) {}

  private final Tx tx;
  private final Optional<String> appId;

  ExportReader(Tx tx, Optional<String> appId) {
    this.tx = tx;
    this.appId = appId;
  }

  void read(Consumer<Line.Row> to) throws SQLException {
    apps().forEach(to);
    keys().forEach(to);
    long last = 0;
    for (var users = users(last); !users.isEmpty(); users = users(last)) {
      long first = users.firstEntry().getKey();
      last = users.lastEntry().getKey();
      addTo(users, sessions(first, last));
      addTo(users, events(first, last));
      addTo(users, tokens(first, last));
      for (var user : users.values()) {
        to.accept(user.user());
        user.rows().forEach(to);
      }
    }
  }

  private static void addTo(Map<Long, Whole> users, List<OfUser> rows) {
    for (var row : rows) {
      users.get(row.userId()).rows().add(row.row());
    }
  }

  private List<Line.Row> apps() throws SQLException {
    return list(
        "SELECT id, region, token_policy, created_at FROM app a WHERE TRUE",
        "ORDER BY no",
        row -> new Line.App(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)));
  }

  private List<Line.Row> keys() throws SQLException {
    return list(
        "SELECT a.id, k.scope, k.hash, k.created_at FROM app_key k JOIN app a ON a.no = k.app"
            + " WHERE TRUE",
        "ORDER BY k.app, k.scope, k.hash",
        row ->
            new Line.Key(
                row.getString(1), row.getString(2), Line.hash(row.getBytes(3)), row.getLong(4)));
  }

  // The + keeps SQLite from going through all users of an app for each page of them.
  private LinkedHashMap<Long, Whole> users(long after) throws SQLException {
    var users = new LinkedHashMap<Long, Whole>();
    list(
            """
            SELECT u.id, a.id, u.uid, u.name, u.avatar, u.link, u.role, u.status_message,
                   u.metadata, u.tags, u.created_at, u.updated_at, u.deactivated_at
              FROM app_user u JOIN app a ON a.no = +u.app
             WHERE u.id > ?
            """,
            "ORDER BY u.id LIMIT " + USERS,
            row -> Map.entry(row.getLong(1), user(row)),
            after)
        .forEach(it -> users.put(it.getKey(), new Whole(it.getValue(), new ArrayList<>())));
    return users;
  }

  private static Line.User user(ResultSet row) throws SQLException {
    var tags = row.getString(10);
    return new Line.User(
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        tags.isEmpty() ? null : List.of(tags.split(UserRows.TAG_SEPARATOR)),
        row.getLong(11),
        row.getLong(12),
        CallerCheck.nullableLong(row, 13));
  }

  private List<OfUser> sessions(long first, long last) throws SQLException {
    return ofUsers(
        """
        SELECT s.user_id, a.id, u.uid, s.id, s.hash, s.platform, s.resource, s.device_id, s.sdk,
               s.created_at, s.last_seen, s.expires_at
          FROM session s
        """,
        "s",
        "s.id",
        row ->
            new Line.Session(
                row.getString(2),
                row.getString(3),
                Line.id(row.getLong(4)),
                Line.hash(row.getBytes(5)),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getLong(10),
                row.getLong(11),
                CallerCheck.nullableLong(row, 12)),
        first,
        last);
  }

  private List<OfUser> events(long first, long last) throws SQLException {
    return ofUsers(
        """
        SELECT e.user_id, a.id, u.uid, e.seq, e.at, e.kind, e.channel, e.token, e.session_id,
               e.actor, e.reason
          FROM token_event e
        """,
        "e",
        "e.seq",
        row ->
            new Line.Event(
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getLong(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                Line.id(row.getLong(9)),
                row.getString(10),
                row.getString(11)),
        first,
        last);
  }

  private List<OfUser> tokens(long first, long last) throws SQLException {
    return ofUsers(
        """
        SELECT t.user_id, a.id, u.uid, t.session_id, t.channel, t.value, t.push_platform,
               t.provider_id, t.timezone, t.device_key, t.sequence, t.subscription, t.created_at,
               t.registered_at
          FROM push_token t
        """,
        "t",
        "t.session_id, t.channel",
        row ->
            new Line.Token(
                row.getString(2),
                row.getString(3),
                Line.id(row.getLong(4)),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                CallerCheck.nullableLong(row, 11),
                row.getString(12),
                row.getLong(13),
                row.getLong(14)),
        first,
        last);
  }

  private List<OfUser> ofUsers(
      String select, String table, String order, Tx.Row<Line.Row> read, long first, long last)
      throws SQLException {
    return list(
        select
            + " JOIN app_user u ON u.id = %s.user_id JOIN app a ON a.no = u.app".formatted(table)
            + " WHERE %s.user_id BETWEEN ? AND ?".formatted(table),
        "ORDER BY %s.user_id, %s".formatted(table, order),
        row -> new OfUser(row.getLong(1), read.read(row)),
        first,
        last);
  }

  private <T> List<T> list(
      String select, String order, Tx.Row<? extends T> read, @Nullable Object... arguments)
      throws SQLException {
    var all = new ArrayList<@Nullable Object>(List.of(arguments));
    appId.ifPresent(all::add);
    var ofApp = appId.isEmpty() ? " " : " AND a.id = ? ";
    return tx.list(select + ofApp + order, read::read, all.toArray());
  }
}

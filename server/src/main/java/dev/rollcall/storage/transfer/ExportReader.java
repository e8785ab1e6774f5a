package dev.rollcall.storage.transfer;

import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.AppKeyRows;
import dev.rollcall.storage.rows.AppRows;
import dev.rollcall.storage.rows.DeviceUseRows;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.TokenEventRows;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.transfer.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads every row for an export, some users at a time: apps and keys first, then each user with
/// its sessions, its history, the use of its devices' names and its push tokens.
final class ExportReader {
  // One user may have a hundred sessions with three tokens each and 200 lines of history.
  private static final int USERS = 100;

  /// A row and its user.
  private record OfUser(long userId, Line.Row row) {}

  /// A user's row, and the rows that follow it in the export.
  private record UserWithRows(Line.User user, List<Line.Row> rows) {}

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
      // An import needs them before the push tokens: a name that is shared replaces none.
      addTo(users, devices(first, last));
      addTo(users, tokens(first, last));
      for (var user : users.values()) {
        to.accept(user.user());
        user.rows().forEach(to);
      }
    }
  }

  private static void addTo(Map<Long, UserWithRows> users, List<OfUser> rows) {
    for (var row : rows) {
      Objects.requireNonNull(users.get(row.userId())).rows().add(row.row());
    }
  }

  private List<Line.App> apps() throws SQLException {
    return list(
        "SELECT " + AppRows.COLUMNS + " FROM app a WHERE TRUE",
        "ORDER BY a.no",
        row -> {
          var app = AppRows.read(row, 1);
          return new Line.App(app.id(), app.region(), app.policy().wireName(), app.createdAt());
        });
  }

  private List<Line.Key> keys() throws SQLException {
    return list(
        "SELECT a.id, "
            + AppKeyRows.EXPORTED
            + " FROM app_key k JOIN app a ON a.no = k.app WHERE TRUE",
        "ORDER BY k.app, k.scope, k.hash",
        row -> AppKeyRows.exported(row, 2, row.getString(1)));
  }

  // The + stops SQLite from using the index of the app, with which it would read all users of the
  // app for each page.
  private SequencedMap<Long, UserWithRows> users(long after) throws SQLException {
    var users = new LinkedHashMap<Long, UserWithRows>();
    list(
            "SELECT a.id, "
                + UserRows.EXPORTED
                + " FROM app_user u JOIN app a ON a.no = +u.app WHERE u.id > ?",
            "ORDER BY u.id LIMIT " + USERS,
            row -> UserRows.exported(row, 2, row.getString(1)),
            after)
        .forEach(it -> users.put(it.id(), new UserWithRows(it.line(), new ArrayList<>())));
    return users;
  }

  /// Reads a user's row whose columns start at index `first`.
  @FunctionalInterface
  private interface Exported {
    Line.Row read(ResultSet row, int first, String appId, String uid) throws SQLException;
  }

  private List<OfUser> sessions(long first, long last) throws SQLException {
    return ofUsers(
        "session s", SessionRows.EXPORTED, "s", "s.id", SessionRows::exported, first, last);
  }

  private List<OfUser> events(long first, long last) throws SQLException {
    return ofUsers(
        "token_event e",
        TokenEventRows.COLUMNS,
        "e",
        "e.seq",
        TokenEventRows::exported,
        first,
        last);
  }

  private List<OfUser> devices(long first, long last) throws SQLException {
    return ofUsers(
        "device_use d",
        DeviceUseRows.EXPORTED,
        "d",
        "d.owner, d.device",
        DeviceUseRows::exported,
        first,
        last);
  }

  private List<OfUser> tokens(long first, long last) throws SQLException {
    return ofUsers(
        "push_token t",
        TokenRows.COLUMNS,
        "t",
        "t.session_id, t.channel",
        TokenRows::exported,
        first,
        last);
  }

  // The + has the same reason as in `users`.
  private List<OfUser> ofUsers(
      String table,
      String columns,
      String alias,
      String order,
      Exported exported,
      long first,
      long last)
      throws SQLException {
    return list(
        """
        SELECT u.id, a.id, u.uid, %1$s
          FROM %2$s JOIN app_user u ON u.id = %3$s.user_id JOIN app a ON a.no = +u.app
         WHERE %3$s.user_id BETWEEN ? AND ?
        """
            .formatted(columns, table, alias),
        "ORDER BY %s.user_id, %s".formatted(alias, order),
        row ->
            new OfUser(row.getLong(1), exported.read(row, 4, row.getString(2), row.getString(3))),
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

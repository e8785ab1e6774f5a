package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Report;
import dev.rollcall.delivery.State;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/// Reads the report of a notification.
final class DeliveryReports {
  private DeliveryReports() {}

  static Report read(Tx tx, long no, long from, int most) throws SQLException {
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
            DeliveryReports::line,
            no,
            from,
            most);
    return tx.one(
            """
            SELECT id, created_at, expires_at, cancelled_at, search_at, users, unknown, silenced,
                   unreachable
              FROM notification WHERE no = ?
            """,
            row ->
                new Report(
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3),
                    Tx.nullableLong(row, 4) != null,
                    Tx.nullableLong(row, 5) != null,
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
        Tx.nullableLong(row, 11));
  }
}

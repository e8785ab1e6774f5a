package dev.rollcall.storage.rows;

import dev.rollcall.account.App;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// Rows of apps.
public final class AppRows {
  /// The columns of `app a` that {@link #read} reads.
  public static final String COLUMNS = "a.no, a.id, a.region, a.token_policy, a.created_at";

  private static final String SELECT = "SELECT " + COLUMNS + " FROM app a";

  private static final RowWriter<App> WRITER =
      RowWriter.<App>into("app")
          .text("id", App::id)
          .text("region", App::region)
          .text("token_policy", app -> app.policy().wireName())
          .number("created_at", App::createdAt)
          .build();

  private static final String INSERT =
      WRITER.insert() + " ON CONFLICT (id) DO NOTHING RETURNING no";

  private AppRows() {}

  /// Reads an app whose columns start at index `first`.
  public static App read(ResultSet row, int first) throws SQLException {
    return new App(
        row.getLong(first),
        row.getString(first + 1),
        row.getString(first + 2),
        TokenPolicy.of(row.getString(first + 3)),
        row.getLong(first + 4));
  }

  private static App read(ResultSet row) throws SQLException {
    return read(row, 1);
  }

  public static Optional<App> byId(Tx tx, String id) throws SQLException {
    return tx.one(SELECT + " WHERE a.id = ?", AppRows::read, id);
  }

  public static App byNumber(Tx tx, long no) throws SQLException {
    return tx.one(SELECT + " WHERE a.no = ?", AppRows::read, no).orElseThrow();
  }

  public static List<App> all(Tx tx) throws SQLException {
    return tx.list(SELECT + " ORDER BY a.no", AppRows::read);
  }

  /// Returns the number that the database gives the app, or empty if the id is taken. The number in
  /// `app` is ignored.
  public static Optional<Long> insert(Tx tx, App app) throws SQLException {
    return tx.updateReturning(INSERT, row -> row.getLong(1), WRITER.values(app)).stream()
        .findFirst();
  }

  /// Locks the app, so that no other transaction changes it or what belongs to it.
  public static void lock(Tx tx, long no) throws SQLException {
    tx.lock("SELECT a.no FROM app a WHERE a.no = ?", "a", no);
  }

  /// Finds the number of an app, and locks it.
  public static Optional<Long> lockedNumber(Tx tx, String id) throws SQLException {
    return tx.one(
        "SELECT a.no FROM app a WHERE a.id = ?" + tx.dialect().forUpdate("a"),
        row -> row.getLong(1),
        id);
  }
}

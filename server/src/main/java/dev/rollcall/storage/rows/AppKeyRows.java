package dev.rollcall.storage.rows;

import dev.rollcall.account.Key;
import dev.rollcall.account.Scope;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.transfer.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/// Rows of the keys of apps.
public final class AppKeyRows {
  /// The columns of `app_key k` that {@link #exported} reads.
  public static final String EXPORTED = "k.scope, k.hash, k.created_at";

  private record Row(byte[] hash, long app, String scope, long createdAt) {}

  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("app_key")
          .bytes("hash", Row::hash)
          .number("app", Row::app)
          .text("scope", Row::scope)
          .number("created_at", Row::createdAt)
          .build();

  private static final String INSERT_NEW = WRITER.insert() + " ON CONFLICT (app, hash) DO NOTHING";

  private AppKeyRows() {}

  public static void insert(Tx tx, long app, Scope scope, Key key, long at) throws SQLException {
    tx.update(WRITER.insert(), WRITER.values(new Row(key.hash(), app, scope.wireName(), at)));
  }

  /// Returns false if the app already has the key.
  public static boolean insertExported(Tx tx, long app, Line.Key key) throws SQLException {
    var row = new Row(Line.hash(key.hash()), app, key.scope(), key.createdAt());
    return tx.update(INSERT_NEW, WRITER.values(row)) == 1;
  }

  public static Line.Key exported(ResultSet row, int first, String appId) throws SQLException {
    return new Line.Key(
        appId, row.getString(first), Line.hash(row.getBytes(first + 1)), row.getLong(first + 2));
  }

  /// The scope of a key; empty if the app does not have this key.
  public static Optional<Scope> scope(Tx tx, long app, Key key) throws SQLException {
    return tx.one(
            "SELECT scope FROM app_key WHERE hash = ? AND app = ?",
            row -> row.getString(1),
            key.hash(),
            app)
        .flatMap(Scope::of);
  }

  public static boolean has(Tx tx, String appId, Key key, Scope scope) throws SQLException {
    return tx.one(
            """
            SELECT 1 FROM app_key k JOIN app a ON a.no = k.app
             WHERE k.hash = ? AND a.id = ? AND k.scope = ?
            """,
            row -> true,
            key.hash(),
            appId,
            scope.wireName())
        .isPresent();
  }

  public static void deleteAll(Tx tx, long app, Scope scope) throws SQLException {
    tx.update("DELETE FROM app_key WHERE app = ? AND scope = ?", app, scope.wireName());
  }
}

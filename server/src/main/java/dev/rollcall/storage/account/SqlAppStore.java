package dev.rollcall.storage.account;

import dev.rollcall.account.App;
import dev.rollcall.account.AppStore;
import dev.rollcall.account.Key;
import dev.rollcall.account.Scope;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// Apps and their keys in SQL.
public final class SqlAppStore implements AppStore {
  private final Database db;

  public SqlAppStore(Database db) {
    this.db = db;
  }

  @Override
  public boolean createApp(App app, Key authKey, Key apiKey) {
    return db.write(
        "creating an app",
        tx -> {
          var no =
              tx.updateReturning(
                  """
                  INSERT INTO app (id, region, token_policy, created_at) VALUES (?, ?, ?, ?)
                  ON CONFLICT (id) DO NOTHING RETURNING no
                  """,
                  row -> row.getLong(1),
                  app.id(),
                  app.region(),
                  app.policy().word(),
                  app.createdAt());
          if (no.isEmpty()) {
            return false;
          }
          insertKey(tx, no.getFirst(), Scope.AUTH_ONLY, authKey, app.createdAt());
          insertKey(tx, no.getFirst(), Scope.FULL_ACCESS, apiKey, app.createdAt());
          return true;
        });
  }

  private static void insertKey(Tx tx, long app, Scope scope, Key key, long at)
      throws SQLException {
    tx.update(
        "INSERT INTO app_key (hash, app, scope, created_at) VALUES (?, ?, ?, ?)",
        key.hash(),
        app,
        scope.word(),
        at);
  }

  @Override
  public List<App> apps() {
    return db.read(
        "listing apps",
        tx ->
            tx.list(
                "SELECT no, id, region, token_policy, created_at FROM app ORDER BY no",
                CallerCheck::readApp));
  }

  @Override
  public boolean hasKey(String appId, Key key, Scope scope) {
    return db.read(
        "checking a key",
        tx ->
            tx.one(
                    """
                    SELECT 1 FROM app_key k JOIN app a ON a.no = k.app
                     WHERE k.hash = ? AND a.id = ? AND k.scope = ?
                    """,
                    row -> true,
                    key.hash(),
                    appId,
                    scope.word())
                .isPresent());
  }

  @Override
  public boolean rotateKey(String appId, Scope scope, Key fresh, Instant now) {
    return db.write(
        "rotating a key",
        tx -> {
          var no =
              tx.one(
                  "SELECT a.no FROM app a WHERE a.id = ?" + tx.dialect().forUpdate("a"),
                  row -> row.getLong(1),
                  appId);
          if (no.isEmpty()) {
            return false;
          }
          tx.update("DELETE FROM app_key WHERE app = ? AND scope = ?", no.get(), scope.word());
          insertKey(tx, no.get(), scope, fresh, now.toEpochMilli());
          return true;
        });
  }
}

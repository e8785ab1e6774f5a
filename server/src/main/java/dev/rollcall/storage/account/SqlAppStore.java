package dev.rollcall.storage.account;

import dev.rollcall.account.App;
import dev.rollcall.account.AppStore;
import dev.rollcall.account.Caller;
import dev.rollcall.account.Key;
import dev.rollcall.account.Scope;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.rows.AppKeyRows;
import dev.rollcall.storage.rows.AppRows;
import dev.rollcall.storage.rows.CallerCheck;
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
          var no = AppRows.insert(tx, app);
          if (no.isEmpty()) {
            return false;
          }
          AppKeyRows.insert(tx, no.get(), Scope.AUTH_ONLY, authKey, app.createdAt());
          AppKeyRows.insert(tx, no.get(), Scope.FULL_ACCESS, apiKey, app.createdAt());
          return true;
        });
  }

  @Override
  public List<App> apps() {
    return db.read("listing apps", AppRows::all);
  }

  @Override
  public boolean hasKey(String appId, Key key, Scope scope) {
    return db.read("checking a key", tx -> AppKeyRows.has(tx, appId, key, scope));
  }

  @Override
  public void require(Caller.BackEnd caller) {
    var _ = db.read("checking a caller", tx -> CallerCheck.app(tx, caller));
  }

  @Override
  public boolean rotateKey(String appId, Scope scope, Key fresh, Instant now) {
    return db.write(
        "rotating a key",
        tx -> {
          var no = AppRows.lockedNumber(tx, appId);
          if (no.isEmpty()) {
            return false;
          }
          AppKeyRows.deleteAll(tx, no.get(), scope);
          AppKeyRows.insert(tx, no.get(), scope, fresh, now.toEpochMilli());
          return true;
        });
  }
}

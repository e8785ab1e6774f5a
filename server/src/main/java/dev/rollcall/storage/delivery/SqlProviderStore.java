package dev.rollcall.storage.delivery;

import dev.rollcall.account.App;
import dev.rollcall.provider.Provider;
import dev.rollcall.provider.ProviderStore;
import dev.rollcall.provider.accesstoken.AccessTokenName;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.AccessTokenRows;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.ProviderRows;
import dev.rollcall.storage.rows.WebhookRows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Providers, and the access tokens that all nodes share, in SQL.
public final class SqlProviderStore implements ProviderStore {
  private final Database db;

  public SqlProviderStore(Database db) {
    this.db = db;
  }

  @Override
  public boolean holdsSecrets() {
    return db.read(
        "looking for encrypted secrets", tx -> ProviderRows.any(tx) || WebhookRows.anyEnabled(tx));
  }

  @Override
  public Found find(Administrator who, String id) {
    return db.read(
        "reading a provider",
        tx -> {
          var app = app(tx, who);
          return new Found(app, ProviderRows.byId(tx, app.number(), id));
        });
  }

  private static App app(Tx tx, Administrator who) throws SQLException {
    return switch (who) {
      case Administrator.BackEnd(var caller) -> CallerCheck.app(tx, caller);
      case Administrator.Operator(var appId) -> CallerCheck.requireApp(tx, appId);
    };
  }

  @Override
  public List<Provider> list(Administrator who) {
    return db.read("listing providers", tx -> ProviderRows.ofApp(tx, app(tx, who).number()));
  }

  @Override
  public UnsetIds unsetIds(Administrator who) {
    return db.readLong(
        "counting tokens of providers that are not set",
        Database.COUNT,
        tx -> UnsetProviderIds.ofApp(tx, app(tx, who).number()));
  }

  @Override
  public List<Provider> ofApp(long app) {
    return db.readSingleStatement("listing an app's providers", tx -> ProviderRows.ofApp(tx, app));
  }

  @Override
  public Optional<EncryptedProvider> byNumber(long no) {
    return db.readSingleStatement("reading a provider", tx -> ProviderRows.byNumber(tx, no));
  }

  @Override
  public Optional<Provider> put(Administrator who, Wanted wanted, long former, Instant now) {
    return db.write(
        "setting a provider",
        tx -> {
          var app = app(tx, who).number();
          var set =
              former == 0
                  ? ProviderRows.insert(tx, app, wanted, now)
                  : ProviderRows.update(tx, app, wanted, former, now);
          if (set.isPresent()) {
            AccessTokenRows.deleteOfProvider(tx, set.get().number());
            ProviderVerdicts.clearSuspicions(tx, set.get().number());
            tx.update("DELETE FROM host_pause WHERE provider = ?", set.get().number());
          }
          return set;
        });
  }

  @Override
  public boolean delete(Administrator who, String id) {
    return db.write(
        "deleting a provider",
        tx -> {
          var app = app(tx, who).number();
          var no = ProviderRows.lockedNumber(tx, app, id);
          if (no.isEmpty()) {
            return false;
          }
          AccessTokenRows.deleteOfProvider(tx, no.get());
          ProviderVerdicts.clearSuspicions(tx, no.get());
          return ProviderRows.delete(tx, no.get());
        });
  }

  @Override
  public Claim claim(AccessTokenName name, @Nullable Instant refused, Instant now, Instant lease) {
    return db.write(
        "asking for an access token",
        tx -> {
          if (!ProviderRows.isCurrent(tx, name.provider(), name.version())) {
            return new Claim.Gone();
          }
          if (AccessTokenRows.lease(tx, name, refused, now, lease)) {
            return new Claim.Obtain();
          }
          var valid = AccessTokenRows.valid(tx, name, refused, now);
          return valid.isPresent() ? valid.get() : new Claim.Wait();
        });
  }

  @Override
  public void save(
      AccessTokenName name, Instant lease, byte[] secret, Instant issued, Instant renewAt) {
    db.write(
        "storing an access token",
        tx -> AccessTokenRows.put(tx, name, lease, secret, issued, renewAt));
  }

  @Override
  public void release(AccessTokenName name, Instant lease) {
    db.write(
        "releasing the lease of an access token", tx -> AccessTokenRows.release(tx, name, lease));
  }
}

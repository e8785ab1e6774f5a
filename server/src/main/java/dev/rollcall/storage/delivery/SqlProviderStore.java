package dev.rollcall.storage.delivery;

import dev.rollcall.account.App;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.Provider;
import dev.rollcall.provider.ProviderStore;
import dev.rollcall.provider.accesstoken.AccessTokenName;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Providers in SQL, and the passes that their nodes share.
public final class SqlProviderStore implements ProviderStore {
  private static final String COLUMNS =
      """
      no, app, id, type, version, per_second, summary, created_at, updated_at, paused_until,
      degraded_since\
      """;

  private static final String SEALED = "SELECT " + COLUMNS + ", credentials FROM provider";

  private final Database db;

  public SqlProviderStore(Database db) {
    this.db = db;
  }

  @Override
  public boolean holdsSecrets() {
    return db.readOnce(
            "looking for sealed secrets",
            tx ->
                tx.one(
                    """
                    SELECT 1 WHERE EXISTS (SELECT 1 FROM provider)
                        OR EXISTS (SELECT 1 FROM webhook WHERE disabled_at IS NULL)
                    """,
                    row -> true))
        .isPresent();
  }

  @Override
  public Found find(Who who, String id) {
    return db.read(
        "reading a provider",
        tx -> {
          var app = app(tx, who);
          return new Found(app, one(tx, SEALED + " WHERE app = ? AND id = ?", app.no(), id));
        });
  }

  private static App app(Tx tx, Who who) throws SQLException {
    return switch (who) {
      case Who.BackEnd(var caller) -> CallerCheck.app(tx, caller);
      case Who.Operator(var appId) -> CallerCheck.requireApp(tx, appId);
    };
  }

  private static Optional<Sealed> one(Tx tx, String sql, Object... arguments) throws SQLException {
    return tx.one(sql, row -> new Sealed(read(row), row.getBytes(12)), arguments);
  }

  private static Provider read(ResultSet row) throws SQLException {
    var perSecond = CallerCheck.nullableLong(row, 6);
    return new Provider(
        row.getLong(1),
        row.getLong(2),
        row.getString(3),
        ProviderType.of(row.getString(4)).orElseThrow(),
        row.getLong(5),
        perSecond == null ? null : perSecond.intValue(),
        JsonObject.parse(row.getString(7)).orElseThrow(),
        Instant.ofEpochMilli(row.getLong(8)),
        Instant.ofEpochMilli(row.getLong(9)),
        instant(row, 10),
        instant(row, 11));
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    var millis = CallerCheck.nullableLong(row, column);
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  @Override
  public List<Provider> list(Who who) {
    return db.read("listing providers", tx -> ofApp(tx, app(tx, who).no()));
  }

  @Override
  public List<Provider> ofApp(long app) {
    return db.readOnce("listing an app's providers", tx -> ofApp(tx, app));
  }

  private static List<Provider> ofApp(Tx tx, long app) throws SQLException {
    return tx.list(
        "SELECT " + COLUMNS + " FROM provider WHERE app = ? ORDER BY id",
        SqlProviderStore::read,
        app);
  }

  @Override
  public Optional<Sealed> byNo(long no) {
    return db.readOnce("reading a provider", tx -> one(tx, SEALED + " WHERE no = ?", no));
  }

  @Override
  public Optional<Provider> put(Who who, Wanted wanted, long former, Instant now) {
    return db.write(
        "setting a provider",
        tx -> {
          var app = app(tx, who).no();
          var set =
              former == 0 ? insert(tx, app, wanted, now) : update(tx, app, wanted, former, now);
          if (set.isPresent()) {
            forgetPasses(tx, set.get().no());
            ProviderVerdicts.forgive(tx, set.get().no());
          }
          return set;
        });
  }

  private static Optional<Provider> insert(Tx tx, long app, Wanted wanted, Instant now)
      throws SQLException {
    return first(
        tx.updateReturning(
            """
            INSERT INTO provider
              (app, id, type, version, credentials, summary, per_second, created_at, updated_at)
            VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)
            ON CONFLICT (app, id) DO NOTHING
            RETURNING\s\
            """
                + COLUMNS,
            SqlProviderStore::read,
            app,
            wanted.id(),
            wanted.type().word(),
            wanted.credentials(),
            wanted.summary().text(),
            wanted.perSecond(),
            now.toEpochMilli(),
            now.toEpochMilli()));
  }

  // Whatever was wrong with the former credentials need not be wrong with these.
  private static Optional<Provider> update(Tx tx, long app, Wanted wanted, long former, Instant now)
      throws SQLException {
    return first(
        tx.updateReturning(
            """
            UPDATE provider SET
              version = version + 1, credentials = ?, summary = ?, per_second = ?, updated_at = ?,
              paused_until = NULL, degraded_since = NULL
             WHERE app = ? AND id = ? AND type = ? AND version = ?
            RETURNING\s\
            """
                + COLUMNS,
            SqlProviderStore::read,
            wanted.credentials(),
            wanted.summary().text(),
            wanted.perSecond(),
            now.toEpochMilli(),
            app,
            wanted.id(),
            wanted.type().word(),
            former));
  }

  private static <T> Optional<T> first(List<T> rows) {
    return rows.stream().findFirst();
  }

  private static void forgetPasses(Tx tx, long provider) throws SQLException {
    tx.update("DELETE FROM provider_pass WHERE provider = ?", provider);
  }

  @Override
  public boolean delete(Who who, String id) {
    return db.write(
        "deleting a provider",
        tx -> {
          var app = app(tx, who).no();
          var select = "SELECT p.no FROM provider p WHERE p.app = ? AND p.id = ?";
          var no = tx.one(locking(tx, select), row -> row.getLong(1), app, id);
          if (no.isEmpty()) {
            return false;
          }
          forgetPasses(tx, no.get());
          ProviderVerdicts.forgive(tx, no.get());
          return tx.update("DELETE FROM provider WHERE no = ?", no.get()) == 1;
        });
  }

  private static String locking(Tx tx, String select) {
    return select + tx.dialect().forUpdate("p");
  }

  @Override
  public Claim claim(AccessTokenName name, @Nullable Instant refused, Instant now, Instant lease) {
    return db.write(
        "asking for a pass",
        tx -> {
          if (!isCurrent(tx, name)) {
            return new Claim.Gone();
          }
          return begin(tx, name, refused, now, lease)
              ? new Claim.Make()
              : kept(tx, name, refused, now);
        });
  }

  private static boolean isCurrent(Tx tx, AccessTokenName name) throws SQLException {
    return tx.one(
            locking(tx, "SELECT 1 FROM provider p WHERE p.no = ? AND p.version = ?"),
            row -> true,
            name.provider(),
            name.version())
        .isPresent();
  }

  private static boolean begin(
      Tx tx, AccessTokenName name, @Nullable Instant refused, Instant now, Instant lease)
      throws SQLException {
    return tx.update(
            """
            INSERT INTO provider_pass (provider, name, making_until) VALUES (?, ?, ?)
            ON CONFLICT (provider, name) DO UPDATE SET making_until = excluded.making_until
             WHERE coalesce(provider_pass.making_until, 0) <= ?
               AND (provider_pass.secret IS NULL OR provider_pass.renew_at <= ?
                 OR provider_pass.issued_at = ?)
            """,
            name.provider(),
            name.name(),
            lease.toEpochMilli(),
            now.toEpochMilli(),
            now.toEpochMilli(),
            refused == null ? -1L : refused.toEpochMilli())
        == 1;
  }

  private static Claim kept(Tx tx, AccessTokenName name, @Nullable Instant refused, Instant now)
      throws SQLException {
    var kept =
        tx.one(
            """
            SELECT secret, issued_at, renew_at FROM provider_pass
             WHERE provider = ? AND name = ? AND renew_at > ? AND issued_at <> ?
            """,
            row ->
                new Claim.Use(
                    row.getBytes(1),
                    Instant.ofEpochMilli(row.getLong(2)),
                    Instant.ofEpochMilli(row.getLong(3))),
            name.provider(),
            name.name(),
            now.toEpochMilli(),
            refused == null ? -1L : refused.toEpochMilli());
    return kept.isPresent() ? kept.get() : new Claim.Wait();
  }

  @Override
  public void keep(
      AccessTokenName name, Instant lease, byte[] secret, Instant issued, Instant renewAt) {
    db.write(
        "keeping a pass",
        tx ->
            tx.update(
                """
                UPDATE provider_pass
                   SET secret = ?, issued_at = ?, renew_at = ?, making_until = NULL
                 WHERE provider = ? AND name = ? AND making_until = ?
                """,
                secret,
                issued.toEpochMilli(),
                renewAt.toEpochMilli(),
                name.provider(),
                name.name(),
                lease.toEpochMilli()));
  }

  @Override
  public void release(AccessTokenName name, Instant lease) {
    db.write(
        "giving up a pass",
        tx ->
            tx.update(
                """
                UPDATE provider_pass SET making_until = NULL
                 WHERE provider = ? AND name = ? AND making_until = ?
                """,
                name.provider(),
                name.name(),
                lease.toEpochMilli()));
  }
}

package dev.rollcall.storage.rows;

import dev.rollcall.delivery.Fanout.ProviderRef;
import dev.rollcall.json.Json;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.Provider;
import dev.rollcall.provider.ProviderId;
import dev.rollcall.provider.ProviderStore.EncryptedProvider;
import dev.rollcall.provider.ProviderStore.Wanted;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rows of providers.
public final class ProviderRows {
  private static final String COLUMNS =
      "no, app, id, type, version, per_second, summary, created_at, updated_at, paused_until,"
          + " degraded_since, aliases";

  private static final String SELECT = "SELECT " + COLUMNS + " FROM provider";
  private static final String SELECT_SEALED = "SELECT credentials, " + COLUMNS + " FROM provider";
  private static final String RETURNED = " RETURNING " + COLUMNS;

  private record Row(long app, Wanted wanted, Instant now) {}

  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("provider")
          .number("app", Row::app)
          .text("id", row -> row.wanted().id())
          .text("id_key", row -> ProviderId.normal(row.wanted().id()))
          .text("aliases", row -> text(row.wanted().aliases()))
          .text("type", row -> row.wanted().type().wireName())
          .number("version", row -> 1)
          .bytes("credentials", row -> row.wanted().credentials())
          .text("summary", row -> row.wanted().summary().text())
          .nullableNumber("per_second", row -> perSecond(row.wanted()))
          .number("created_at", row -> row.now().toEpochMilli())
          .number("updated_at", row -> row.now().toEpochMilli())
          .build();

  private static final String INSERT =
      WRITER.insert() + " ON CONFLICT (app, id_key) DO NOTHING" + RETURNED;

  private ProviderRows() {}

  private static @Nullable Long perSecond(Wanted wanted) {
    var perSecond = wanted.perSecond();
    return perSecond == null ? null : perSecond.longValue();
  }

  private static Provider read(ResultSet row) throws SQLException {
    return read(row, 1);
  }

  private static Provider read(ResultSet row, int first) throws SQLException {
    var perSecond = Tx.nullableLong(row, first + 5);
    return new Provider(
        row.getLong(first),
        row.getLong(first + 1),
        row.getString(first + 2),
        aliases(row.getString(first + 11)),
        ProviderType.of(row.getString(first + 3)).orElseThrow(),
        row.getLong(first + 4),
        perSecond == null ? null : perSecond.intValue(),
        JsonObject.parse(row.getString(first + 6)).orElseThrow(),
        Instant.ofEpochMilli(row.getLong(first + 7)),
        Instant.ofEpochMilli(row.getLong(first + 8)),
        instant(row, first + 9),
        instant(row, first + 10));
  }

  private static List<String> aliases(String text) {
    return List.of(Json.MAPPER.readValue(text, String[].class));
  }

  private static String text(List<String> aliases) {
    return Json.MAPPER.writeValueAsString(aliases);
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    var millis = Tx.nullableLong(row, column);
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  private static EncryptedProvider readSealed(ResultSet row) throws SQLException {
    return new EncryptedProvider(read(row, 2), row.getBytes(1));
  }

  public static Optional<EncryptedProvider> byId(Tx tx, long app, String id) throws SQLException {
    return tx.one(
        SELECT_SEALED + " WHERE app = ? AND id_key = ?",
        ProviderRows::readSealed,
        app,
        ProviderId.normal(id));
  }

  public static Optional<EncryptedProvider> byNumber(Tx tx, long no) throws SQLException {
    return tx.one(SELECT_SEALED + " WHERE no = ?", ProviderRows::readSealed, no);
  }

  public static List<Provider> ofApp(Tx tx, long app) throws SQLException {
    return tx.list(SELECT + " WHERE app = ? ORDER BY id", ProviderRows::read, app);
  }

  /// The providers of an app with the data that the choice of one needs, in the order in which they
  /// were set.
  public static List<ProviderRef> refs(Tx tx, long app) throws SQLException {
    return tx.list(
        "SELECT no, id, aliases, type FROM provider WHERE app = ? ORDER BY no",
        row ->
            ProviderRef.of(
                row.getLong(1),
                row.getString(2),
                aliases(row.getString(3)),
                ProviderType.of(row.getString(4)).orElseThrow()),
        app);
  }

  public static boolean any(Tx tx) throws SQLException {
    return tx.one("SELECT 1 FROM provider LIMIT 1", row -> true).isPresent();
  }

  /// Returns empty and inserts nothing if the app has a provider with this id.
  public static Optional<Provider> insert(Tx tx, long app, Wanted wanted, Instant now)
      throws SQLException {
    return tx
        .updateReturning(INSERT, ProviderRows::read, WRITER.values(new Row(app, wanted, now)))
        .stream()
        .findFirst();
  }

  /// Replaces the provider if its version is still `former`. This ends its pause and its degraded
  /// state, because the former credentials may have caused them.
  public static Optional<Provider> update(Tx tx, long app, Wanted wanted, long former, Instant now)
      throws SQLException {
    return tx
        .updateReturning(
            """
            UPDATE provider SET
              version = version + 1, id = ?, aliases = ?, credentials = ?, summary = ?, per_second = ?, updated_at = ?,
              paused_until = NULL, calls_paused = 0, degraded_since = NULL
             WHERE app = ? AND id_key = ? AND type = ? AND version = ?
            """
                + RETURNED,
            ProviderRows::read,
            wanted.id(),
            text(wanted.aliases()),
            wanted.credentials(),
            wanted.summary().text(),
            perSecond(wanted),
            now.toEpochMilli(),
            app,
            ProviderId.normal(wanted.id()),
            wanted.type().wireName(),
            former)
        .stream()
        .findFirst();
  }

  /// Finds the number of a provider, and locks it.
  public static Optional<Long> lockedNumber(Tx tx, long app, String id) throws SQLException {
    return tx.one(
        "SELECT p.no FROM provider p WHERE p.app = ? AND p.id_key = ?"
            + tx.dialect().forUpdate("p"),
        row -> row.getLong(1),
        app,
        ProviderId.normal(id));
  }

  /// True if this is still the version of the provider. Then the provider is locked.
  public static boolean isCurrent(Tx tx, long no, long version) throws SQLException {
    return tx.one(
            "SELECT p.no FROM provider p WHERE p.no = ? AND p.version = ?"
                + tx.dialect().forUpdate("p"),
            row -> true,
            no,
            version)
        .isPresent();
  }

  public static boolean delete(Tx tx, long no) throws SQLException {
    return tx.update("DELETE FROM provider WHERE no = ?", no) == 1;
  }
}

package dev.rollcall.storage.postgres;

import dev.rollcall.storage.engine.Migrations;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.engine.UnusableDatabaseException;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/// Migrates the schema in PostgreSQL, and refuses a schema that this program does not know. Nodes
/// that start at the same time wait for each other, because Flyway takes a lock in the database.
final class PostgresMigrations {
  private PostgresMigrations() {}

  static void migrate(PostgresUrl url, DataSource source, PostgresErrors problems) {
    try {
      require(url, source, problems);
      Migrations.run("postgresql", source, url);
    } catch (FlywayException | SQLException e) {
      throw cannotOpen(url, problems, e);
    }
  }

  private static void require(PostgresUrl url, DataSource source, PostgresErrors problems)
      throws SQLException {
    try (var connection = source.getConnection();
        var tx = new Tx(connection, PostgresDialect.READING)) {
      var encoding = tx.one("SHOW server_encoding", row -> row.getString(1)).orElseThrow();
      if (!encoding.equals("UTF8")) {
        throw unusable(
            url,
            "The database's encoding is %s; make one with ENCODING 'UTF8'".formatted(encoding),
            null);
      }
      // Flyway would retry for ten seconds.
      var mayMakeTables =
          tx.one(
              """
              SELECT to_regclass('flyway_schema_history') IS NOT NULL
                  OR coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
              """,
              row -> row.getBoolean(1));
      if (!mayMakeTables.orElseThrow()) {
        throw unusable(url, problems.lacksRight(), null);
      }
    }
  }

  private static UnusableDatabaseException cannotOpen(
      PostgresUrl url, PostgresErrors problems, Exception e) {
    var cure = sqlCause(e).flatMap(problems::cure);
    return unusable(
        url, cure.orElseGet(() -> "The database cannot be opened: " + e.getMessage()), e);
  }

  private static Optional<SQLException> sqlCause(@Nullable Throwable e) {
    if (e == null) {
      return Optional.empty();
    }
    return e instanceof SQLException sql ? Optional.of(sql) : sqlCause(e.getCause());
  }

  private static UnusableDatabaseException unusable(
      PostgresUrl url, String cure, @Nullable Exception e) {
    return new UnusableDatabaseException(cure + " (" + url + ")", e);
  }
}

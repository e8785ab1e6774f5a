package dev.rollcall.storage.sqlite;

import dev.rollcall.storage.engine.Migrations;
import dev.rollcall.storage.engine.UnusableDatabaseException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// Migrates the schema of a SQLite database, and refuses a schema that this program does not know.
///
/// Reading the history of migrations takes a large part of the start-up time. So the header of an
/// up-to-date database says that it is up to date. SQLite reserves two numbers of the header for
/// the application (sqlite.org/pragma.html).
final class SqliteMigrations {
  /// The version of the newest `db/sqlite/V…__….sql`.
  static final int NEWEST = 1;

  /// `PRAGMA application_id` of our files: "Rcal". Before the first release it was "Roll", and
  /// `user_version` counted other migrations, so such a file must not pass as up to date.
  private static final int OURS = 0x5263616c;

  private SqliteMigrations() {}

  static void migrate(Path file, SQLiteConfig config) {
    var source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    try (var connection = source.getConnection()) {
      boolean ours = header(connection, "application_id") == OURS;
      if (ours && header(connection, "user_version") == NEWEST) {
        return;
      }
      if (ours) {
        // If the migration stops half way, an older program must not accept the schema as up to
        // date.
        setHeader(connection, "user_version", 0);
      }
      Migrations.run("sqlite", source, file);
      setHeader(connection, "application_id", OURS);
      setHeader(connection, "user_version", NEWEST);
    } catch (FlywayException | SQLException e) {
      throw cannotOpen(file, e);
    }
  }

  private static int header(Connection connection, String field) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("PRAGMA " + field)) {
      return row.getInt(1);
    }
  }

  private static void setHeader(Connection connection, String field, int value)
      throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA " + field + " = " + value);
    }
  }

  static UnusableDatabaseException cannotOpen(Path file, Exception e) {
    var cure =
        SqliteErrors.cure(e).orElseGet(() -> "The database cannot be opened: " + e.getMessage());
    return new UnusableDatabaseException(cure + " (" + file + ")", e);
  }
}

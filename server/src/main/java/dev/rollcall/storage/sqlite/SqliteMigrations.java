package dev.rollcall.storage.sqlite;

import dev.rollcall.storage.engine.UnusableDatabaseException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// Brings a database's schema up to date, and refuses one that this program does not know.
///
/// Reading the history of migrations takes a good part of a start. So a database that is up to date
/// says so in its header, where SQLite leaves two numbers to the program (sqlite.org/pragma.html).
final class SqliteMigrations {
  /// The newest of `db/sqlite/V…__….sql`.
  static final int NEWEST = 6;

  /// `PRAGMA application_id` of our files: "Roll".
  private static final int OURS = 0x526f6c6c;

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
        // Should this stop half way, an older program must not take the schema for its own.
        setHeader(connection, "user_version", 0);
      }
      migrate(file, source);
      setHeader(connection, "application_id", OURS);
      setHeader(connection, "user_version", NEWEST);
    } catch (SQLException e) {
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

  private static void migrate(Path file, SQLiteDataSource source) {
    try {
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:db/sqlite")
          // Without this, a schema newer than the program would pass as good.
          .ignoreMigrationPatterns(new String[0])
          .load()
          .migrate();
    } catch (FlywayValidateException e) {
      throw new UnusableDatabaseException(
          "The database "
              + file
              + " was made by another version of Rollcall; run that version or a newer one, or put"
              + " the backup from before the upgrade in its place",
          e);
    } catch (FlywayException e) {
      throw e.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE
          ? new UnusableDatabaseException(
              "The database " + file + " belongs to another program; name another file", e)
          : cannotOpen(file, e);
    }
  }

  static UnusableDatabaseException cannotOpen(Path file, Exception e) {
    var cure =
        SqliteErrors.cure(e).orElseGet(() -> "The database cannot be opened: " + e.getMessage());
    return new UnusableDatabaseException(cure + " (" + file + ")", e);
  }
}

package dev.rollcall.storage;

import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// Brings a database's schema up to date, and refuses one that this program does not know.
final class Migrations {
  private Migrations() {}

  static void migrate(Path file, SQLiteConfig config) {
    var source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
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
        SqliteProblems.cure(e).orElseGet(() -> "The database cannot be opened: " + e.getMessage());
    return new UnusableDatabaseException(cure + " (" + file + ")", e);
  }
}

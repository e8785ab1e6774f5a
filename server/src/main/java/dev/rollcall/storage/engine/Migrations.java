package dev.rollcall.storage.engine;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;

/// Runs the migrations in `db/<engine>/`, and refuses a database that does not fit them.
public final class Migrations {
  private static final String FIRST = "V1__schema.sql";

  /// The first migration of the versions before the first release.
  private static final String FIRST_BEFORE_RELEASE = "V1__the_roll.sql";

  private static final String OTHER_PROGRAM =
      "The database belongs to another program; name another database";

  private Migrations() {}

  /// `name` identifies the database in errors.
  public static void run(String engine, DataSource source, Object name) throws SQLException {
    try {
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:db/" + engine)
          // Without this, Flyway would accept a schema that is newer than the program.
          .ignoreMigrationPatterns(new String[0])
          .load()
          .migrate();
    } catch (FlywayValidateException e) {
      throw unusable(cure(source), name, e);
    } catch (FlywayException e) {
      if (e.getErrorCode() != CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
        throw e;
      }
      throw unusable(OTHER_PROGRAM, name, e);
    }
  }

  private static String cure(DataSource source) throws SQLException {
    return switch (firstMigration(source)) {
      case FIRST ->
          "The database was made by another version of Rollcall; run that version or a newer one,"
              + " or put the backup from before the upgrade in its place";
      case FIRST_BEFORE_RELEASE ->
          "The database was made by a version of Rollcall before the first release, which cannot be"
              + " upgraded; run './rollcall export' with that version and './rollcall import' into"
              + " a new database with this one, or delete the database to start without its data";
      default -> OTHER_PROGRAM;
    };
  }

  private static String firstMigration(DataSource source) throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT script FROM flyway_schema_history WHERE version = '1'")) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  private static UnusableDatabaseException unusable(String cure, Object name, Exception e) {
    return new UnusableDatabaseException(cure + " (" + name + ")", e);
  }
}

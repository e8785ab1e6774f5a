package dev.rollcall.storage.postgres;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.ConflictException;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.StorageException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The meaning of PostgreSQL's error codes (SQLSTATE), and what an operator can do about them.
public final class PostgresErrors {
  private static final Logger log = LoggerFactory.getLogger(PostgresErrors.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  // Every request gets the same error, so it is logged once in this time.
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final PostgresUrl url;
  private final Map<String, Long> logged = new HashMap<>();

  PostgresErrors(PostgresUrl url) {
    this.url = url;
  }

  /// True if this transaction was rolled back because of another one and can be retried at once:
  /// after a violation of a unique or foreign key, a serialization failure or a deadlock.
  static boolean isConflict(SQLException e) {
    return switch (state(e)) {
      case "23505", "23503", ConflictException.STATE, "40P01" -> true;
      default -> false;
    };
  }

  /// True if the server is unavailable or is no longer the primary.
  static boolean isUnavailable(SQLException e) {
    var state = state(e);
    return switch (state) {
      case "25006", "25P03", "53300" -> true;
      default -> state.startsWith("08") || state.startsWith("57P");
    };
  }

  private static boolean isBusy(SQLException e) {
    return switch (state(e)) {
      case "55P03", "57014" -> true;
      default ->
          isConflict(e) || (e instanceof SQLTransientConnectionException && !isUnavailable(e));
    };
  }

  // If the pool has no connection, the cause says why it could not open one.
  private static String state(SQLException e) {
    var state =
        e instanceof SQLTransientConnectionException && e.getCause() instanceof SQLException cause
            ? cause.getSQLState()
            : e.getSQLState();
    return state == null ? "" : state;
  }

  /// What to do about a server that cannot be used; empty if the statement itself is at fault.
  Optional<String> cure(SQLException e) {
    var state = state(e);
    return switch (state) {
      // The driver reports 08004 if the server asks for a password and the URL has none.
      case "28P01", "28000", "08004" ->
          Optional.of(
              "PostgreSQL refuses the user '"
                  + url.user()
                  + "'; check user and password, and the server's pg_hba.conf");
      case "3D000" ->
          Optional.of(
              "There is no database '%1$s'; create it with CREATE DATABASE \"%1$s\" OWNER \"%2$s\""
                  .formatted(url.name(), url.user()));
      case "42501" -> Optional.of(lacksRight());
      case "53300" ->
          Optional.of(
              "PostgreSQL has no connection left; raise its max_connections or give the nodes fewer"
                  + " (ROLLCALL_DATABASE_CONNECTIONS)");
      case "53100" -> Optional.of("The disk under PostgreSQL is full; make room on it");
      case "25006" ->
          Optional.of("This PostgreSQL takes no writes; name the primary in the URL as well");
      case "55P03" ->
          Optional.of(
              "Another program (pg_dump?) holds a lock on a table of Rollcall; try again later");
      case "57P03" -> Optional.of("PostgreSQL is starting or stopping; wait for it");
      case "42P01" ->
          Optional.of(
              "The tables of Rollcall are gone; restore a backup, or restart to create them");
      default ->
          isUnavailable(e)
              ? Optional.of(
                  "No PostgreSQL primary can be reached; check that it runs, and the hosts and"
                      + " ports")
              : Optional.empty();
    };
  }

  String lacksRight() {
    return ("The user '%1$s' lacks a right in the database; make it the owner of the database and"
            + " of its tables (ALTER DATABASE \"%2$s\" OWNER TO \"%1$s\")")
        .formatted(url.user(), url.name());
  }

  /// The exception to throw: a `Problem` if the caller can retry, otherwise a `StorageException`.
  RuntimeException of(String what, SQLException e) {
    if (isBusy(e)) {
      return Problem.later(
          Code.ERR_BUSY, "The database is too busy just now; nothing was changed", RETRY, e);
    }
    var cure = cure(e);
    if (cure.isEmpty()) {
      return new StorageException(what, e);
    }
    log(what, cure.get(), e);
    return Problem.later(
        Code.ERR_STORAGE_UNAVAILABLE, cure.get() + ". Nothing was changed.", RETRY, e);
  }

  /// The exception if the answer to a COMMIT was lost, or does not say that the standby has the
  /// transaction.
  Problem uncertain(String what, SQLException e) {
    log(what, "The answer of PostgreSQL to a COMMIT was lost", e);
    return Problem.later(
        Code.ERR_STORAGE_UNAVAILABLE,
        "The connection to the database broke during the commit. The change may or may not have"
            + " been stored. "
            + Database.RETRY_ADVICE,
        RETRY,
        e);
  }

  private void log(String what, String error, SQLException e) {
    if (isDue(error)) {
      log.atError().addKeyValue("doing", what).addKeyValue("database", url).setCause(e).log(error);
    }
  }

  private synchronized boolean isDue(String error) {
    long now = System.nanoTime();
    var last = logged.get(error);
    if (last != null && now - last < LOG_INTERVAL.toNanos()) {
      return false;
    }
    logged.put(error, now);
    return true;
  }
}

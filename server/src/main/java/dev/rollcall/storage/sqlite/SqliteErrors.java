package dev.rollcall.storage.sqlite;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.SqlErrors;
import dev.rollcall.storage.engine.StorageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The meaning of SQLite's result codes (sqlite.org/rescode.html), and what an operator can do
/// about them.
final class SqliteErrors implements SqlErrors {
  private static final Logger log = LoggerFactory.getLogger(SqliteErrors.class);
  private static final Duration RETRY = Duration.ofSeconds(5);

  // Every request gets the same error, so it is logged once in this time. The log may be on the
  // same full disk.
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final Map<String, Long> logged = new HashMap<>();

  /// What to do about a file that cannot be used; empty if the statement itself is at fault.
  static Optional<String> cure(Throwable e) {
    return switch (code(e)) {
      case 5, 6 ->
          Optional.of(
              "The database is locked by another process; end that process, or wait for it");
      case 8, 3, 23 ->
          Optional.of("The database file is read-only; give this user the right to write it");
      case 10 ->
          Optional.of(
              "The disk under the database failed to read or write; check it, then restart");
      case 11, 26 ->
          Optional.of(
              "The database file is damaged or is no SQLite database; put a backup in its place");
      case 13 -> Optional.of("The disk under the database is full; make room on it");
      case 14 ->
          Optional.of("The database file cannot be opened; check the folder and its permissions");
      default -> Optional.empty();
    };
  }

  /// The primary result code, or 0 for an exception that is not SQLite's.
  private static int code(Throwable e) {
    if (e instanceof SQLException sql) {
      return sql.getErrorCode() & 0xff;
    }
    return e.getCause() == null ? 0 : code(e.getCause());
  }

  // A page that is damaged or cannot be read fails the statements that need it, and no others.
  @Override
  public boolean concernsAll(Throwable e) {
    return switch (code(e)) {
      case 10, 11 -> false;
      default -> cure(e).isPresent();
    };
  }

  @Override
  public RuntimeException of(String what, Throwable e) {
    if (e instanceof Problem problem) {
      return problem;
    }
    var cure = cure(e);
    if (cure.isEmpty()) {
      return new StorageException(what, e);
    }
    if (isDue(cure.get())) {
      log.atError().addKeyValue("doing", what).setCause(e).log(cure.get());
    }
    return Problem.later(
        Code.ERR_STORAGE_UNAVAILABLE, cure.get() + ". Nothing was changed.", RETRY, e);
  }

  private synchronized boolean isDue(String cure) {
    long now = System.nanoTime();
    var last = logged.get(cure);
    if (last != null && now - last < LOG_INTERVAL.toNanos()) {
      return false;
    }
    logged.put(cure, now);
    return true;
  }
}

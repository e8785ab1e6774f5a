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

/// SQLite's result codes (sqlite.org/rescode.html) in words that say what to do.
final class SqliteErrors implements SqlErrors {
  private static final Logger log = LoggerFactory.getLogger(SqliteErrors.class);
  private static final Duration RETRY = Duration.ofSeconds(5);

  // The trouble meets every request, and the log may well be on the same full disk.
  private static final Duration TOLD_EVERY = Duration.ofMinutes(1);

  private final Map<String, Long> told = new HashMap<>();

  /// The cure for a file that cannot be used, or empty when the statement itself is at fault.
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

  /// The result code without its details; 0 when it is no exception of SQLite's.
  private static int code(Throwable e) {
    if (e instanceof SQLException sql) {
      return sql.getErrorCode() & 0xff;
    }
    return e.getCause() == null ? 0 : code(e.getCause());
  }

  // A page that is damaged or cannot be read fails whoever needs it, and nobody else.
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
    if (isNews(cure.get())) {
      log.atError().addKeyValue("doing", what).setCause(e).log(cure.get());
    }
    return Problem.later(
        Code.ERR_STORAGE_UNAVAILABLE, cure.get() + ". Nothing was changed.", RETRY, e);
  }

  private synchronized boolean isNews(String cure) {
    long now = System.nanoTime();
    var last = told.get(cure);
    if (last != null && now - last < TOLD_EVERY.toNanos()) {
      return false;
    }
    told.put(cure, now);
    return true;
  }
}

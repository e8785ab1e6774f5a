package dev.rollcall.storage.rows;

import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// Locks users, so that no other transaction changes a user, its sessions or its push tokens.
/// SQLite has only one writer, so nothing is locked there.
///
/// Lock order: a transaction locks the users before it reads what it decides on. It locks several
/// users in one statement, in the order of their ids.
public final class UserLocks {
  private static final String USERS_OF =
      """
      SELECT u.id FROM app_user u
       WHERE u.id IN (
         SELECT s.user_id FROM session s WHERE s.id = ANY (%1$s)
          UNION
         SELECT unnest(%1$s))
       ORDER BY u.id
      """
          .formatted(Dialect.OPAQUE_NUMBERS);

  private UserLocks() {}

  /// Locks the user of a session. Read the session afterwards, because it may end while this waits
  /// for the lock.
  public static void userOfSession(Tx tx, long sessionId) throws SQLException {
    tx.lock(
        "SELECT u.id FROM session s JOIN app_user u ON u.id = s.user_id WHERE s.id = ?",
        "u",
        sessionId);
  }

  /// Locks the users of these sessions and the `others`, and returns the locked users. PostgreSQL
  /// only.
  public static Set<Long> usersOf(Tx tx, Object sessionIds, Object others) throws SQLException {
    return new HashSet<>(
        tx.list(USERS_OF + tx.dialect().forUpdate("u"), row -> row.getLong(1), sessionIds, others));
  }

  public static void users(Tx tx, Collection<Long> ids) throws SQLException {
    tx.lock(
        "SELECT u.id FROM app_user u WHERE " + tx.dialect().oneOf("u.id") + " ORDER BY u.id",
        "u",
        tx.dialect().numbers(ids));
  }
}

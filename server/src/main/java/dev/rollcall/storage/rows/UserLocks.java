package dev.rollcall.storage.rows;

import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.util.Collection;

/// Keeps other transactions from changing a user, its sessions and its push tokens while this one
/// does. Where one connection does all the writing, nobody else is there, and nothing is locked.
///
/// Every transaction locks before it reads what it decides on, and several users in the order of
/// their ids, so that no two transactions can wait for each other.
public final class UserLocks {
  /// Ends a query that reads a row of `app_user u`, `app a` or `provider p` in a transaction that
  /// locks.
  public static final String USER = " FOR NO KEY UPDATE OF u";

  public static final String APP = " FOR NO KEY UPDATE OF a";

  public static final String PROVIDER = " FOR NO KEY UPDATE OF p";

  private UserLocks() {}

  /// A session is looked up after this, and not by it: while this waits, the session may end.
  public static void userOfSession(Tx tx, long sessionId) throws SQLException {
    if (tx.locks()) {
      tx.one(
          "SELECT u.id FROM session s JOIN app_user u ON u.id = s.user_id WHERE s.id = ?" + USER,
          row -> true,
          sessionId);
    }
  }

  public static void users(Tx tx, Collection<Long> ids) throws SQLException {
    if (tx.locks()) {
      tx.list(
          "SELECT u.id FROM app_user u WHERE u.id = ANY (?) ORDER BY u.id" + USER,
          row -> true,
          (Object) ids.stream().distinct().mapToLong(id -> id).toArray());
    }
  }
}

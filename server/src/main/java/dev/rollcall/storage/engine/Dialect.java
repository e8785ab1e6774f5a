package dev.rollcall.storage.engine;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/// The differences between the SQL of the engines, for one kind of transaction.
///
/// A transaction locks rows only if other transactions may write at the same time.
public interface Dialect {
  /// A list of numbers in a statement for PostgreSQL, with its length hidden from the planner. If
  /// the planner sees a short list, it prefers a custom plan to the generic plan. Then it plans
  /// every execution again, which takes longer than the lookup of a few rows.
  String OPAQUE_NUMBERS = "(SELECT ?::bigint[])::bigint[]";

  /// The end of a SELECT that locks its rows of the table or alias for an update.
  String forUpdate(String table);

  /// The end of a SELECT that takes a shared lock on its rows of the table or alias, so that nobody
  /// changes them.
  String forShare(String table);

  /// The end of a SELECT that locks its rows, and skips rows that another transaction has locked.
  String skipLocked();

  /// A condition: the column has one of the values of an argument, which is made by {@link #numbers}
  /// or {@link #texts}.
  String oneOf(String column);

  /// A condition: the column has one of the values that the query finds and locks. The query skips
  /// rows that another transaction has locked.
  String oneOfUnlocked(String column, String query);

  Object numbers(Collection<Long> numbers);

  Object texts(Collection<String> texts);

  /// Whether a statement can take the columns of many rows as arrays.
  boolean takesArrays();

  /// Inserts many rows. `rest` follows the rows in the statement, such as what to do on a conflict.
  <T> void insertAll(Tx tx, RowWriter<T> writer, List<T> rows, String rest) throws SQLException;

  boolean hasTable(Tx tx, String name) throws SQLException;

  /// Locks the table against all other transactions.
  void lockTable(Tx tx, String name) throws SQLException;
}

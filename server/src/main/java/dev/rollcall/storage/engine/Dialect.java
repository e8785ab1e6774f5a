package dev.rollcall.storage.engine;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/// What differs between the SQL of the engines, for the kind of transaction that asks.
///
/// A transaction locks rows only where other transactions may write at the same time.
public interface Dialect {
  /// A list of numbers in a statement for PostgreSQL, whose planner does not see how long the list
  /// is. With a visible length a short list seems cheaper than the generic plan, and each execution
  /// is planned again, which takes longer than to look a few rows up.
  String OPAQUE_NUMBERS = "(SELECT ?::bigint[])::bigint[]";

  /// Ends a SELECT that locks its rows of the table or alias against changes.
  String forUpdate(String table);

  /// Ends a SELECT that keeps its rows of the table or alias as they are.
  String forShare(String table);

  /// Ends a SELECT that locks its rows, and leaves out those that another transaction has locked.
  String skipLocked();

  /// A condition: the column has one of the values of an argument, which is made by {@link #numbers}
  /// or {@link #texts}.
  String oneOf(String column);

  /// A condition: the column has one of the values that the query finds and locks; rows that another
  /// transaction has locked are left out.
  String oneOfUnlocked(String column, String query);

  Object numbers(Collection<Long> numbers);

  Object texts(Collection<String> texts);

  /// Whether a statement can take the columns of many rows as arrays.
  boolean takesArrays();

  /// Inserts many rows. `rest` follows the rows in the statement, such as what to do on a conflict.
  <T> void insertAll(Tx tx, RowWriter<T> writer, List<T> rows, String rest) throws SQLException;

  boolean hasTable(Tx tx, String name) throws SQLException;

  /// Keeps all other transactions from using the table.
  void lockTable(Tx tx, String name) throws SQLException;
}

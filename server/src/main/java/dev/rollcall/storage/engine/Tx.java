package dev.rollcall.storage.engine;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A connection with its prepared statements, used by one thread at a time.
public final class Tx implements AutoCloseable {

  /// Reads one row.
  @FunctionalInterface
  public interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  @FunctionalInterface
  private interface Execution<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Dialect dialect;
  private int writes;

  public Tx(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  public Dialect dialect() {
    return dialect;
  }

  /// Locks the rows of the table or alias that the query finds. Does nothing if the dialect has no
  /// locks.
  public void lock(String query, String table, @Nullable Object... arguments) throws SQLException {
    var forUpdate = dialect.forUpdate(table);
    if (!forUpdate.isEmpty()) {
      list(query + forUpdate, row -> true, arguments);
    }
  }

  /// Runs a statement that changes rows, and returns their number.
  public int update(String sql, @Nullable Object... arguments) throws SQLException {
    writes++;
    return execute(sql, arguments, PreparedStatement::executeUpdate);
  }

  /// Runs a statement with `RETURNING`.
  public <T> List<T> updateReturning(String sql, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    writes++;
    return list(sql, row, arguments);
  }

  public <T> Optional<T> one(String sql, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    return execute(
        sql,
        arguments,
        statement -> {
          try (var rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
          }
        });
  }

  /// Returns the number in the only row.
  public long count(String sql, @Nullable Object... arguments) throws SQLException {
    return one(sql, row -> row.getLong(1), arguments).orElseThrow();
  }

  public <T> List<T> list(String sql, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    return execute(
        sql,
        arguments,
        statement -> {
          try (var rows = statement.executeQuery()) {
            var all = new ArrayList<T>();
            while (rows.next()) {
              all.add(row.read(rows));
            }
            return all;
          }
        });
  }

  /// Runs reads that all see the same snapshot.
  public <T> T reading(Database.Work<T> work) throws SQLException {
    update("BEGIN");
    try {
      var result = work.run(this);
      update("COMMIT");
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      endAfter(e);
      throw e;
    }
  }

  // After some errors, SQLite has already ended the transaction. Then there is nothing to roll
  // back.
  private void endAfter(Throwable failure) {
    try {
      run("ROLLBACK");
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  /// Runs SQL without arguments and without a prepared statement.
  public void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The number in a column of a row, or null.
  public static @Nullable Long nullableLong(ResultSet row, int column) throws SQLException {
    var value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  /// The number of statements on this connection that changed rows.
  public int writes() {
    return writes;
  }

  private <T> T execute(String sql, @Nullable Object[] arguments, Execution<T> execution)
      throws SQLException {
    var statement = prepared(sql);
    try {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      return execution.of(statement);
    } catch (SQLException e) {
      forget(sql, statement, e);
      throw e;
    }
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    var statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  // After some errors (a full disk, a damaged page) SQLite's driver leaves a statement that can
  // never run again.
  private void forget(String sql, PreparedStatement statement, SQLException failure) {
    statements.remove(sql);
    try {
      statement.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

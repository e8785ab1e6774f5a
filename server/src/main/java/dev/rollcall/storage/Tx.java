package dev.rollcall.storage;

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

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private int writes;

  Tx(Connection connection) {
    this.connection = connection;
  }

  /// Runs a statement that changes rows, and answers how many.
  public int update(String sql, @Nullable Object... arguments) throws SQLException {
    writes++;
    return bound(sql, arguments).executeUpdate();
  }

  /// Runs a statement with `RETURNING`.
  public <T> List<T> updateReturning(String sql, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    writes++;
    return list(sql, row, arguments);
  }

  public <T> Optional<T> one(String sql, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    try (var rows = bound(sql, arguments).executeQuery()) {
      return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
    }
  }

  public <T> List<T> list(String sql, Row<T> row, @Nullable Object... arguments)
      throws SQLException {
    try (var rows = bound(sql, arguments).executeQuery()) {
      var all = new ArrayList<T>();
      while (rows.next()) {
        all.add(row.read(rows));
      }
      return all;
    }
  }

  /// Runs SQL that takes no arguments and is not worth keeping.
  void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// How many changing statements have run on this connection.
  int writes() {
    return writes;
  }

  private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
    var statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

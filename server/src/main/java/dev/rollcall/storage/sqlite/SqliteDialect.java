package dev.rollcall.storage.sqlite;

import dev.rollcall.json.Json;
import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/// The SQL of SQLite. Only one connection writes, so nothing is locked.
enum SqliteDialect implements Dialect {
  INSTANCE;

  @Override
  public String forUpdate(String table) {
    return "";
  }

  @Override
  public String forShare(String table) {
    return "";
  }

  @Override
  public String skipLocked() {
    return "";
  }

  @Override
  public String oneOf(String column) {
    return column + " IN (SELECT value FROM json_each(?))";
  }

  @Override
  public String oneOfUnlocked(String column, String query) {
    return column + " IN (" + query + ")";
  }

  @Override
  public Object numbers(Collection<Long> numbers) {
    return Json.MAPPER.writeValueAsString(numbers);
  }

  @Override
  public Object texts(Collection<String> texts) {
    return Json.MAPPER.writeValueAsString(texts);
  }

  @Override
  public boolean takesArrays() {
    return false;
  }

  @Override
  public <T> void insertAll(Tx tx, RowWriter<T> writer, List<T> rows, String rest)
      throws SQLException {
    var insert = writer.insert() + rest;
    for (var row : rows) {
      tx.update(insert, writer.values(row));
    }
  }

  @Override
  public boolean hasTable(Tx tx, String name) throws SQLException {
    return tx.one(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", row -> true, name)
        .isPresent();
  }

  /// No lock is needed, because only this connection writes.
  @Override
  public void lockTable(Tx tx, String name) {}
}

package dev.rollcall.storage.postgres;

import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/// The SQL of PostgreSQL. It takes locks, because other transactions may write at the same time.
enum PostgresDialect implements Dialect {
  /// The dialect of read-only transactions, which lock nothing.
  READING,
  WRITING;

  private String whenWriting(String lock) {
    return this == WRITING ? lock : "";
  }

  @Override
  public String forUpdate(String table) {
    return whenWriting(" FOR NO KEY UPDATE OF " + table);
  }

  @Override
  public String forShare(String table) {
    return whenWriting(" FOR SHARE OF " + table);
  }

  @Override
  public String skipLocked() {
    return whenWriting(" FOR UPDATE SKIP LOCKED");
  }

  @Override
  public String oneOf(String column) {
    return column + " = ANY (?)";
  }

  // ARRAY makes PostgreSQL run the subquery once. Otherwise it may run it for each row, and lock
  // more rows.
  @Override
  public String oneOfUnlocked(String column, String query) {
    return column + " = ANY (ARRAY (" + query + skipLocked() + "))";
  }

  @Override
  public Object numbers(Collection<Long> numbers) {
    return numbers.stream().mapToLong(it -> it).toArray();
  }

  @Override
  public Object texts(Collection<String> texts) {
    return texts.toArray(String[]::new);
  }

  @Override
  public boolean takesArrays() {
    return true;
  }

  @Override
  public <T> void insertAll(Tx tx, RowWriter<T> writer, List<T> rows, String rest)
      throws SQLException {
    if (!rows.isEmpty()) {
      tx.update(writer.insertAll() + rest, writer.arrays(rows));
    }
  }

  @Override
  public boolean hasTable(Tx tx, String name) throws SQLException {
    return tx.one("SELECT to_regclass(?) IS NOT NULL", row -> row.getBoolean(1), name)
        .orElse(false);
  }

  @Override
  public void lockTable(Tx tx, String name) throws SQLException {
    tx.update("LOCK TABLE " + name + " IN ACCESS EXCLUSIVE MODE");
  }
}

package dev.rollcall.storage.rows;

import dev.rollcall.storage.engine.ConflictException;
import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// Rows of unfinished imports: the source, and how far the import has come. The table exists only
/// while it has a row.
public final class TransferRows {
  private static final String TABLE = "transfer";
  private static final String UNDEFINED_TABLE = "42P01";

  public record Row(String source, String note) {}

  private TransferRows() {}

  public static void create(Tx tx) throws SQLException {
    tx.update("CREATE TABLE IF NOT EXISTS transfer (source TEXT PRIMARY KEY, note TEXT NOT NULL)");
  }

  // Until the table is locked, another import that ends may drop it.
  private static void lock(Tx tx) throws SQLException {
    create(tx);
    try {
      tx.dialect().lockTable(tx, TABLE);
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        throw new ConflictException("another import has ended and dropped the table");
      }
      throw e;
    }
  }

  public static boolean exist(Tx tx) throws SQLException {
    return tx.dialect().hasTable(tx, TABLE);
  }

  public static List<Row> all(Tx tx) throws SQLException {
    return tx.list(
        "SELECT source, note FROM transfer", row -> new Row(row.getString(1), row.getString(2)));
  }

  public static Optional<String> note(Tx tx, String source) throws SQLException {
    return tx.one("SELECT note FROM transfer WHERE source = ?", row -> row.getString(1), source);
  }

  public static void put(Tx tx, Row row) throws SQLException {
    tx.update(
        """
        INSERT INTO transfer (source, note) VALUES (?, ?)
        ON CONFLICT (source) DO UPDATE SET note = excluded.note
        """,
        row.source(),
        row.note());
  }

  /// Deletes the row of the source, and drops the table if that was the last row.
  public static void delete(Tx tx, String source) throws SQLException {
    lock(tx);
    tx.update("DELETE FROM transfer WHERE source = ?", source);
    if (all(tx).isEmpty()) {
      drop(tx);
    }
  }

  public static int drop(Tx tx) throws SQLException {
    return tx.update("DROP TABLE transfer");
  }
}

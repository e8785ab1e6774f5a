package dev.rollcall.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Export and import on SQLite.
final class SqliteTransferTest extends TransferContract {
  @TempDir static Path databases;

  @Override
  Engine newEngine(String name) {
    return new SqliteEngine(databases.resolve(name));
  }
}

package dev.rollcall.storage.transfer;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.SqliteEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Tokens of other systems on SQLite.
final class SqliteForeignImportTest extends ForeignImportContract {
  @TempDir static Path databases;

  @Override
  protected Engine newEngine(String name) {
    return new SqliteEngine(databases.resolve(name));
  }
}

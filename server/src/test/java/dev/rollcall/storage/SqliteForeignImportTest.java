package dev.rollcall.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Tokens of other systems on SQLite.
final class SqliteForeignImportTest extends ForeignImportContract {
  @TempDir static Path databases;

  @Override
  Engine newEngine(String name) {
    return new SqliteEngine(databases.resolve(name));
  }
}

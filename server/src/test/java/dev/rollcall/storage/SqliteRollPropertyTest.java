package dev.rollcall.storage;

import java.nio.file.Path;

/// The rules under random programs, on SQLite.
final class SqliteRollPropertyTest extends RollPropertyContract {
  @Override
  Engine newEngine(Path folder) {
    return new SqliteEngine(folder);
  }
}

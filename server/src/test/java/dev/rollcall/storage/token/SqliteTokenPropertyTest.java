package dev.rollcall.storage.token;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.SqliteEngine;
import java.nio.file.Path;

/// The rules under random programs, on SQLite.
final class SqliteTokenPropertyTest extends TokenPropertyContract {
  @Override
  protected Engine newEngine(Path folder) {
    return new SqliteEngine(folder);
  }
}

package dev.rollcall.storage.token;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.SqliteEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The races, on SQLite.
final class SqliteTokenRaceTest extends TokenRaceContract {
  @TempDir static Path folder;

  @Override
  protected Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

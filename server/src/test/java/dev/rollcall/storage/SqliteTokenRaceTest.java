package dev.rollcall.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The races, on SQLite.
final class SqliteTokenRaceTest extends TokenRaceContract {
  @TempDir static Path folder;

  @Override
  Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

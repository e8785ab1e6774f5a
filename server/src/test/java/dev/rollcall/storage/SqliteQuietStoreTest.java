package dev.rollcall.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Mutes and preferences on SQLite.
final class SqliteQuietStoreTest extends QuietStoreContract {
  @TempDir static Path folder;

  @Override
  Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

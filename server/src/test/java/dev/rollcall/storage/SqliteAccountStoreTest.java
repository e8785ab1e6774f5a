package dev.rollcall.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Apps, keys, users and sessions on SQLite.
final class SqliteAccountStoreTest extends AccountStoreContract {
  @TempDir static Path folder;

  @Override
  Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

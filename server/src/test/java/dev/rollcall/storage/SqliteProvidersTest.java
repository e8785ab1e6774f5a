package dev.rollcall.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Providers and their passes on SQLite.
final class SqliteProvidersTest extends ProvidersContract {
  @TempDir static Path folder;

  @Override
  Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

package dev.rollcall.storage.delivery;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.SqliteEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Providers and their passes on SQLite.
final class SqliteProviderStoreTest extends ProviderStoreContract {
  @TempDir static Path folder;

  @Override
  protected Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

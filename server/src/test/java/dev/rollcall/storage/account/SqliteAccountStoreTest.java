package dev.rollcall.storage.account;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.SqliteEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Apps, keys, users and sessions on SQLite.
final class SqliteAccountStoreTest extends AccountStoreContract {
  @TempDir static Path folder;

  @Override
  protected Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

package dev.rollcall.storage.token;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;
import java.nio.file.Path;

/// The rules under random programs, on PostgreSQL.
final class PostgresTokenPropertyTest extends TokenPropertyContract {
  @Override
  protected Engine newEngine(Path folder) {
    return new PostgresEngine();
  }
}

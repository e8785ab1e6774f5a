package dev.rollcall.storage;

import java.nio.file.Path;

/// The rules under random programs, on PostgreSQL.
final class PostgresRollPropertyTest extends RollPropertyContract {
  @Override
  Engine newEngine(Path folder) {
    return new PostgresEngine();
  }
}

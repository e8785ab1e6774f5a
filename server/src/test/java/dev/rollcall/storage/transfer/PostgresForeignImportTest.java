package dev.rollcall.storage.transfer;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;

/// Tokens of other systems on PostgreSQL.
final class PostgresForeignImportTest extends ForeignImportContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

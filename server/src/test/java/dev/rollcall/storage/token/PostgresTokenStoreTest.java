package dev.rollcall.storage.token;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;

/// Push tokens on PostgreSQL.
final class PostgresTokenStoreTest extends TokenStoreContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

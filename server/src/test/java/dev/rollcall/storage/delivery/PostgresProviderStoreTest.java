package dev.rollcall.storage.delivery;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;

/// Providers and their passes on PostgreSQL.
final class PostgresProviderStoreTest extends ProviderStoreContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

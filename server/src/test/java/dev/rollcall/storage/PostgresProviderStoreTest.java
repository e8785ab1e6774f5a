package dev.rollcall.storage;

/// Providers and their passes on PostgreSQL.
final class PostgresProviderStoreTest extends ProviderStoreContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

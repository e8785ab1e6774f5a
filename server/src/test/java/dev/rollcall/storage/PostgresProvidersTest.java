package dev.rollcall.storage;

/// Providers and their passes on PostgreSQL.
final class PostgresProvidersTest extends ProvidersContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

package dev.rollcall.storage;

/// Push tokens on PostgreSQL.
final class PostgresTokenStoreTest extends TokenStoreContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

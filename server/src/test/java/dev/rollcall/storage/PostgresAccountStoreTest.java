package dev.rollcall.storage;

/// Apps, keys, users and sessions on PostgreSQL.
final class PostgresAccountStoreTest extends AccountStoreContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

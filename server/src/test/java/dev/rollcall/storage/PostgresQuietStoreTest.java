package dev.rollcall.storage;

/// Mutes and preferences on PostgreSQL.
final class PostgresQuietStoreTest extends QuietStoreContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

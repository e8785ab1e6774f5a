package dev.rollcall.storage;

/// Tokens of other systems on PostgreSQL.
final class PostgresForeignImportTest extends ForeignImportContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

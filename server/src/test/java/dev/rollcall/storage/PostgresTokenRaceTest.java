package dev.rollcall.storage;

/// The races, on PostgreSQL.
final class PostgresTokenRaceTest extends TokenRaceContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

package dev.rollcall.storage.token;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;

/// The races, on PostgreSQL.
final class PostgresTokenRaceTest extends TokenRaceContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

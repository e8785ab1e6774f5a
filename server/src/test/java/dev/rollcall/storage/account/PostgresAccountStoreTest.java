package dev.rollcall.storage.account;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;

/// Apps, keys, users and sessions on PostgreSQL.
final class PostgresAccountStoreTest extends AccountStoreContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

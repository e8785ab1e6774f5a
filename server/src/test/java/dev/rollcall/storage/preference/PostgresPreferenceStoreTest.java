package dev.rollcall.storage.preference;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;

/// Mutes and preferences on PostgreSQL.
final class PostgresPreferenceStoreTest extends PreferenceStoreContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

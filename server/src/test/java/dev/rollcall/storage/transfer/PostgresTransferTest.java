package dev.rollcall.storage.transfer;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;

/// Export and import on PostgreSQL.
final class PostgresTransferTest extends TransferContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

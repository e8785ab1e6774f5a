package dev.rollcall.storage;

/// Export and import on PostgreSQL.
final class PostgresTransferTest extends TransferContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

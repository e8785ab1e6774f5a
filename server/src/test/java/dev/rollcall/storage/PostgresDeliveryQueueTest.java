package dev.rollcall.storage;

/// The queue of deliveries on PostgreSQL.
final class PostgresDeliveryQueueTest extends DeliveryQueueContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

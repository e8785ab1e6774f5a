package dev.rollcall.storage;

/// Webhooks and what they are to be told on PostgreSQL.
final class PostgresWebhookStoreTest extends WebhookStoreContract {
  @Override
  Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

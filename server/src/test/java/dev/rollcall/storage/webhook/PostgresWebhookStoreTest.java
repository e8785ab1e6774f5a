package dev.rollcall.storage.webhook;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;

/// Webhooks and what they are to be told on PostgreSQL.
final class PostgresWebhookStoreTest extends WebhookStoreContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }
}

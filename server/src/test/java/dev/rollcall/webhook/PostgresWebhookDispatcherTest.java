package dev.rollcall.webhook;

import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.TestPostgres;
import dev.rollcall.storage.postgres.PostgresUrl;
import java.nio.file.Path;

/// Events on their way, from PostgreSQL.
final class PostgresWebhookDispatcherTest extends WebhookDispatcherContract {
  @Override
  DatabaseAddress newDatabase(Path folder) {
    return new DatabaseAddress.Postgres(
        PostgresUrl.read(TestPostgres.newDatabase()).orElseThrow(), 8);
  }
}

package dev.rollcall.webhook;

import dev.rollcall.storage.DatabaseAddress;
import java.nio.file.Path;

/// Events on their way, from SQLite.
final class SqliteWebhookDispatcherTest extends WebhookDispatcherContract {
  @Override
  DatabaseAddress newDatabase(Path folder) {
    return new DatabaseAddress.SqliteFile(folder.resolve("rollcall.db"));
  }
}

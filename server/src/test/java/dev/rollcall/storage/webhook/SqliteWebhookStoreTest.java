package dev.rollcall.storage.webhook;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.SqliteEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Webhooks and what they are to be told on SQLite.
final class SqliteWebhookStoreTest extends WebhookStoreContract {
  @TempDir static Path folder;

  @Override
  protected Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

package dev.rollcall.storage.delivery;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.SqliteEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The queue of deliveries on SQLite.
final class SqliteDeliveryQueueTest extends DeliveryQueueContract {
  @TempDir static Path folder;

  @Override
  protected Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }
}

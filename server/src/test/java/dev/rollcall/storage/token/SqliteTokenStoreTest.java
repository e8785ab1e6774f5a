package dev.rollcall.storage.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.SqliteEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Push tokens on SQLite.
final class SqliteTokenStoreTest extends TokenStoreContract {
  @TempDir static Path folder;

  @Override
  protected Engine newEngine(String name) {
    return new SqliteEngine(folder.resolve(name));
  }

  @Test
  void theSameRegistrationWithinTenSecondsTouchesNoRow() {
    var alice = login("alice");
    register(alice, fcm("phone"), apns("ab"));
    long before = changes();
    clock.advance(Duration.ofSeconds(9));
    register(alice, fcm("phone"), apns("AB"));

    assertEquals(before, changes());
  }

  /// How many rows the writing connection has ever touched.
  private long changes() {
    return database.write(
        "counting changes",
        tx -> tx.one("SELECT total_changes()", row -> row.getLong(1)).orElseThrow());
  }
}

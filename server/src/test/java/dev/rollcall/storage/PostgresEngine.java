package dev.rollcall.storage;

import dev.rollcall.storage.postgres.PostgresUrl;
import java.util.List;

/// A database of its own on the PostgreSQL of this test run.
public final class PostgresEngine implements Engine {
  private static final List<String> TABLES =
      List.of(
          "app",
          "app_key",
          "app_user",
          "session",
          "push_token",
          "device_use",
          "token_event",
          "provider",
          "provider_access_token",
          "notification",
          "delivery",
          "suspicion",
          "apns_environment",
          "host_pause",
          "preference",
          "mute",
          "webhook",
          "webhook_event");

  private final String url = TestPostgres.newDatabase();
  private final Storage storage;

  public PostgresEngine() {
    storage = Storage.open(address(url), (writes, took) -> {});
  }

  static DatabaseAddress.Postgres address(String url) {
    return new DatabaseAddress.Postgres(PostgresUrl.read(url).orElseThrow(), 8);
  }

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public String stored() {
    var all = new StringBuilder();
    database()
        .read(
            "reading everything",
            tx -> {
              // Bytes that are letters are shown as letters.
              tx.run("SET LOCAL bytea_output = 'escape'");
              for (var table : TABLES) {
                tx.list("SELECT t::text FROM " + table + " t", row -> row.getString(1))
                    .forEach(all::append);
              }
              return true;
            });
    close();
    return all.toString();
  }

  @Override
  public void close() {
    storage.close();
    TestPostgres.drop(url);
  }
}

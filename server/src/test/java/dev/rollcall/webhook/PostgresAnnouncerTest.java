package dev.rollcall.webhook;

import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.PostgresUrl;
import dev.rollcall.storage.TestPostgres;
import java.nio.file.Path;

/// Events on their way, from PostgreSQL.
final class PostgresAnnouncerTest extends AnnouncerContract {
  @Override
  DatabaseAddress newDatabase(Path folder) {
    return new DatabaseAddress.Postgres(
        PostgresUrl.read(TestPostgres.newDatabase()).orElseThrow(), 8);
  }
}

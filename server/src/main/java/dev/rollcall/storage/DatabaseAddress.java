package dev.rollcall.storage;

import dev.rollcall.storage.postgres.PostgresUrl;
import java.nio.file.Path;

/// Where the data lives.
public sealed interface DatabaseAddress {

  /// One file on this machine.
  record SqliteFile(Path path) implements DatabaseAddress {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A PostgreSQL server, and how many connections to it this node may have.
  record Postgres(PostgresUrl url, int connections) implements DatabaseAddress {
    @Override
    public String toString() {
      return url.toString();
    }
  }
}

package dev.rollcall.storage;

import dev.rollcall.storage.postgres.PostgresUrl;
import java.nio.file.Path;
import java.util.Optional;

/// Where the data is stored.
public sealed interface DatabaseAddress {
  String FORM = "sqlite:<file>, or " + PostgresUrl.FORM;

  /// Empty if the text does not have the form `FORM`.
  static Optional<DatabaseAddress> parse(String text, int connections) {
    var sqlite = "sqlite:";
    return text.startsWith(sqlite) && text.length() > sqlite.length()
        ? Optional.of(new SqliteFile(Path.of(text.substring(sqlite.length()))))
        : PostgresUrl.read(text).map(url -> new Postgres(url, connections));
  }

  /// One file on this machine.
  record SqliteFile(Path path) implements DatabaseAddress {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A PostgreSQL server, and the limit of this node's connections to it.
  record Postgres(PostgresUrl url, int connections) implements DatabaseAddress {
    @Override
    public String toString() {
      return url.toString();
    }
  }
}

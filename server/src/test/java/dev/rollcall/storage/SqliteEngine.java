package dev.rollcall.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A SQLite database in a folder of its own.
public final class SqliteEngine implements Engine {
  private final Path folder;
  private final Storage storage;

  public SqliteEngine(Path folder) {
    this.folder = newFolder(folder);
    var file = new DatabaseAddress.SqliteFile(this.folder.resolve("rollcall.db"));
    this.storage = Storage.open(file, (writes, took) -> {});
  }

  private static Path newFolder(Path folder) {
    try {
      return Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public String stored() {
    // Reading the file while SQLite has it open would cost it its locks.
    storage.close();
    var all = new StringBuilder();
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString();
  }

  @Override
  public void close() {
    storage.close();
  }
}

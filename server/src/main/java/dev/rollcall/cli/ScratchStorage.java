package dev.rollcall.cli;

import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.Storage;
import dev.rollcall.transfer.TransferStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A database in a folder for temporary files, which only its owner can read and which is deleted in
/// the end.
final class ScratchStorage implements AutoCloseable {
  private final Path folder;
  private final Storage storage;

  private ScratchStorage(Path folder, Storage storage) {
    this.folder = folder;
    this.storage = storage;
  }

  static ScratchStorage open() throws IOException {
    var folder = Files.createTempDirectory("rollcall-dry-run");
    return new ScratchStorage(
        folder, CommandFlags.open(new DatabaseAddress.SqliteFile(folder.resolve("scratch.db"))));
  }

  TransferStore transfers() {
    return storage.transfers();
  }

  @Override
  public void close() {
    storage.close();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

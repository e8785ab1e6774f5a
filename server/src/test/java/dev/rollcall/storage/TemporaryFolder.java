package dev.rollcall.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A folder that is gone when it is closed, where JUnit gives none.
public record TemporaryFolder(Path path) implements AutoCloseable {

  public TemporaryFolder() {
    this(made());
  }

  private static Path made() {
    try {
      return Files.createTempDirectory("rollcall");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

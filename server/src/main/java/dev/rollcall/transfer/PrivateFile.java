package dev.rollcall.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Creates files with push tokens, which only their owner may read.
public final class PrivateFile {
  private PrivateFile() {}

  /// Creates the file; replaces an existing one.
  public static FileChannel create(Path file) throws IOException {
    Files.deleteIfExists(file);
    var ours = PosixFilePermissions.fromString("rw-------");
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(ours));
  }
}

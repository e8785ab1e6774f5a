package dev.rollcall.storage.sqlite;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.util.LibraryLoaderUtil;

/// The native library of SQLite. The driver contains it, and by default unpacks it at each start.
public final class SqliteLibrary {
  private SqliteLibrary() {}

  /// Copies this machine's library to the folder. The driver loads it from there if
  /// `org.sqlite.lib.path` names the folder.
  public static void unpackTo(Path folder) throws IOException {
    var name = LibraryLoaderUtil.getNativeLibName();
    var resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    try (var library = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new FileNotFoundException("the driver has no " + resource);
      }
      Files.createDirectories(folder);
      Files.copy(library, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}

package dev.rollcall.client;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Stores everything in one file. Only its owner can read it, if the file system has owners.
///
/// A new file is written beside the old one, made durable and then moved over it atomically, so after a
/// crash the file has the old text or the new one. On Android, use a file in
/// `Context.getNoBackupFilesDir()`, so that a backup restored on another phone does not contain the
/// session.
public final class FileStorage implements Storage {
  private final File file;

  /// Creates a storage for a file, which need not exist yet.
  ///
  /// @param file the file; its folder must exist
  public FileStorage(File file) {
    this.file = Objects.requireNonNull(file, "file").getAbsoluteFile();
  }

  /// Reads the file.
  @Override
  public @Nullable String load() throws IOException {
    try (var in = new FileInputStream(file)) {
      var bytes = new ByteArrayOutputStream();
      var buffer = new byte[4096];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes.write(buffer, 0, n);
      }
      return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      if (file.exists()) {
        throw e;
      }
      return null;
    }
  }

  /// Replaces the file.
  @Override
  public void save(String text) throws IOException {
    var fresh = new File(file.getPath() + ".new");
    makeEmpty(fresh);
    try (var out = new FileOutputStream(fresh)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.getFD().sync();
    }
    // Atomic on Android and on every Unix. On Windows it does not replace an existing file.
    if (!fresh.renameTo(file)) {
      moveOver(fresh, file);
    }
  }

  private static void moveOver(File fresh, File file) throws IOException {
    if (ClientInfo.isAndroid()) {
      throw new IOException("cannot move " + fresh + " to its place");
    }
    Mover.move(fresh, file);
  }

  /// Moves a file over another.
  @LaterAndroid
  static final class Mover {
    private Mover() {}

    static void move(File fresh, File file) throws IOException {
      move(fresh.toPath(), file.toPath());
    }

    static void move(Path fresh, Path file) throws IOException {
      try {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  // Others may be able to read a file that a crash left there, so it is deleted first.
  private static void makeEmpty(File fresh) throws IOException {
    if ((fresh.exists() && !fresh.delete()) || !fresh.createNewFile()) {
      throw new IOException("cannot create " + fresh);
    }
    fresh.setReadable(false, false);
    fresh.setWritable(false, false);
    fresh.setReadable(true, true);
    fresh.setWritable(true, true);
  }
}

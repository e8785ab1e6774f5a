package dev.rollcall.start;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lock on the data folder or the database, which only one server at a time may use.
public final class DataFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DataFolder.class);

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private final FileChannel channel;

  private DataFolder(FileChannel channel) {
    this.channel = channel;
  }

  public static void create(Path folder) {
    try {
      // The folder will hold push tokens, which only its owner may read.
      if (!Files.isDirectory(folder)) {
        var ours = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(ours));
      }
    } catch (IOException e) {
      throw new StartException(
          "The data folder "
              + folder.toAbsolutePath()
              + " cannot be created; choose another with --data, or give this user the right to"
              + " create it",
          e);
    }
  }

  public static DataFolder lock(Path folder) {
    create(folder);
    try {
      var locked =
          lock(
              folder.resolve("server.lock"),
              "Another server uses the data folder "
                  + folder.toAbsolutePath()
                  + "; stop it, or choose another folder with --data");
      warnIfOthersCanRead(folder);
      return locked;
    } catch (IOException e) {
      throw new StartException(
          "The data folder " + folder.toAbsolutePath() + " cannot be written: " + e.getMessage(),
          e);
    }
  }

  /// Locks a database outside a data folder, or in the folder of another server.
  public static DataFolder lockDatabase(Path database) {
    var folder = database.toAbsolutePath().getParent();
    if (folder == null) {
      throw new StartException("The database " + database + " is a folder; name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new StartException(
          "There is no folder "
              + folder
              + " for the database; create it, or name another database");
    }
    var file = database.resolveSibling(database.getFileName() + ".lock");
    try {
      return lock(
          file,
          "A server uses the database "
              + database.toAbsolutePath()
              + "; stop it, or name another database");
    } catch (IOException e) {
      throw new StartException(
          "The file " + file.toAbsolutePath() + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static DataFolder lock(Path file, String inUse) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked(channel)) {
      channel.close();
      throw new StartException(inUse);
    }
    return new DataFolder(channel);
  }

  // The folder belongs to the operator, who may have reasons, so its permissions are not changed.
  private static void warnIfOthersCanRead(Path folder) throws IOException {
    if (Files.getPosixFilePermissions(folder).stream().anyMatch(OTHERS::contains)) {
      log.atWarn()
          .addKeyValue("cure", "chmod 700 " + folder.toAbsolutePath())
          .log("other users of this machine can read the data folder, which contains push tokens");
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

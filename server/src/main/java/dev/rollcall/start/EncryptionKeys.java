package dev.rollcall.start;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.secret.EncryptionKey;
import dev.rollcall.secret.Seal;
import dev.rollcall.storage.DatabaseAddress;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The encryption key: the operator's, or, with SQLite, one that is generated when the first secret
/// is stored.
public final class EncryptionKeys {
  private static final Logger log = LoggerFactory.getLogger(EncryptionKeys.class);
  private static final String FILE = "encryption.key";

  private EncryptionKeys() {}

  public static Seal seal(Optional<EncryptionKey> configured, DatabaseAddress database, Path data) {
    if (configured.isPresent()) {
      return new Seal(configured::get);
    }
    return new Seal(
        switch (database) {
          case DatabaseAddress.SqliteFile _ -> new KeyFile(data.resolve(FILE))::key;
          case DatabaseAddress.Postgres _ -> EncryptionKeys::none;
        });
  }

  // Nodes that each generated a key could not decrypt each other's secrets.
  private static EncryptionKey none() {
    throw new Problem(
        Code.ERR_NO_ENCRYPTION_KEY,
        "Credentials are stored encrypted, and with PostgreSQL the key must be configured: set"
            + " ROLLCALL_ENCRYPTION_KEY, the same on all nodes, to "
            + EncryptionKey.FORM);
  }

  /// A key in a file, which is generated when it is first needed.
  private static final class KeyFile {
    private final Path file;
    private volatile @Nullable EncryptionKey known;

    KeyFile(Path file) {
      this.file = file;
    }

    EncryptionKey key() {
      var key = known;
      if (key == null) {
        key = load();
        known = key;
      }
      return key;
    }

    private EncryptionKey load() {
      try {
        if (!Files.exists(file)) {
          generate();
        }
        return EncryptionKey.parse(Files.readString(file))
            .orElseThrow(
                () -> new StartException("The file " + file + " must hold " + EncryptionKey.FORM));
      } catch (IOException e) {
        throw new StartException(
            "The encryption key " + file + " cannot be read or generated: " + e.getMessage(), e);
      }
    }

    // The file gets its name only when it is complete, because a server and a command may create it
    // at the same time.
    private void generate() throws IOException {
      var fresh = Files.createTempFile(file.toAbsolutePath().getParent(), FILE, null);
      try {
        Files.writeString(fresh, EncryptionKey.random().base64() + "\n");
        Files.createLink(file, fresh);
        log.atWarn()
            .addKeyValue("file", file)
            .log("generated a key that encrypts the credentials of providers; back it up");
      } catch (FileAlreadyExistsException e) {
        // Another process has created the file in the meantime; its key is used.
      } finally {
        Files.delete(fresh);
      }
    }
  }
}

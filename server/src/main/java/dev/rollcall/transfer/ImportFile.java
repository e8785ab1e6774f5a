package dev.rollcall.transfer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// A file to import, and what it is read as. An import of the same file that was stopped is known
/// by the file's bytes.
public final class ImportFile {
  private static final int BUFFER = 1 << 16;

  /// What a file is read as.
  public enum Format {
    ROLLCALL
  }

  private final Path file;
  private final Format format;
  private final Optional<String> appId;
  private final String name;

  private ImportFile(Path file, Format format, Optional<String> appId, String name) {
    this.file = file;
    this.format = format;
    this.appId = appId;
    this.name = name;
  }

  /// Reads the file once, to know it again.
  public static ImportFile of(Path file, Format format, Optional<String> appId) throws IOException {
    var name = format + " " + appId.orElse("") + " " + digest(file);
    var it = new ImportFile(file, format, appId, name);
    it.open().close();
    return it;
  }

  private static String digest(Path file) throws IOException {
    try (var in = new DigestInputStream(Files.newInputStream(file), sha256())) {
      var buffer = new byte[BUFFER];
      while (in.read(buffer) >= 0) {
        // the digest is all that is wanted
      }
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  String name() {
    return name;
  }

  Source open() throws IOException {
    var in = unzipped(Files.newInputStream(file));
    try {
      return switch (format) {
        case ROLLCALL -> new RollcallFile(in, appId);
      };
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static InputStream unzipped(InputStream raw) throws IOException {
    var in = new PushbackInputStream(raw, 2);
    var start = in.readNBytes(2);
    in.unread(start);
    var zipped = start.length == 2 && start[0] == (byte) 0x1f && start[1] == (byte) 0x8b;
    return new BufferedInputStream(zipped ? new GZIPInputStream(in, BUFFER) : in, BUFFER);
  }
}

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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// A file to import, and how it is read.
///
/// An interrupted import of the same file is recognised by the digest of the file's bytes.
public final class ImportFile {
  private static final int BUFFER = 1 << 16;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /// The format of a file.
  public enum Format {
    ROLLCALL,
    PARSE,
    ONESIGNAL,
    CSV
  }

  /// How to read a file: the format, the app, and the field with Parse's user if it is not a usual
  /// one. For a Rollcall export, the app selects the rows to import.
  public record Reading(Format format, Optional<String> appId, Optional<String> userField) {
    public Reading {
      if (format != Format.ROLLCALL && appId.isEmpty()) {
        throw new TransferException("Name the app to import into with --app");
      }
    }
  }

  private final Path file;
  private final Reading reading;
  private final String name;

  private ImportFile(Path file, Reading reading, String name) {
    this.file = file;
    this.reading = reading;
    this.name = name;
  }

  /// Reads the whole file once to compute its digest.
  public static ImportFile of(Path file, Reading reading) throws IOException {
    var name = reading + " " + digest(file);
    var it = new ImportFile(file, reading, name);
    it.open().close();
    return it;
  }

  private static String digest(Path file) throws IOException {
    try (var in = new DigestInputStream(Files.newInputStream(file), sha256())) {
      var buffer = new byte[BUFFER];
      while (in.read(buffer) >= 0) {
        // Only the digest is needed.
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
      return switch (reading.format()) {
        case ROLLCALL -> new RollcallFile(in, reading.appId());
        case PARSE -> {
          var installations = new ParseInstallations(app(), reading.userField());
          yield JsonObjects.open(in, installations::read);
        }
        case ONESIGNAL -> new CsvSource(in, OneSignalCsv.COLUMNS, new OneSignalCsv(app())::read);
        case CSV -> new CsvSource(in, PlainCsv.COLUMNS, new PlainCsv(app())::read);
      };
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private String app() {
    return reading.appId().orElseThrow();
  }

  /// The app that must exist before the import; empty if the file brings its own.
  Optional<String> neededApp() {
    return reading.format() == Format.ROLLCALL ? Optional.empty() : reading.appId();
  }

  private static BufferedInputStream unzipped(InputStream raw) throws IOException {
    var in = new PushbackInputStream(raw, 2);
    var start = in.readNBytes(2);
    in.unread(start);
    var zipped = start.length == 2 && start[0] == (byte) 0x1f && start[1] == (byte) 0x8b;
    var plain = new BufferedInputStream(zipped ? new GZIPInputStream(in, BUFFER) : in, BUFFER);
    skipByteOrderMark(plain);
    return plain;
  }

  private static void skipByteOrderMark(BufferedInputStream in) throws IOException {
    in.mark(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      in.reset();
    }
  }
}

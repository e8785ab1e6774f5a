package dev.rollcall.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// A file to import, and how it is read.
///
/// An interrupted import of the same file is recognised by the digest of the file's bytes.
public final class ImportFile {
  private static final int BUFFER = 1 << 16;

  /// The format of a file.
  public enum Format {
    ROLLCALL,
    PARSE,
    ONESIGNAL,
    CSV
  }

  /// How to read a file: the format, the app, the field with Parse's user if it is not a usual one,
  /// and the uids for ids of the other system. For a Rollcall export, the app selects the rows to
  /// import.
  public record Reading(
      Format format, Optional<String> appId, Optional<String> userField, UidMap uids) {
    public Reading {
      if (format != Format.ROLLCALL && appId.isEmpty()) {
        throw new TransferException("Name the app to import into with --app");
      }
    }

    public Reading(Format format, Optional<String> appId, Optional<String> userField) {
      this(format, appId, userField, UidMap.NONE);
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
    try {
      it.open().close();
    } catch (DamagedException e) {
      throw new TransferException("Nothing of the file can be read: " + e.what(), e);
    }
    return it;
  }

  static String digest(Path file) throws IOException {
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
    var in = TextFile.open(file);
    try {
      return new WholeSource(
          switch (reading.format()) {
            case ROLLCALL -> new RollcallFile(in, reading.appId());
            case PARSE -> {
              var installations = new ParseInstallations(intake(), reading.userField());
              yield JsonObjects.open(in, installations::read);
            }
            case ONESIGNAL ->
                new CsvSource(in, OneSignalCsv.COLUMNS, new OneSignalCsv(intake())::read);
            case CSV -> new CsvSource(in, PlainCsv.COLUMNS, new PlainCsv(intake())::read);
          });
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private Intake intake() {
    return new Intake(
        reading.appId().orElseThrow(), String.valueOf(file.getFileName()), reading.uids());
  }

  /// The only app that the file can concern; empty if it can concern any.
  Optional<String> appId() {
    return reading.appId();
  }

  /// The app that must exist before the import; empty if the file brings its own.
  Optional<String> requiredApp() {
    return reading.format() == Format.ROLLCALL ? Optional.empty() : reading.appId();
  }
}

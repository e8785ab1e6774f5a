package dev.rollcall.storage.transfer;

import dev.rollcall.storage.engine.Database;
import dev.rollcall.token.Registration;
import dev.rollcall.transfer.Export;
import dev.rollcall.transfer.Import;
import dev.rollcall.transfer.ImportFile;
import dev.rollcall.transfer.Progress;
import dev.rollcall.transfer.RejectFile;
import dev.rollcall.transfer.TransferStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Exports and imports by way of a folder.
public record Transfers(Path folder, Clock clock) {

  public List<String> exported(Database database, Optional<String> appId) {
    var out = new ByteArrayOutputStream();
    try {
      new Export(new SqlTransferStore(database), clock, silent()).write(appId, out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  public Import.Result imported(
      TransferStore store, List<String> lines, ImportFile.Reading reading, int perUser)
      throws IOException {
    var file = Files.write(folder.resolve("file"), lines);
    var registration = new Registration(new Registration.Limits(Duration.ofSeconds(10), perUser));
    var rules = new TransferStore.Rules(registration, Duration.ofDays(270));
    return new Import(store, rules, clock, silent())
        .run(
            ImportFile.of(file, reading),
            new RejectFile(folder.resolve("rejects")),
            Import.Mode.USUAL);
  }

  private static Progress silent() {
    return new Progress(new PrintStream(OutputStream.nullOutputStream()));
  }

  /// The lines of the file of rejects, which is not there without any.
  List<String> rejected() throws IOException {
    var file = folder.resolve("rejects");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}

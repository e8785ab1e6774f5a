package dev.rollcall.cli;

import dev.rollcall.config.Config;
import dev.rollcall.start.StartException;
import dev.rollcall.transfer.Export;
import dev.rollcall.transfer.PrivateFile;
import dev.rollcall.transfer.Progress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// `export`: writes an export to a file or to standard output, even while a server uses the
/// database.
final class ExportCommand {
  private static final int BUFFER = 1 << 16;

  private final PrintStream out;
  private final PrintStream err;

  ExportCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  void run(List<String> arguments) {
    var flags = new HashMap<>(Flags.read(arguments));
    var appId = CommandFlags.optional(flags, "--app", Config.APP_ID, Config.APP_ID_FORM);
    var output = Optional.ofNullable(flags.remove("--output")).map(Path::of);
    var database = CommandFlags.existingDatabase(CommandFlags.database(flags));
    try (var storage = CommandFlags.open(database)) {
      var export = new Export(storage.transfers(), Clock.systemUTC(), new Progress(err));
      if (output.isEmpty()) {
        toOutput(export, appId);
      } else {
        toFile(export, appId, output.get());
      }
    } catch (IOException e) {
      throw new StartException("The export cannot be written: " + e.getMessage(), e);
    }
  }

  private void toOutput(Export export, Optional<String> appId) throws IOException {
    export.write(appId, new BufferedOutputStream(out, BUFFER));
    if (out.checkError()) {
      throw new IOException("the output was closed, or is full");
    }
  }

  /// The file gets its name only when it is complete.
  private static void toFile(Export export, Optional<String> appId, Path file) throws IOException {
    var part = file.resolveSibling(file.getFileName() + ".part");
    try (var channel = PrivateFile.create(part)) {
      export.write(appId, new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER));
      channel.force(true);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }
}

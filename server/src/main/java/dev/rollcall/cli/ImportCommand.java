package dev.rollcall.cli;

import dev.rollcall.config.Config;
import dev.rollcall.config.Setting;
import dev.rollcall.config.UsageException;
import dev.rollcall.start.DataFolder;
import dev.rollcall.start.StartException;
import dev.rollcall.token.Registration;
import dev.rollcall.transfer.DryRun;
import dev.rollcall.transfer.Import;
import dev.rollcall.transfer.ImportFile;
import dev.rollcall.transfer.Progress;
import dev.rollcall.transfer.RejectFile;
import dev.rollcall.transfer.TransferStore;
import dev.rollcall.transfer.TransferStore.Rules;
import dev.rollcall.transfer.UidMap;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// `import`: imports the records of a file, even while a server uses the database.
final class ImportCommand {
  private static final String FORMATS = "rollcall|parse|onesignal|csv";

  private static final Clock CLOCK = Clock.systemUTC();

  private final Progress progress;

  ImportCommand(PrintStream err) {
    this.progress = new Progress(err);
  }

  void run(List<String> arguments) {
    var rest = new ArrayList<>(arguments);
    var mode = new Import.Mode(rest.remove("--keep-going"), rest.remove("--dry-run"));
    var file = file(rest);
    var flags = new HashMap<>(Flags.read(rest));
    var format =
        CommandFlags.optional(flags, "--format", FORMATS, "rollcall, parse, onesignal or csv")
            .map(word -> ImportFile.Format.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(ImportFile.Format.ROLLCALL);
    var appId = CommandFlags.optional(flags, "--app", Config.APP_ID, Config.APP_ID_FORM);
    var userField = CommandFlags.optional(flags, "--user-field", "\\w{1,100}", "a field's name");
    var uidMap = Optional.ofNullable(flags.remove("--uid-map")).map(Path::of);
    if (format != ImportFile.Format.ROLLCALL && appId.isEmpty()) {
      throw new UsageException("--app is missing; it must name the app to import into");
    }
    if (format != ImportFile.Format.PARSE && userField.isPresent()) {
      throw new UsageException("--user-field is for --format parse only");
    }
    if (format == ImportFile.Format.ROLLCALL && uidMap.isPresent()) {
      throw new UsageException("--uid-map is for the other formats; an export has uids already");
    }
    var named = Optional.ofNullable(flags.remove("--rejects")).map(Path::of);
    var rejects =
        new RejectFile(named.orElseGet(() -> file.resolveSibling(file.getFileName() + ".rejects")));
    var settings = CommandFlags.database(flags, Setting.TOKENS_PER_USER, Setting.TOKEN_REMOVAL);
    var limits = Config.tokens(settings);
    settings.requireValid();
    if (Files.isDirectory(file)) {
      throw new StartException(file + " is a folder; name a file in it");
    }
    try {
      var uids = uidMap.isPresent() ? UidMap.of(uidMap.get()) : UidMap.NONE;
      var reading = new ImportFile.Reading(format, appId, userField, uids);
      var source = ImportFile.of(file, reading);
      var rules = new Rules(new Registration(limits.registration()), limits.removal());
      if (mode.dryRun()) {
        try (var storage = CommandFlags.open(CommandFlags.existingDatabase(settings));
            var scratch = ScratchStorage.open()) {
          var dryRun = new DryRun(storage.transfers(), scratch.transfers(), rules, CLOCK, progress);
          if (named.isEmpty()) {
            dryRun.requireNotBegun(source);
          }
          dryRun.copy(source);
          run(scratch.transfers(), rules, source, rejects, mode);
        }
        return;
      }
      DataFolder.create(Config.data(settings));
      try (var storage = CommandFlags.open(CommandFlags.address(settings))) {
        run(storage.transfers(), rules, source, rejects, mode);
      }
    } catch (NoSuchFileException e) {
      throw new StartException("There is no file " + e.getFile(), e);
    } catch (IOException e) {
      throw new StartException("The import failed, and can be run again: " + e, e);
    }
  }

  private void run(
      TransferStore store, Rules rules, ImportFile source, RejectFile rejects, Import.Mode mode)
      throws IOException {
    requireNoRejects(new Import(store, rules, CLOCK, progress).run(source, rejects, mode), rejects);
  }

  private static void requireNoRejects(Import.Result result, RejectFile rejects) {
    if (result.rejected() > 0) {
      throw new StartException(
          "%,d records were rejected; the records and the reasons are in %s"
              .formatted(result.rejected(), rejects.path()));
    }
  }

  /// Removes the one argument that is neither a flag nor a flag's value.
  private static Path file(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      if (!arguments.get(i).startsWith("--")) {
        return Path.of(arguments.remove(i));
      }
      if (!arguments.get(i).contains("=")) {
        i++;
      }
    }
    throw new UsageException("Name the file to import");
  }
}

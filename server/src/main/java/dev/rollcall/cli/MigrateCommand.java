package dev.rollcall.cli;

import dev.rollcall.config.Setting;
import dev.rollcall.config.UsageException;
import dev.rollcall.start.DataFolder;
import dev.rollcall.start.StartException;
import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.Storage;
import dev.rollcall.transfer.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `migrate`: moves an SQLite database to PostgreSQL; no server may use the database meanwhile.
final class MigrateCommand {
  private final PrintStream err;

  MigrateCommand(PrintStream err) {
    this.err = err;
  }

  void run(List<String> arguments) {
    var flags = new HashMap<>(Flags.read(arguments));
    var from = file(address(flags, "--from"));
    var to = address(flags, "--to");
    if (!(to instanceof DatabaseAddress.Postgres)) {
      throw new UsageException("--to must be postgresql://user:password@host:port/name");
    }
    CommandFlags.database(flags);
    var folder = from.getParent();
    if (folder == null || !Files.exists(from)) {
      throw new StartException("There is no database " + from);
    }
    try (var _ = DataFolder.lock(folder);
        var _ = DataFolder.lockDatabase(from);
        var source = Storage.open(new DatabaseAddress.SqliteFile(from), (writes, took) -> {});
        var target = Storage.open(to, (writes, took) -> {})) {
      source.migrateTo(target, from.toString(), new Progress(err));
    } catch (IOException e) {
      throw new StartException("The data folder cannot be unlocked: " + e.getMessage(), e);
    }
  }

  private static DatabaseAddress address(Map<String, String> flags, String flag) {
    var url = flags.remove(flag);
    if (url == null) {
      throw new UsageException(
          "Use 'migrate --from sqlite:<file> --to postgresql://user:password@host:port/name'");
    }
    return CommandFlags.address(CommandFlags.database(Map.of(Setting.DATABASE.flag(), url)));
  }

  private static Path file(DatabaseAddress address) {
    if (address instanceof DatabaseAddress.SqliteFile(var file)) {
      return file.toAbsolutePath().normalize();
    }
    throw new UsageException("--from must be sqlite:<file>");
  }
}

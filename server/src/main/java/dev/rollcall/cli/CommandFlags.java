package dev.rollcall.cli;

import dev.rollcall.config.Config;
import dev.rollcall.config.Setting;
import dev.rollcall.config.Settings;
import dev.rollcall.config.UsageException;
import dev.rollcall.start.StartException;
import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.Storage;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads the flags of the commands that use the database without serving.
///
/// A flag that is read is removed from the map, so that the remaining flags can be refused.
final class CommandFlags {
  private static final int CONNECTIONS = 2;

  private CommandFlags() {}

  static String required(Map<String, String> flags, String flag, String pattern, String form) {
    return optional(flags, flag, pattern, form)
        .orElseThrow(() -> new UsageException(flag + " is missing; it must be " + form));
  }

  static Optional<String> optional(
      Map<String, String> flags, String flag, String pattern, String form) {
    var value = Optional.ofNullable(flags.remove(flag));
    if (value.isPresent() && !value.get().matches(pattern)) {
      throw new UsageException(flag + " must be " + form);
    }
    return value;
  }

  /// Reads the settings of the database, and those in `more`, from the remaining flags and the
  /// environment.
  static Settings database(Map<String, String> flags, Setting... more) {
    var wanted =
        Stream.concat(Stream.of(Setting.DATA, Setting.DATABASE), Arrays.stream(more))
            .map(Setting::flag)
            .toList();
    flags.keySet().stream()
        .filter(flag -> !wanted.contains(flag))
        .findFirst()
        .ifPresent(
            flag -> {
              throw new UsageException(flag + " is not a flag of this command");
            });
    var settings = new Settings(flags, System.getenv());
    Config.database(settings);
    settings.requireValid();
    return settings;
  }

  /// A command needs few connections, because servers may use the same database.
  static DatabaseAddress address(Settings settings) {
    var database = Config.database(settings);
    return database instanceof DatabaseAddress.Postgres(var url, var connections)
        ? new DatabaseAddress.Postgres(url, CONNECTIONS)
        : database;
  }

  static Storage open(DatabaseAddress database) {
    return Storage.open(database, (writes, took) -> {}).requireMigrated();
  }

  static DatabaseAddress existingDatabase(Settings settings) {
    var database = address(settings);
    if (database instanceof DatabaseAddress.SqliteFile(var file) && !Files.exists(file)) {
      throw new StartException(
          "There is no database "
              + file.toAbsolutePath()
              + "; name its folder with --data, or create an app first ('./rollcall app create')");
    }
    return database;
  }
}

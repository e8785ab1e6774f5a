package dev.rollcall;

import dev.rollcall.account.Key;
import dev.rollcall.account.Scope;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.Storage;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// `app create`, `app list`, `app rotate-key`: works on the database directly, also while a server
/// uses it.
final class AppCommand {
  private final PrintStream out;

  AppCommand(PrintStream out) {
    this.out = out;
  }

  void run(List<String> arguments) {
    var verb = arguments.isEmpty() ? "" : arguments.getFirst();
    var flags =
        new HashMap<>(
            Flags.read(arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size())));
    switch (verb) {
      case "create" -> create(flags);
      case "list" -> list(flags);
      case "rotate-key" -> rotateKey(flags);
      default -> throw new UsageException("Say 'app create', 'app list' or 'app rotate-key'");
    }
  }

  private void create(Map<String, String> flags) {
    var id = required(flags, "--id", Config.APP_ID, Config.APP_ID_FORM);
    var region = taken(flags, "--region", Config.REGION, Config.REGION_FORM).orElse(Apps.REGION);
    var policy =
        taken(flags, "--policy", "exclusive|shared", "exclusive or shared").orElse("exclusive");
    var settings = settings(flags);
    DataFolder.make(Config.data(settings));
    with(
        Config.database(settings),
        apps ->
            show(
                apps.make(id, region, TokenPolicy.of(policy), Key.random(), Key.random())
                    .orElseThrow(
                        () -> new StartException("There is an app '" + id + "' already"))));
  }

  private void show(Apps.Made app) {
    out.println("app id    " + app.id());
    out.println("region    " + app.region());
    out.println("auth key  " + app.authKey().value() + "   (for clients: may log users in)");
    out.println("API key   " + app.apiKey().value() + "   (for back ends: full access)");
    out.println("The keys are shown this once; only their hashes are kept.");
  }

  private void list(Map<String, String> flags) {
    with(
        existing(settings(flags)),
        apps ->
            apps.all()
                .forEach(
                    app ->
                        out.printf(
                            "%s\tregion %s\tpolicy %s\tsince %s%n",
                            app.id(),
                            app.region(),
                            app.policy().word(),
                            Instant.ofEpochMilli(app.createdAt()))));
  }

  private void rotateKey(Map<String, String> flags) {
    var id = required(flags, "--id", Config.APP_ID, Config.APP_ID_FORM);
    var word = required(flags, "--scope", "fullAccess|authOnly", "fullAccess or authOnly");
    var scope = Scope.of(word).orElseThrow();
    with(
        existing(settings(flags)),
        apps -> {
          var fresh =
              apps.rotate(id, scope)
                  .orElseThrow(
                      () ->
                          new StartException(
                              "There is no app '" + id + "'; './rollcall app list' shows them"));
          out.println(fresh.value());
        });
  }

  private static String required(
      Map<String, String> flags, String flag, String pattern, String form) {
    return taken(flags, flag, pattern, form)
        .orElseThrow(() -> new UsageException(flag + " is missing; it must be " + form));
  }

  private static Optional<String> taken(
      Map<String, String> flags, String flag, String pattern, String form) {
    var value = Optional.ofNullable(flags.remove(flag));
    if (value.isPresent() && !value.get().matches(pattern)) {
      throw new UsageException(flag + " must be " + form);
    }
    return value;
  }

  /// What the remaining flags and the environment say, as far as it concerns the database.
  private static Settings settings(Map<String, String> flags) {
    var wanted = Set.of(Setting.DATA.flag(), Setting.DATABASE.flag());
    flags.keySet().stream()
        .filter(flag -> !wanted.contains(flag))
        .findFirst()
        .ifPresent(
            flag -> {
              throw new UsageException(flag + " is not a flag of this command");
            });
    var settings = new Settings(flags, System.getenv());
    Config.database(settings);
    settings.finish();
    return settings;
  }

  private static DatabaseAddress existing(Settings settings) {
    var database = Config.database(settings);
    if (database instanceof DatabaseAddress.SqliteFile(var file) && !Files.exists(file)) {
      throw new StartException(
          "There is no database "
              + file.toAbsolutePath()
              + "; name its folder with --data, or make an app first ('./rollcall app create')");
    }
    return database;
  }

  private static void with(DatabaseAddress database, Consumer<Apps> work) {
    try (var storage = Storage.open(database, (writes, took) -> {})) {
      work.accept(new Apps(storage.apps(), Clock.systemUTC()));
    }
  }
}

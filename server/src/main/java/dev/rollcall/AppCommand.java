package dev.rollcall;

import dev.rollcall.account.Key;
import dev.rollcall.account.Scope;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.SqlAccountStore;
import dev.rollcall.storage.SqliteDatabase;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    var id = required(flags, "--id", "[A-Za-z0-9_-]{1,100}");
    var region = taken(flags, "--region", "[a-z0-9-]{1,40}", "us");
    var policy = taken(flags, "--policy", "exclusive|shared", "exclusive");
    with(
        flags,
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
        flags,
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
    var id = required(flags, "--id", ".+");
    var scope = Scope.of(required(flags, "--scope", "fullAccess|authOnly")).orElseThrow();
    with(
        flags,
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

  private static String required(Map<String, String> flags, String flag, String pattern) {
    if (!flags.containsKey(flag)) {
      throw new UsageException(flag + " is missing");
    }
    return taken(flags, flag, pattern, "");
  }

  private static String taken(
      Map<String, String> flags, String flag, String pattern, String otherwise) {
    var value = flags.remove(flag);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches(pattern)) {
      throw new UsageException(flag + " must match " + pattern);
    }
    return value;
  }

  /// Opens the database that the remaining flags and the environment name.
  private static void with(Map<String, String> flags, Consumer<Apps> work) {
    var wanted = Set.of(Setting.DATA.flag(), Setting.DATABASE.flag());
    flags.keySet().stream()
        .filter(flag -> !wanted.contains(flag))
        .findFirst()
        .ifPresent(
            flag -> {
              throw new UsageException(flag + " is not a flag of this command");
            });
    var settings = new Settings(flags, System.getenv());
    var database = Config.database(settings);
    DataFolder.make(Config.data(settings));
    settings.finish();
    try (var db = SqliteDatabase.open(database, (writes, took) -> {})) {
      work.accept(new Apps(new SqlAccountStore(db), Clock.systemUTC()));
    }
  }
}

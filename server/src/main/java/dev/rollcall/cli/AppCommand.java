package dev.rollcall.cli;

import dev.rollcall.account.Apps;
import dev.rollcall.account.Key;
import dev.rollcall.account.Scope;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.config.Config;
import dev.rollcall.config.UsageException;
import dev.rollcall.start.DataFolder;
import dev.rollcall.start.StartException;
import dev.rollcall.storage.DatabaseAddress;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// `app create`, `app list`, `app rotate-key`: manages apps directly in the database, even while a
/// server uses it.
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
      default -> throw new UsageException("Use 'app create', 'app list' or 'app rotate-key'");
    }
  }

  private void create(Map<String, String> flags) {
    var id = CommandFlags.required(flags, "--id", Config.APP_ID, Config.APP_ID_FORM);
    var region =
        CommandFlags.optional(flags, "--region", Config.REGION, Config.REGION_FORM)
            .orElse(Apps.REGION);
    var policy =
        CommandFlags.optional(flags, "--policy", "exclusive|shared", "exclusive or shared")
            .orElse("exclusive");
    var settings = CommandFlags.database(flags);
    DataFolder.create(Config.data(settings));
    with(
        CommandFlags.address(settings),
        apps ->
            show(
                apps.create(id, region, TokenPolicy.of(policy), Key.random(), Key.random())
                    .orElseThrow(
                        () -> new StartException("There is already an app '" + id + "'"))));
  }

  private void show(Apps.NewApp app) {
    out.println("app id    " + app.id());
    out.println("region    " + app.region());
    out.println("auth key  " + app.authKey().value() + "   (for clients: may log users in)");
    out.println("API key   " + app.apiKey().value() + "   (for back ends: full access)");
    out.println("The keys are shown only now; only their hashes are stored.");
  }

  private void list(Map<String, String> flags) {
    with(
        CommandFlags.existingDatabase(CommandFlags.database(flags)),
        apps ->
            apps.all()
                .forEach(
                    app ->
                        out.printf(
                            "%s\tregion %s\tpolicy %s\tsince %s%n",
                            app.id(),
                            app.region(),
                            app.policy().wireName(),
                            Instant.ofEpochMilli(app.createdAt()))));
  }

  private void rotateKey(Map<String, String> flags) {
    var id = CommandFlags.required(flags, "--id", Config.APP_ID, Config.APP_ID_FORM);
    var word =
        CommandFlags.required(flags, "--scope", "fullAccess|authOnly", "fullAccess or authOnly");
    var scope = Scope.of(word).orElseThrow();
    with(
        CommandFlags.existingDatabase(CommandFlags.database(flags)),
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

  private static void with(DatabaseAddress database, Consumer<Apps> work) {
    try (var storage = CommandFlags.open(database)) {
      work.accept(new Apps(storage.apps(), Clock.systemUTC()));
    }
  }
}

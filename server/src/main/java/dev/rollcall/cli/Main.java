package dev.rollcall.cli;

import dev.rollcall.config.Config;
import dev.rollcall.config.Setting;
import dev.rollcall.config.UsageException;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.start.OutboundServices;
import dev.rollcall.start.StartException;
import dev.rollcall.storage.engine.UnusableDatabaseException;
import dev.rollcall.transfer.TransferException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The entry point, which runs one command.
public final class Main {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private Main() {}

  public static void main(String[] arguments) {
    int code = run(List.of(arguments), System.out, System.err);
    // The server's threads keep the process alive; every other command has finished here.
    if (code != OK || arguments.length == 0 || !arguments[0].equals("serve")) {
      System.exit(code);
    }
  }

  public static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      command(arguments, out, err);
      return OK;
    } catch (UsageException e) {
      err.println(e.getMessage());
      return USAGE;
    } catch (StartException | UnusableDatabaseException | TransferException | Problem e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (RuntimeException e) {
      err.println("Failed: " + e);
      e.printStackTrace(err);
      return FAILED;
    }
  }

  private static void command(List<String> arguments, PrintStream out, PrintStream err) {
    var name = arguments.isEmpty() ? "help" : arguments.getFirst();
    var rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
    if (rest.contains("--help") || rest.contains("-h")) {
      out.print(help());
      return;
    }
    switch (name) {
      case "serve" -> new ServeCommand(out).run(rest);
      case "app" -> new AppCommand(out).run(rest);
      case "provider" ->
          new ProviderCommand(
                  out, proxy -> OutboundServices.real(Config.PushServices.ANY, Set.of(), proxy))
              .run(rest);
      case "export" -> new ExportCommand(out, err).run(rest);
      case "import" -> new ImportCommand(err).run(rest);
      case "migrate" -> new MigrateCommand(err).run(rest);
      case "help", "--help", "-h" -> {
        requireNoArguments(name, rest);
        out.print(help());
      }
      case "version", "--version" -> {
        requireNoArguments(name, rest);
        out.println("rollcall " + version());
      }
      case "train" -> {
        if (rest.size() != 1) {
          throw new UsageException("'train' is for the launcher, and takes a folder");
        }
        new TrainCommand().run(Path.of(rest.getFirst()));
      }
      default ->
          throw new UsageException("There is no command '" + name + "'; try './rollcall help'");
    }
  }

  private static void requireNoArguments(String name, List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw new UsageException("'" + name + "' takes no arguments; try './rollcall help'");
    }
  }

  static String version() {
    var version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }

  private static String help() {
    var help = new StringBuilder();
    help.append(
        """
        Rollcall stores the push tokens of your users' devices and sends notifications to them.

        ./rollcall serve [settings]       serve HTTP and HTTPS until stopped
        ./rollcall app create --id ID [--region us] [--policy exclusive|shared]
        ./rollcall app list
        ./rollcall app rotate-key --id ID --scope fullAccess|authOnly
        ./rollcall provider set --app ID --id ID --type TYPES [--file FILE]
                         [--topic ID] [--team-id ID] [--key-id ID] [--environment production|sandbox]
                         [--subject mailto:…] [--aliases ID,…] [--per-second N] [--check false]
        ./rollcall provider list --app ID
        ./rollcall provider remove --app ID --id ID
        ./rollcall provider vapid
        ./rollcall export [--app ID] [--output FILE]
        ./rollcall import [--format rollcall|parse|onesignal|csv] [--app ID] [--user-field NAME]
                         [--uid-map FILE] [--rejects FILE] [--dry-run] [--keep-going] FILE
        ./rollcall migrate --from sqlite:FILE --to postgresql://user:password@host:port/name
        ./rollcall help | version

        Exit codes: 0 done, 2 wrong usage or configuration, 1 anything else.

        Settings, as flags or in the environment (flags take precedence):
        """
            .replace("TYPES", ProviderType.pattern()));
    Arrays.stream(Setting.values())
        .map(
            setting ->
                "  %-22s %-29s %s%s%n"
                    .formatted(
                        setting.flag(),
                        setting.environment(),
                        setting.description(),
                        setting.defaultValue().map(it -> " [" + it + "]").orElse("")))
        .forEach(help::append);
    return help.toString();
  }
}

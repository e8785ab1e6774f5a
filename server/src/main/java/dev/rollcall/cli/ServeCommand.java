package dev.rollcall.cli;

import dev.rollcall.Server;
import dev.rollcall.account.Apps;
import dev.rollcall.config.Config;
import dev.rollcall.config.Setting;
import dev.rollcall.config.Settings;
import dev.rollcall.operate.Logs;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `serve`: starts the server, prints its addresses, and stops it when the process is terminated.
final class ServeCommand {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  private final PrintStream out;

  ServeCommand(PrintStream out) {
    this.out = out;
  }

  void run(List<String> arguments) {
    var settings = new Settings(Flags.read(arguments), System.getenv());
    var config = Config.read(settings);
    if (config.logsJson()) {
      Logs.useJson();
    }
    warnOfUnusedProxy(settings, System.getenv());
    var server = Server.start(config, Clock.systemUTC());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, config.drain()), "stop"));
    server
        .apps()
        .createFirst(config.firstApp())
        .ifPresent(app -> printNewApp(app, config.firstApp(), server.httpPort()));
    out.println("HTTP  http://localhost:" + server.httpPort());
    out.println("HTTPS https://localhost:" + server.httpsPort());
    out.flush();
    log.atInfo()
        .addKeyValue("version", Main.version())
        .addKeyValue("http", server.httpPort())
        .addKeyValue("https", server.httpsPort())
        .addKeyValue("database", config.database())
        .addKeyValue("outwardProxy", config.outwardProxy())
        .log("serving");
  }

  // Other programs use these variables, so an operator may expect it here too.
  private static void warnOfUnusedProxy(Settings settings, Map<String, String> environment) {
    if (settings.text(Setting.OUTWARD_PROXY).isEmpty()) {
      Stream.of("HTTPS_PROXY", "https_proxy")
          .filter(name -> !environment.getOrDefault(name, "").isBlank())
          .findFirst()
          .ifPresent(
              name ->
                  log.atWarn()
                      .addKeyValue("cure", "set ROLLCALL_OUTWARD_PROXY if it has to use a proxy")
                      .log("Rollcall does not use {}; it calls other servers directly", name));
    }
  }

  private static void stop(Server server, Duration drain) {
    if (drain.isPositive()) {
      log.atInfo().addKeyValue("for", drain).log("draining: load balancers choose other nodes now");
      server.drain();
      sleep(drain);
    }
    log.atInfo().log("stopping: answering the requests in flight");
    server.close();
    log.atInfo().log("stopped");
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void printNewApp(Apps.NewApp app, Optional<Apps.FirstApp> configured, int port) {
    var authKey = configured.flatMap(Apps.FirstApp::authKey);
    var apiKey = configured.flatMap(Apps.FirstApp::apiKey);
    if (authKey.isEmpty() && apiKey.isEmpty()) {
      printNewApp(app, port);
      return;
    }
    // A configured key is not printed, because the output may be logged.
    out.println("Created the app '" + app.id() + "' with the configured keys.");
    if (authKey.isEmpty()) {
      out.println("Its auth key, shown only now: " + app.authKey().value());
    }
    if (apiKey.isEmpty()) {
      out.println("Its API key, shown only now: " + app.apiKey().value());
    }
  }

  private void printNewApp(Apps.NewApp app, int port) {
    out.print(
        """
        Created the app '%1$s'. Its keys are shown only now; only their hashes are stored.

          app id    %1$s
          region    %2$s
          auth key  %3$s   (for clients: may log users in)
          API key   %4$s   (for back ends: full access)

        Try it: create a user, log it in, register a push token, list the user's tokens.

          curl -s http://localhost:%5$d/v3/users -H 'appId: %1$s' -H 'apiKey: %4$s' -H 'Content-Type: application/json' -d '{"uid":"alice","name":"Alice"}'
          AUTH_TOKEN=$(curl -s -X POST http://localhost:%5$d/v3/users/alice/auth_tokens -H 'appId: %1$s' -H 'apiKey: %3$s' | sed 's/.*"authToken":"\\([^"]*\\)".*/\\1/')
          curl -s http://localhost:%5$d/v2/tokens -H 'appId: %1$s' -H "authToken: $AUTH_TOKEN" -H 'Content-Type: application/json' -d '{"fcmToken":"my-first-token"}'
          curl -s http://localhost:%5$d/v2/tokens -H 'appId: %1$s' -H "authToken: $AUTH_TOKEN"

        """
            .formatted(app.id(), app.region(), app.authKey().value(), app.apiKey().value(), port));
  }
}

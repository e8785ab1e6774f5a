package dev.rollcall;

import dev.rollcall.account.Key;
import dev.rollcall.account.MovableClock;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.config.Config;
import dev.rollcall.config.Setting;
import dev.rollcall.config.Settings;
import dev.rollcall.start.OutboundServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A whole server for one test class, on free ports and in a folder of its own, with a clock that
/// the tests move.
final class RunningServer implements BeforeAllCallback, AfterAllCallback {

  /// An app with its keys.
  record TestApp(String id, String authKey, String apiKey) {}

  /// The development certificate takes a second to make, so all servers of a run share one.
  private static final class Certificate {
    private static final List<String> NAMES = List.of("dev-cert.pem", "dev-key.pem");
    private static final Map<String, byte[]> FILES = new HashMap<>();

    static synchronized void into(Path folder) throws IOException {
      for (var file : FILES.entrySet()) {
        Files.write(folder.resolve(file.getKey()), file.getValue());
      }
    }

    static synchronized void from(Path folder) throws IOException {
      for (var name : NAMES) {
        FILES.put(name, Files.readAllBytes(folder.resolve(name)));
      }
    }
  }

  private final Map<String, String> flags = new HashMap<>();
  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final List<Server> servers = new ArrayList<>();
  private Optional<OutboundServices> outside = Optional.empty();
  private Path data;
  private TestApp app;

  RunningServer() {
    flags.put(Setting.HTTP_PORT.flag(), "0");
    flags.put(Setting.HTTPS_PORT.flag(), "0");
    flags.put(Setting.BIND.flag(), "127.0.0.1");
  }

  RunningServer with(Setting setting, String value) {
    flags.put(setting.flag(), value);
    return this;
  }

  /// Doubles in place of Google, Apple and push services.
  RunningServer with(OutboundServices outside) {
    this.outside = Optional.of(outside);
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    data = Files.createTempDirectory("rollcall-test");
    Certificate.into(data);
    flags.put(Setting.DATA.flag(), data.toString());
    start();
    Certificate.from(data);
    app = newApp(TokenPolicy.EXCLUSIVE);
  }

  private void start() {
    var config = Config.read(new Settings(flags, Map.of()));
    servers.add(
        outside
            .map(it -> Server.start(config, it, clock))
            .orElseGet(() -> Server.start(config, clock)));
  }

  /// Starts again on the same data, as after a stop.
  void restart() {
    close();
    start();
  }

  void close() {
    server().close();
  }

  Server server() {
    return servers.getLast();
  }

  MovableClock clock() {
    return clock;
  }

  Path data() {
    return data;
  }

  int port() {
    return server().httpPort();
  }

  int httpsPort() {
    return server().httpsPort();
  }

  /// The app that most tests use.
  TestApp app() {
    return app;
  }

  TestApp newApp(TokenPolicy policy) {
    var id = "app-" + UUID.randomUUID();
    var made = server().apps().create(id, "us", policy, Key.random(), Key.random()).orElseThrow();
    return new TestApp(id, made.authKey().value(), made.apiKey().value());
  }

  Call call(String method, String path) {
    return new Call(port(), method, path);
  }

  /// A user with this uid in the app that most tests use.
  void newUser(String uid) {
    newUser(app, uid);
  }

  void newUser(TestApp app, String uid) {
    call("POST", "/v3/users")
        .backEnd(app)
        .json("{'uid':'%s','name':'A name'}".formatted(uid))
        .send()
        .data();
  }

  /// Logs a user in; the answer is a device that calls with the auth token.
  Device login(String uid) {
    return login(app, uid);
  }

  Device login(TestApp app, String uid) {
    return login(app, uid, "{'platform':'WEB'}");
  }

  Device login(TestApp app, String uid, String client) {
    var data =
        call("POST", "/v3/users/" + uid + "/auth_tokens")
            .header("appId", app.id())
            .header("apiKey", app.authKey())
            .json(client)
            .send()
            .data();
    return new Device(this, app, data.get("authToken").stringValue());
  }

  /// A user of its own, logged in.
  Device someone() {
    var uid = "u-" + UUID.randomUUID();
    newUser(uid);
    return login(uid);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    servers.reversed().forEach(Server::close);
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

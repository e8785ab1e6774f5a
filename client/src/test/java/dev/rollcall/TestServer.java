package dev.rollcall;

import dev.rollcall.account.Key;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.config.Config;
import dev.rollcall.config.Setting;
import dev.rollcall.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The real server for one test class, with its development certificate and a clock that tests move.
public final class TestServer implements BeforeAllCallback, AfterAllCallback {

  /// An app with its keys.
  public record App(String id, String authKey, String apiKey) {}

  /// The certificate takes a second to make, so all servers of a run share one.
  private static final Map<String, byte[]> CERTIFICATE = new ConcurrentHashMap<>();

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-25T12:00:00Z"));
  private Path data;
  private Server server;
  private App app;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    data = Files.createTempDirectory("rollcall-client-test");
    for (var file : CERTIFICATE.entrySet()) {
      Files.write(data.resolve(file.getKey()), file.getValue());
    }
    start();
    for (var file : List.of(certificate(), key())) {
      CERTIFICATE.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    app = newApp();
  }

  private void start() {
    var flags = new HashMap<String, String>();
    flags.put(Setting.HTTP_PORT.flag(), "0");
    flags.put(Setting.HTTPS_PORT.flag(), "0");
    flags.put(Setting.BIND.flag(), "127.0.0.1");
    flags.put(Setting.DATA.flag(), data.toString());
    InstantSource source = now::get;
    Clock clock = source.withZone(ZoneOffset.UTC);
    server = Server.start(Config.read(new Settings(flags, Map.of())), clock);
  }

  public App app() {
    return app;
  }

  public App newApp() {
    var id = "app-" + UUID.randomUUID();
    var made =
        server
            .apps()
            .create(id, "us", TokenPolicy.EXCLUSIVE, Key.random(), Key.random())
            .orElseThrow();
    return new App(id, made.authKey().value(), made.apiKey().value());
  }

  public int httpsPort() {
    return server.httpsPort();
  }

  public int httpPort() {
    return server.httpPort();
  }

  public Path certificate() {
    return data.resolve("dev-cert.pem");
  }

  public Path key() {
    return data.resolve("dev-key.pem");
  }

  public Instant now() {
    return now.get();
  }

  public void advance(Duration time) {
    now.updateAndGet(it -> it.plus(time));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    server.close();
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package dev.rollcall.cli;

import dev.rollcall.Server;
import dev.rollcall.config.Config;
import dev.rollcall.config.Settings;
import dev.rollcall.start.Certificates;
import dev.rollcall.start.StartException;
import dev.rollcall.storage.Storage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// `train`: makes later starts fast.
///
/// The launcher runs it once after a build. It unpacks SQLite's library into the given folder. It
/// then starts, uses and stops a server, so that the JVM records the classes for its AOT cache.
final class TrainCommand {
  private static final String AUTH_KEY = "training-auth-key";
  private static final String API_KEY = "training-api-key";

  void run(Path libraries) {
    try {
      Storage.unpackSqlite(libraries);
      var folder = Files.createTempDirectory("rollcall-train");
      try {
        train(folder);
      } finally {
        delete(folder);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new StartException("Training failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void train(Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var flags =
        Map.of(
            "--http-port", "0",
            "--https-port", "0",
            "--bind", "127.0.0.1",
            "--data", folder.toString(),
            "--app-id", "training",
            "--auth-key", AUTH_KEY,
            "--api-key", API_KEY);
    var config = Config.read(new Settings(flags, Map.of()));
    try (var server = Server.start(config, Clock.systemUTC());
        var http = HttpClient.newBuilder().sslContext(trust(config)).build()) {
      server.apps().createFirst(config.firstApp());
      use(http, "http://127.0.0.1:" + server.httpPort(), "first");
      use(http, "https://127.0.0.1:" + server.httpsPort(), "second");
    }
  }

  private static SSLContext trust(Config config) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var chain = Files.newInputStream(Certificates.developmentIn(config.data()).chain())) {
      var certificate = CertificateFactory.getInstance("X.509").generateCertificate(chain);
      store.setCertificateEntry("development", certificate);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static void use(HttpClient http, String base, String uid)
      throws IOException, InterruptedException {
    var user = "{\"uid\":\"%s\",\"name\":\"A name\"}".formatted(uid);
    send(http, base, "POST", "/v3/users", "apiKey", API_KEY, user);
    var logins = "/v3/users/" + uid + "/auth_tokens";
    var login = send(http, base, "POST", logins, "apiKey", AUTH_KEY, "{}");
    var token = login.replaceAll(".*\"authToken\":\"([^\"]*)\".*", "$1");
    for (var step :
        List.of(
            List.of("PUT", "/v3.0/me", "{}"),
            List.of("POST", "/v2/tokens", "{\"fcmToken\":\"a\",\"apnsToken\":\"ab\"}"),
            List.of("GET", "/v2/tokens", ""),
            List.of("DELETE", "/v2/tokens", "{\"all\":false}"),
            List.of("GET", "/health/ready", ""),
            List.of("GET", "/metrics", ""),
            List.of("DELETE", "/v3.0/me", ""))) {
      send(http, base, step.get(0), step.get(1), "authToken", token, step.get(2));
    }
  }

  private static String send(
      HttpClient http,
      String base,
      String method,
      String path,
      String credential,
      String value,
      String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("appId", "training")
            .header(credential, value)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

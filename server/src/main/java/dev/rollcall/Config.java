package dev.rollcall;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.Key;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.http.HttpServer;
import dev.rollcall.token.Registration;
import dev.rollcall.token.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Everything that can be set, read once at start.
record Config(
    HttpServer.Listen listen,
    Optional<Certificate> certificate,
    Path data,
    Path database,
    Optional<String> publicHost,
    Optional<FirstApp> firstApp,
    Accounts.Limits accounts,
    Tokens.Limits tokens) {

  private static final Duration COALESCE = Duration.ofSeconds(10);

  /// PEM files for HTTPS.
  record Certificate(Path chain, Path key) {}

  /// An app that is made at start if it is not there; keys that are not given are made up.
  record FirstApp(
      String id, String region, TokenPolicy policy, Optional<Key> authKey, Optional<Key> apiKey) {}

  /// Reads the settings; all that is wrong with them is reported together.
  static Config read(Settings settings) {
    var config =
        new Config(
            new HttpServer.Listen(
                settings.text(Setting.BIND),
                settings.port(Setting.HTTP_PORT),
                settings.port(Setting.HTTPS_PORT)),
            certificate(settings),
            data(settings),
            database(settings),
            settings.text(Setting.PUBLIC_HOST),
            firstApp(settings),
            new Accounts.Limits(
                settings.duration(Setting.SESSION_TTL),
                settings.number(Setting.SESSIONS_PER_USER, 1, 10_000)),
            tokens(settings));
    settings.finish();
    return config;
  }

  private static Optional<Certificate> certificate(Settings settings) {
    var chain = settings.file(Setting.TLS_CERT);
    var key = settings.file(Setting.TLS_KEY);
    if (chain.isPresent() != key.isPresent()) {
      settings.wrong(
          chain.isPresent() ? Setting.TLS_KEY : Setting.TLS_CERT,
          "is missing; a certificate needs both files");
    }
    return chain.flatMap(c -> key.map(k -> new Certificate(c, k)));
  }

  static Path data(Settings settings) {
    return Path.of(settings.text(Setting.DATA).orElseThrow());
  }

  static Path database(Settings settings) {
    var url = settings.text(Setting.DATABASE);
    if (url.isEmpty()) {
      return data(settings).resolve("rollcall.db");
    }
    if (!url.get().startsWith("sqlite:") || url.get().length() == "sqlite:".length()) {
      settings.wrong(Setting.DATABASE, "must be sqlite:<file>");
      return data(settings).resolve("rollcall.db");
    }
    return Path.of(url.get().substring("sqlite:".length()));
  }

  private static Optional<FirstApp> firstApp(Settings settings) {
    var id = settings.matching(Setting.APP_ID, "[A-Za-z0-9_-]{1,100}");
    var region = settings.matching(Setting.APP_REGION, "[a-z0-9-]{1,40}").orElse("us");
    var authKey = key(settings, Setting.AUTH_KEY);
    var apiKey = key(settings, Setting.API_KEY);
    if (id.isEmpty() && (authKey.isPresent() || apiKey.isPresent())) {
      settings.wrong(Setting.APP_ID, "is missing; the keys need an app they belong to");
    }
    if (authKey.isPresent() && authKey.equals(apiKey)) {
      settings.wrong(Setting.API_KEY, "must differ from the auth key, which clients hold");
    }
    return id.map(it -> new FirstApp(it, region, TokenPolicy.EXCLUSIVE, authKey, apiKey));
  }

  private static Optional<Key> key(Settings settings, Setting setting) {
    return settings.matching(setting, "[\\x21-\\x7e]{8,200}").map(Key::new);
  }

  private static Tokens.Limits tokens(Settings settings) {
    var registration =
        new Registration.Limits(COALESCE, settings.number(Setting.TOKENS_PER_USER, 1, 10_000));
    var stale = settings.duration(Setting.TOKEN_STALE).orElseThrow();
    var removal = settings.duration(Setting.TOKEN_REMOVAL).orElseThrow();
    if (removal.compareTo(stale) < 0) {
      settings.wrong(Setting.TOKEN_REMOVAL, "must not be shorter than the time to stale");
    }
    return new Tokens.Limits(
        registration, stale, removal, settings.number(Setting.SESSION_RATE, 1, 1_000_000));
  }
}

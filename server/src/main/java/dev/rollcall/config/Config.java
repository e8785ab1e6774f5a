package dev.rollcall.config;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.Apps;
import dev.rollcall.account.Key;
import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.egress.ProxyAddress;
import dev.rollcall.http.Capacity;
import dev.rollcall.http.HttpServer;
import dev.rollcall.secret.EncryptionKey;
import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenValue;
import dev.rollcall.token.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The configuration, read once at start.
public record Config(
    HttpServer.Listen listen,
    Capacity capacity,
    Duration keepAlive,
    Duration drain,
    Optional<Certificate> certificate,
    Path data,
    DatabaseAddress database,
    Optional<String> publicHost,
    Optional<Apps.FirstApp> firstApp,
    Accounts.Limits accounts,
    Tokens.Limits tokens,
    Optional<EncryptionKey> encryptionKey,
    PushServices pushServices,
    Duration reportRetention,
    Set<String> internalReceivers,
    OutwardProxy outwardProxy,
    boolean logsJson) {

  public static final String APP_ID = "[A-Za-z0-9_-]{1,100}";
  public static final String APP_ID_FORM = "1 to 100 letters, digits, '-' and '_'";
  public static final String REGION = "[a-z0-9-]{1,40}";
  public static final String REGION_FORM = "1 to 40 of a-z, 0-9 and '-'";

  private static final String HOST = "[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*";
  // HAProxy notices after six seconds by default, and `docker stop` kills the process after ten.
  private static final Duration DRAIN = Duration.ofSeconds(8);
  private static final Duration COALESCE = Duration.ofSeconds(10);

  /// PEM files for HTTPS.
  public record Certificate(Path chain, Path key) {}

  /// The hosts that Web Push may call: only those in `allowed`, or any if it is empty. Hosts in
  /// `internal`, as `host:port`, may have internal addresses.
  public record PushServices(Set<String> allowed, Set<String> internal) {
    public static final PushServices ANY = new PushServices(Set.of(), Set.of());
  }

  /// Reads the settings, and reports all errors together.
  public static Config read(Settings settings) {
    var config =
        new Config(
            listen(settings),
            capacity(settings),
            settings.duration(Setting.KEEP_ALIVE, "1s", "1d").orElseThrow(),
            drain(settings),
            certificate(settings),
            data(settings),
            database(settings),
            settings.matching(
                Setting.PUBLIC_HOST,
                HOST + "(:\\d{1,5})?",
                "a host name, with :port unless that is 443, and no https://"),
            firstApp(settings),
            new Accounts.Limits(
                settings.duration(Setting.SESSION_TTL),
                settings.number(Setting.SESSIONS_PER_USER, 1, 10_000)),
            tokens(settings),
            encryptionKey(settings),
            pushServices(settings),
            settings.duration(Setting.NOTIFICATIONS_KEPT).orElseThrow(),
            internalReceivers(settings),
            outwardProxy(settings),
            settings
                .matching(Setting.LOG_FORMAT, "text|json", "text or json")
                .equals(Optional.of("json")));
    settings.requireValid();
    return config;
  }

  private static HttpServer.Listen listen(Settings settings) {
    var http = settings.port(Setting.HTTP_PORT);
    var https = settings.port(Setting.HTTPS_PORT);
    if (http == https && http != 0) {
      settings.addError(Setting.HTTPS_PORT, "must differ from the HTTP port");
    }
    return new HttpServer.Listen(settings.text(Setting.BIND), http, https);
  }

  private static Capacity capacity(Settings settings) {
    var fromHeap = Capacity.ofHeap(Runtime.getRuntime().maxMemory());
    int number = settings.number(Setting.CONNECTIONS, 0, 1_000_000);
    if (number == 0) {
      return fromHeap;
    }
    if (number < Capacity.MIN_CONNECTIONS) {
      settings.addError(
          Setting.CONNECTIONS, "must be 0, or " + Capacity.MIN_CONNECTIONS + " or more");
    }
    return fromHeap.withConnections(number);
  }

  // Without other nodes, nothing is gained by waiting until load balancers have chosen them.
  private static Duration drain(Settings settings) {
    return settings
        .duration(Setting.DRAIN, "0s", "1h")
        .orElseGet(
            () ->
                switch (database(settings)) {
                  case DatabaseAddress.SqliteFile _ -> Duration.ZERO;
                  case DatabaseAddress.Postgres _ -> DRAIN;
                });
  }

  private static Optional<Certificate> certificate(Settings settings) {
    var chain = settings.file(Setting.TLS_CERT);
    var key = settings.file(Setting.TLS_KEY);
    if (chain.isPresent() != key.isPresent()) {
      settings.addError(
          chain.isPresent() ? Setting.TLS_KEY : Setting.TLS_CERT,
          "is missing; a certificate needs both files");
    }
    return chain.flatMap(c -> key.map(k -> new Certificate(c, k)));
  }

  public static Path data(Settings settings) {
    return Path.of(settings.text(Setting.DATA).orElseThrow());
  }

  public static DatabaseAddress database(Settings settings) {
    int connections = settings.number(Setting.DATABASE_CONNECTIONS, 2, 1_000);
    var inFolder = new DatabaseAddress.SqliteFile(data(settings).resolve("rollcall.db"));
    var text = settings.text(Setting.DATABASE);
    if (text.isEmpty()) {
      return inFolder;
    }
    var address = DatabaseAddress.parse(text.get(), connections);
    if (address.isEmpty()) {
      settings.addError(Setting.DATABASE, "must be " + DatabaseAddress.FORM);
    }
    return address.orElse(inFolder);
  }

  private static Optional<Apps.FirstApp> firstApp(Settings settings) {
    var id = settings.matching(Setting.APP_ID, APP_ID, APP_ID_FORM);
    var region =
        settings
            .matching(Setting.APP_REGION, REGION, REGION_FORM)
            .filter(it -> settings.isGiven(Setting.APP_REGION));
    var authKey = key(settings, Setting.AUTH_KEY);
    var apiKey = key(settings, Setting.API_KEY);
    if (!settings.isGiven(Setting.APP_ID)
        && (region.isPresent() || authKey.isPresent() || apiKey.isPresent())) {
      settings.addError(Setting.APP_ID, "is missing; a region and keys need an app they belong to");
    }
    if (authKey.isPresent() && authKey.equals(apiKey)) {
      settings.addError(Setting.API_KEY, "must differ from the auth key, which clients hold");
    }
    return id.map(it -> new Apps.FirstApp(it, region, authKey, apiKey));
  }

  private static Optional<Key> key(Settings settings, Setting setting) {
    return settings
        .matching(setting, "[\\x21-\\x7e]{8,200}", "8 to 200 printable ASCII characters")
        .map(Key::new);
  }

  public static Optional<EncryptionKey> encryptionKey(Settings settings) {
    return settings
        .text(Setting.ENCRYPTION_KEY)
        .flatMap(
            text -> {
              var key = EncryptionKey.parse(text);
              if (key.isEmpty()) {
                settings.addError(Setting.ENCRYPTION_KEY, "must be " + EncryptionKey.FORM);
              }
              return key;
            });
  }

  static PushServices pushServices(Settings settings) {
    return new PushServices(
        list(
            settings,
            Setting.WEB_PUSH_HOSTS,
            "\\.?" + HOST,
            "hosts with commas between them, where .example.com is all under example.com"),
        list(
            settings,
            Setting.WEB_PUSH_INTERNAL,
            HOST + ":\\d{1,5}",
            "host:port with commas between them"));
  }

  /// The receivers of webhooks, in the form of `EndpointGuard`.
  static Set<String> internalReceivers(Settings settings) {
    return list(
            settings,
            Setting.WEBHOOK_HOSTS,
            "https?://" + HOST + ":\\d{1,5}",
            "https://host:port or http://host:port, with commas between them")
        .stream()
        .map(it -> it.replaceFirst("^https://", ""))
        .collect(Collectors.toSet());
  }

  public static OutwardProxy outwardProxy(Settings settings) {
    var except =
        list(
            settings,
            Setting.OUTWARD_PROXY_EXCEPT,
            "\\.?" + HOST,
            "hosts with commas between them, where .example.com is all under example.com");
    var text = settings.text(Setting.OUTWARD_PROXY);
    if (text.isEmpty()) {
      if (!except.isEmpty()) {
        settings.addError(Setting.OUTWARD_PROXY, "is missing; without it, every call is direct");
      }
      return OutwardProxy.NONE;
    }
    try {
      return new OutwardProxy(ProxyAddress.parse(text.get()), except);
    } catch (IllegalArgumentException e) {
      settings.addError(Setting.OUTWARD_PROXY, String.valueOf(e.getMessage()));
      return OutwardProxy.NONE;
    }
  }

  private static Set<String> list(Settings settings, Setting setting, String item, String form) {
    return settings
        .matching(setting, "%1$s(,%1$s)*".formatted(item), form)
        .map(text -> Set.of(text.toLowerCase(Locale.ROOT).split(",")))
        .orElse(Set.of());
  }

  public static Tokens.Limits tokens(Settings settings) {
    var registration =
        new Registration.Limits(COALESCE, settings.number(Setting.TOKENS_PER_USER, 1, 10_000));
    var stale = settings.duration(Setting.TOKEN_STALE).orElseThrow();
    var removal = settings.duration(Setting.TOKEN_REMOVAL).orElseThrow();
    if (removal.compareTo(stale) < 0) {
      settings.addError(Setting.TOKEN_REMOVAL, "must not be shorter than the time to stale");
    }
    return new Tokens.Limits(
        registration,
        stale,
        removal,
        settings.number(Setting.SESSION_RATE, 1, 1_000_000),
        settings.number(Setting.APNS_DIGITS, 128, TokenValue.MAX_APNS_DIGITS));
  }
}

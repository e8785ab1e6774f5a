package dev.rollcall.config;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A setting: the flag `--http-port` overrides `ROLLCALL_HTTP_PORT`, which overrides the default.
public enum Setting {
  HTTP_PORT("8080", "port for HTTP; 0 for any free port"),
  HTTPS_PORT("8443", "port for HTTPS; 0 for any free port"),
  BIND(null, "address to listen on; default: all"),
  CONNECTIONS(
      "0",
      "maximum concurrent connections; one with TLS counts as three; 0 for as many as fit in"
          + " the heap"),
  KEEP_ALIVE("100s", "how long a connection may be idle; longer than that of a load balancer"),
  DRAIN(
      null,
      "how long a stopping server still answers while it reports that it is not ready, 0s to 1h;"
          + " default: 8s with PostgreSQL, 0s with SQLite"),
  TLS_CERT(null, "PEM file with the certificate chain; default: self-signed, for development"),
  TLS_KEY(null, "PEM file with the certificate's private key (PKCS#8)"),
  DATA("rollcall-data", "folder for the database and the development certificate"),
  DATABASE(
      null,
      "sqlite:<file> or postgresql://user:password@host:port/name (or DATABASE_FILE); default:"
          + " rollcall.db in the data folder"),
  DATABASE_CONNECTIONS("10", "maximum connections of this node to PostgreSQL"),
  PUBLIC_HOST(null, "host[:port] that SDKs call after login; default: localhost:<https port>"),
  APP_ID(null, "app to create at start if it does not exist"),
  APP_REGION("us", "its region"),
  AUTH_KEY(null, "its auth key, for clients (or AUTH_KEY_FILE)"),
  API_KEY(null, "its API key, for back ends (or API_KEY_FILE)"),
  TOKENS_PER_USER("100", "maximum live push tokens of a user"),
  SESSIONS_PER_USER("100", "maximum sessions of a user"),
  SESSION_TTL("never", "lifetime of a session, e.g. 90d"),
  SESSION_RATE("300", "maximum registrations of a session in a minute"),
  APNS_DIGITS("512", "maximum hex digits of an APNs token"),
  TOKEN_STALE("30d", "not registered again for this long, a token is shown as stale"),
  TOKEN_REMOVAL(
      "270d",
      "not registered again and without an accepted push for this long, a token is removed"),
  ENCRYPTION_KEY(
      null,
      "32 bytes in base64 that encrypt credentials (or ENCRYPTION_KEY_FILE); default"
          + " with SQLite: generated in the data folder"),
  WEB_PUSH_HOSTS(
      null,
      "the only hosts that Web Push may call, separated by commas; default: all public hosts"),
  WEB_PUSH_INTERNAL(null, "host:port of push services in your own network, separated by commas"),
  NOTIFICATIONS_KEPT("7d", "how long the reports of notifications are kept"),
  WEBHOOK_HOSTS(
      null,
      "https://host:port or http://host:port of webhooks in your own network, separated by commas"),
  OUTWARD_PROXY(
      null,
      "http://[user:password@]host:port of the proxy for calls to providers, push services and"
          + " webhooks (or OUTWARD_PROXY_FILE)"),
  OUTWARD_PROXY_EXCEPT(null, "hosts that are called without that proxy, with commas"),
  LOG_FORMAT("text", "text or json");

  private static final String PREFIX = "ROLLCALL_";

  private final @Nullable String defaultValue;
  private final String description;

  Setting(@Nullable String otherwise, String meaning) {
    this.defaultValue = otherwise;
    this.description = meaning;
  }

  public String environment() {
    return PREFIX + name();
  }

  public String environmentFile() {
    return environment() + "_FILE";
  }

  public String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Optional<String> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  public String description() {
    return description;
  }

  public boolean isSecret() {
    return switch (this) {
      case AUTH_KEY, API_KEY, DATABASE, ENCRYPTION_KEY, OUTWARD_PROXY -> true;
      default -> false;
    };
  }
}

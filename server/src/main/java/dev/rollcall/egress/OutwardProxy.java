package dev.rollcall.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP proxy through which Rollcall calls other servers, or none.
///
/// Each call is a tunnel (`CONNECT` of RFC 9110) with TLS inside, so the proxy learns only the host
/// and the port. No answer of the proxy counts as an answer of the server that is called: otherwise
/// a proxy that answers 404 could declare a push token dead.
public final class OutwardProxy {
  private static final Logger log = LoggerFactory.getLogger(OutwardProxy.class);

  /// Every call is direct.
  public static final OutwardProxy NONE =
      new OutwardProxy(new ProxyAddress("", 0, Optional.empty()), Set.of());

  /// The time for the connection to the proxy and its answer.
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  // Every call meets the same failure.
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final ProxyAddress address;
  private final Set<String> except;
  private final Duration timeout;
  private final Map<ProxyException.Kind, LongAdder> failures =
      new EnumMap<>(ProxyException.Kind.class);
  private final Map<ProxyException.Kind, Long> logged = new EnumMap<>(ProxyException.Kind.class);

  /// The hosts in `except` are called directly; `.example.com` stands for all hosts under it.
  public OutwardProxy(ProxyAddress address, Set<String> except) {
    this(address, except, TIMEOUT);
  }

  /// `timeout` limits the connection to the proxy and the wait for its answer, both together.
  public OutwardProxy(ProxyAddress address, Set<String> except, Duration timeout) {
    this.address = address;
    this.except = Set.copyOf(except);
    this.timeout = timeout;
    for (var kind : ProxyException.Kind.values()) {
      failures.put(kind, new LongAdder());
    }
  }

  /// True if a call to this host has to go through the proxy.
  public boolean serves(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    return this != NONE && !HostList.contains(except, name);
  }

  /// What is called, for an error: `FCM through the outward proxy`.
  public String named(String called, String host) {
    return serves(host) ? called + " through the outward proxy" : called;
  }

  public Optional<ProxyAddress.Login> login() {
    return address.login();
  }

  public Duration timeout() {
    return timeout;
  }

  /// Resolves the name of the proxy.
  @SuppressWarnings("AddressSelection") // The first address is the one that the JDK prefers.
  public InetSocketAddress resolved() {
    return new InetSocketAddress(address.host(), address.port());
  }

  /// The proxy for each URI, for the JDK's client, which resolves the name of the proxy itself.
  public ProxySelector selector() {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        return List.of(serves(uri.getHost()) ? unresolved() : Proxy.NO_PROXY);
      }

      @Override
      public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {
        // There is no other proxy to choose.
      }
    };
  }

  private Proxy unresolved() {
    return new Proxy(
        Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.host(), address.port()));
  }

  /// The failure of a call whose tunnel the proxy refused with `status`. Counts and logs it.
  public ProxyException answered(int status, String host) {
    var kind = kind(status);
    var cure =
        switch (kind) {
          case CREDENTIALS ->
              "; check the user and password in ROLLCALL_OUTWARD_PROXY, which are sent with the"
                  + " scheme Basic";
          case FORBIDDEN -> "; allow this host in the proxy";
          case HOST -> "; the proxy cannot reach this host";
          case OTHER, SILENT -> "";
        };
    var message = "the outward proxy answered %d to CONNECT %s%s".formatted(status, host, cure);
    return noted(kind, message, null);
  }

  private static ProxyException.Kind kind(int status) {
    return switch (status) {
      case 403 -> ProxyException.Kind.FORBIDDEN;
      // Tinyproxy answers 401 to a wrong password, and 407 to none.
      case 401, 407 -> ProxyException.Kind.CREDENTIALS;
      default -> status >= 500 ? ProxyException.Kind.HOST : ProxyException.Kind.OTHER;
    };
  }

  /// The failure of a call because the proxy cannot be reached, or does not answer. Counts and logs
  /// it.
  public ProxyException silent(Throwable cause) {
    return noted(
        ProxyException.Kind.SILENT,
        "the outward proxy does not answer (" + cause.getClass().getSimpleName() + ")",
        cause);
  }

  private ProxyException noted(
      ProxyException.Kind kind, String message, @Nullable Throwable cause) {
    Objects.requireNonNull(failures.get(kind)).increment();
    if (isDue(kind)) {
      log.atWarn().addKeyValue("proxy", address).log(message);
    }
    return new ProxyException(kind, message, cause);
  }

  private synchronized boolean isDue(ProxyException.Kind kind) {
    long now = System.nanoTime();
    var last = logged.get(kind);
    if (last != null && now - last < LOG_INTERVAL.toNanos()) {
      return false;
    }
    logged.put(kind, now);
    return true;
  }

  /// How many calls failed in this way.
  public long failures(ProxyException.Kind kind) {
    return Objects.requireNonNull(failures.get(kind)).sum();
  }

  @Override
  public String toString() {
    return this == NONE ? "none" : address.toString();
  }
}

package dev.rollcall.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// Decides which endpoints the server may call. Endpoints come from any browser or from a back end,
/// so without this check everyone with a login could make the server call into its own network
/// (SSRF).
///
/// An endpoint is checked when it is registered and again at each send. The address that is
/// connected to is itself checked, so a DNS answer that changes in between has no effect. A
/// registration does not query DNS.
public final class EndpointGuard {
  static final int MAX_BYTES = 4096;
  private static final int HTTPS = 443;
  private static final int HTTP = 80;
  private static final String HTTP_PREFIX = "http://";

  // The message is the same for an unknown name: nobody may learn which names the operator's
  // network has. Java also does not distinguish a name that does not exist from a name server that
  // failed.
  private static final String NOT_PUBLIC = "no public address was found for the endpoint's host";

  /// Resolves the addresses of a host. A `NoAnswerException` means that the look-up failed this
  /// time.
  @FunctionalInterface
  public interface NameResolver {
    InetAddress[] of(String host) throws IOException;
  }

  // Names that no public DNS server knows: RFC 6761, RFC 6762 with its appendix G, RFC 7686, RFC
  // 8375, and the names that ICANN keeps out of the root.
  private static final Set<String> INTERNAL =
      Set.of(
          ".corp",
          ".home",
          ".home.arpa",
          ".internal",
          ".intranet",
          ".invalid",
          ".lan",
          ".local",
          ".localdomain",
          ".localhost",
          ".onion",
          ".private");

  private final Set<String> allowed;
  private final Set<String> internal;
  private final OutwardProxy proxy;
  private final NameResolver resolver;

  /// Only the hosts in `allowed` are called, or all hosts if it is empty; `.example.com` stands for
  /// all hosts under it. `own` are services in the operator's own network. With `host:port`, a
  /// service may have any address; with `http://host:port`, it is called without TLS.
  public EndpointGuard(Set<String> allowed, Set<String> internal, NameResolver resolver) {
    this(allowed, internal, OutwardProxy.NONE, resolver);
  }

  /// All other hosts are called through `proxy` if there is one.
  public EndpointGuard(
      Set<String> allowed, Set<String> internal, OutwardProxy proxy, NameResolver resolver) {
    this.allowed = Set.copyOf(allowed);
    this.internal = Set.copyOf(internal);
    this.proxy = proxy;
    this.resolver = resolver;
  }

  /// Returns the endpoint if it passes all checks that need no DNS query.
  public URI register(String endpoint) throws EndpointException {
    if (endpoint.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new EndpointException("the endpoint is longer than 4096 bytes; use a shorter one");
    }
    var uri = EndpointForm.read(endpoint);
    requireForm(uri);
    var host = EndpointForm.host(uri);
    var literal = literal(host);
    if (literal.isPresent() && !isInternal(uri) && !PublicAddress.is(literal.get())) {
      throw new EndpointException(NOT_PUBLIC);
    }
    if (isProxied(host, port(uri))) {
      requireOutsideName(host);
    }
    return uri;
  }

  /// Checks the addresses of an endpoint's host when the endpoint is configured. A host that the
  /// operator named is not resolved, because it may start later.
  public void requirePublic(URI uri) throws EndpointException, IOException {
    try {
      if (!isInternal(uri)) {
        requireCallable(uri);
      }
    } catch (UnknownHostException e) {
      throw new EndpointException(NOT_PUBLIC);
    }
  }

  /// Makes the checks that need no DNS query.
  public void requireForm(URI uri) throws EndpointException {
    EndpointForm.require(uri);
    if (!isHttps(uri) && !isInternal(uri)) {
      throw new EndpointException("the endpoint must begin with https:// and a host");
    }
    if (isInternal(uri)) {
      return;
    }
    if (port(uri) != HTTPS) {
      throw new EndpointException("the endpoint must use port 443");
    }
    if (!isAllowed(EndpointForm.host(uri))) {
      throw new EndpointException(
          "the endpoint's host is not one of the hosts that this server calls");
    }
  }

  private boolean isAllowed(String host) {
    return allowed.isEmpty() || HostList.contains(allowed, host);
  }

  /// Repeats all checks before a send.
  void requireCallable(URI uri) throws EndpointException, IOException {
    requireForm(uri);
    var host = EndpointForm.host(uri);
    if (isProxied(host, port(uri))) {
      requireOutside(host);
    } else {
      addresses(host, isInternal(uri));
    }
  }

  OutwardProxy proxy() {
    return proxy;
  }

  /// The address to connect to, checked immediately before it is returned; unresolved if the proxy
  /// connects to it.
  InetSocketAddress address(String host, int port) throws EndpointException, IOException {
    if (isProxied(host, port)) {
      requireOutside(host);
      return InetSocketAddress.createUnresolved(host.replaceAll("[\\[\\]]", ""), port);
    }
    return new InetSocketAddress(addresses(host, isInternal(host, port))[0], port);
  }

  private boolean isProxied(String host, int port) {
    return proxy.serves(host) && !isInternal(host, port);
  }

  private boolean isInternal(String host, int port) {
    var address = host + ":" + port;
    return internal.contains(address) || internal.contains(HTTP_PREFIX + address);
  }

  /// The proxy resolves the name, so its address cannot be checked here. A name that is unknown
  /// here, or that no name server answers for, is left to the proxy: behind a proxy, a machine often
  /// cannot resolve public names.
  private void requireOutside(String host) throws EndpointException, IOException {
    requireOutsideName(host);
    try {
      addresses(host, false);
    } catch (UnknownHostException | NoAnswerException e) {
      // The proxy may know it.
    }
  }

  private static void requireOutsideName(String host) throws EndpointException {
    if (literal(host).isEmpty() && (!host.contains(".") || HostList.contains(INTERNAL, host))) {
      throw new EndpointException(NOT_PUBLIC);
    }
  }

  /// At least one address; all of them may be called.
  private InetAddress[] addresses(String host, boolean isInternal)
      throws EndpointException, IOException {
    var literal = literal(host);
    var addresses = literal.isPresent() ? new InetAddress[] {literal.get()} : resolver.of(host);
    if (addresses.length == 0) {
      throw new UnknownHostException("no address");
    }
    if (!isInternal && !Arrays.stream(addresses).allMatch(PublicAddress::is)) {
      throw new EndpointException(NOT_PUBLIC);
    }
    return addresses;
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private boolean isInternal(URI uri) {
    var address = EndpointForm.host(uri) + ":" + port(uri);
    return isHttps(uri)
        ? internal.contains(address)
        : HTTP_PREFIX.equalsIgnoreCase(uri.getScheme() + "://")
            && internal.contains(HTTP_PREFIX + address);
  }

  private static boolean isHttps(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  public static String origin(URI uri) {
    return "https://" + EndpointForm.host(uri) + (port(uri) == HTTPS ? "" : ":" + port(uri));
  }

  private static int port(URI uri) {
    if (uri.getPort() != -1) {
      return uri.getPort();
    }
    return isHttps(uri) ? HTTPS : HTTP;
  }
}

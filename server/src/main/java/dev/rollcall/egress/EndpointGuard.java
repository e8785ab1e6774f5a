package dev.rollcall.egress;

import java.io.IOException;
import java.net.InetAddress;
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
  static final int LONGEST = 4096;
  private static final int HTTPS = 443;
  private static final int HTTP = 80;
  private static final String PLAIN = "http://";

  // The message is the same for an unknown name: nobody may learn which names the operator's
  // network has. Java also does not distinguish a name that does not exist from a name server that
  // failed.
  private static final String NOT_PUBLIC = "no public address was found for the endpoint's host";

  /// Resolves the addresses of a host. A `NoAnswerException` means that the look-up failed this
  /// time.
  @FunctionalInterface
  public interface Names {
    InetAddress[] of(String host) throws IOException;
  }

  private final Set<String> allowed;
  private final Set<String> own;
  private final Names names;

  /// Only the hosts in `allowed` are called, or all hosts if it is empty; `.example.com` stands for
  /// all hosts under it. `own` are services in the operator's own network. With `host:port`, a
  /// service may have any address; with `http://host:port`, it is called without TLS.
  public EndpointGuard(Set<String> allowed, Set<String> own, Names names) {
    this.allowed = Set.copyOf(allowed);
    this.own = Set.copyOf(own);
    this.names = names;
  }

  /// Returns the endpoint if it passes all checks that need no DNS query.
  public URI register(String endpoint) throws EndpointException {
    if (endpoint.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      throw new EndpointException("the endpoint is longer than 4096 bytes; use a shorter one");
    }
    var uri = EndpointForm.read(endpoint);
    requireForm(uri);
    var literal = literal(EndpointForm.host(uri));
    if (literal.isPresent() && !isOwn(uri) && !PublicAddress.is(literal.get())) {
      throw new EndpointException(NOT_PUBLIC);
    }
    return uri;
  }

  /// Checks the addresses of an endpoint's host when the endpoint is configured. A host that the
  /// operator named is not resolved, because it may start later.
  public void requirePublic(URI uri) throws EndpointException, IOException {
    try {
      if (!isOwn(uri)) {
        addresses(EndpointForm.host(uri), false);
      }
    } catch (UnknownHostException e) {
      throw new EndpointException(NOT_PUBLIC);
    }
  }

  /// Makes the checks that need no DNS query.
  public void requireForm(URI uri) throws EndpointException {
    EndpointForm.require(uri);
    if (!isHttps(uri) && !isOwn(uri)) {
      throw new EndpointException("the endpoint must begin with https:// and a host");
    }
    if (isOwn(uri)) {
      return;
    }
    if (port(uri) != HTTPS) {
      throw new EndpointException("the endpoint must use port 443");
    }
    if (!isAllowed(EndpointForm.host(uri))) {
      throw new EndpointException("the endpoint's host is not one that this server calls");
    }
  }

  private boolean isAllowed(String host) {
    return allowed.isEmpty()
        || allowed.contains(host)
        || allowed.stream().anyMatch(it -> it.startsWith(".") && host.endsWith(it));
  }

  /// Repeats all checks before a send.
  void requireFit(URI uri) throws EndpointException, IOException {
    requireForm(uri);
    addresses(EndpointForm.host(uri), isOwn(uri));
  }

  /// The address to connect to, checked immediately before it is returned.
  InetAddress address(String host) throws EndpointException, IOException {
    return addresses(
        host, own.stream().anyMatch(it -> it.replace(PLAIN, "").startsWith(host + ":")))[0];
  }

  /// At least one address; all of them may be called.
  private InetAddress[] addresses(String host, boolean isOwn)
      throws EndpointException, IOException {
    var literal = literal(host);
    var addresses = literal.isPresent() ? new InetAddress[] {literal.get()} : names.of(host);
    if (addresses.length == 0) {
      throw new UnknownHostException("no address");
    }
    if (!isOwn && !Arrays.stream(addresses).allMatch(PublicAddress::is)) {
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

  private boolean isOwn(URI uri) {
    var address = EndpointForm.host(uri) + ":" + port(uri);
    return isHttps(uri)
        ? own.contains(address)
        : PLAIN.equalsIgnoreCase(uri.getScheme() + "://") && own.contains(PLAIN + address);
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

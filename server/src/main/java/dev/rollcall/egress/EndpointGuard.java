package dev.rollcall.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// Decides which endpoints we call. They come from anybody's browser, or from a back end, so without
/// this whoever has a login could have us call into our own network.
///
/// An endpoint is looked at when it is registered and at each send, and the address that is
/// connected to is one that was looked at: what DNS says in between does not matter. No registration
/// waits for a name server.
public final class EndpointGuard {
  static final int LONGEST = 4096;
  private static final int HTTPS = 443;
  private static final int HTTP = 80;
  private static final String PLAIN = "http://";

  // The same for a name that is not known: which names our network has is nobody's business. Nor
  // does Java tell a name that does not exist from a name server that failed.
  private static final String NOT_PUBLIC = "no public address was found for the endpoint's host";

  /// Finds the addresses of a host; a `NoAnswerException` says that this failed just now.
  @FunctionalInterface
  public interface Names {
    InetAddress[] of(String host) throws IOException;
  }

  private final Set<String> allowed;
  private final Set<String> own;
  private final Names names;

  /// `allowed` are the only hosts that are called, or all if it is empty; `.example.com` stands for
  /// all hosts under it. `own` are services in the operator's own network, as `host:port`, which
  /// may have any address, or as `http://host:port`, which are called without TLS.
  public EndpointGuard(Set<String> allowed, Set<String> own, Names names) {
    this.allowed = Set.copyOf(allowed);
    this.own = Set.copyOf(own);
    this.names = names;
  }

  /// The endpoint, if it may be called as far as can be seen without asking a name server.
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

  /// Looks the host of an endpoint up for whoever sets it. One that the operator named is not looked
  /// up: it may start later.
  public void requirePublic(URI uri) throws EndpointException, IOException {
    try {
      if (!isOwn(uri)) {
        addresses(EndpointForm.host(uri), false);
      }
    } catch (UnknownHostException e) {
      throw new EndpointException(NOT_PUBLIC);
    }
  }

  /// Looks at what can be seen without asking a name server.
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

  /// Looks at an endpoint again, before a send.
  void requireFit(URI uri) throws EndpointException, IOException {
    requireForm(uri);
    addresses(EndpointForm.host(uri), isOwn(uri));
  }

  /// The address to connect to, looked at as it is handed out.
  InetAddress address(String host) throws EndpointException, IOException {
    return addresses(
        host, own.stream().anyMatch(it -> it.replace(PLAIN, "").startsWith(host + ":")))[0];
  }

  /// At least one, and all of them fit to be called.
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

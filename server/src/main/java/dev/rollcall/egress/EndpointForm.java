package dev.rollcall.egress;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/// The required form of an endpoint, in which it can be sent exactly as it is written.
///
/// A percent escape is sent unchanged, whatever character it stands for: nothing decodes it on the
/// way, so `%0d%0a` is six harmless characters. An endpoint that would have to be changed to be
/// sent is refused, because a push service or webhook receiver identifies the address by its exact
/// text.
public final class EndpointForm {
  // The characters of RFC 3986. Its grammar forbids [ and ] in queries, but many services use them.
  private static final Pattern CHARACTERS =
      Pattern.compile("[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]*");

  private static final Pattern STRAY_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final Pattern UP_TO_PATH = Pattern.compile("[^:/?#]*://[^/?#]*");

  private static final Pattern LONG_LABEL = Pattern.compile("[^.:]{64}");

  // Some parsers read 0177.0.0.1 and 2130706433 as 127.0.0.1; Java reads the first differently.
  private static final Pattern NUMERIC = Pattern.compile("(^|\\.)(\\d+|0x[0-9a-f]*)$");
  private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

  private EndpointForm() {}

  /// Parses an endpoint. If the form is wrong, throws an error that says how to correct it.
  public static URI read(String endpoint) throws EndpointException {
    requireCharacters(endpoint);
    var uri = parse(endpoint);
    requireParts(uri);
    return uri;
  }

  private static void requireCharacters(String endpoint) throws EndpointException {
    var known = CHARACTERS.matcher(endpoint);
    if (!known.matches()) {
      known.lookingAt();
      throw illegalCharacter(endpoint, known.end());
    }
    if (STRAY_PERCENT.matcher(endpoint).find()) {
      throw new EndpointException(
          "the endpoint holds a '%' without two hex digits after it; write a percent sign as %25");
    }
  }

  private static EndpointException illegalCharacter(String endpoint, int index) {
    int character = endpoint.codePointAt(index);
    var host = UP_TO_PATH.matcher(endpoint);
    return new EndpointException(
        "the endpoint holds U+%04X as character %d, where a URL must not; %s"
            .formatted(
                character,
                index + 1,
                host.lookingAt() && index < host.end()
                    ? "write an international host name in its ASCII form, which has xn-- in it"
                    : "percent-encode it"));
  }

  private static URI parse(String endpoint) throws EndpointException {
    try {
      return new URI(endpoint);
    } catch (URISyntaxException e) {
      if (e.getIndex() >= 0 && e.getIndex() < endpoint.length()) {
        throw illegalCharacter(endpoint, e.getIndex());
      }
      throw new EndpointException(
          "the endpoint is not a URL; it must begin with https:// and a host");
    }
  }

  /// Checks an endpoint that was parsed elsewhere.
  static void require(URI uri) throws EndpointException {
    requireCharacters(uri.toString());
    requireParts(uri);
  }

  private static void requireParts(URI uri) throws EndpointException {
    var authority = uri.getRawAuthority();
    if (authority == null) {
      throw new EndpointException("the endpoint must begin with https:// and a host");
    }
    if (authority.contains("@")) {
      throw new EndpointException("the endpoint must not hold a user or password; leave it out");
    }
    if (uri.getHost() == null) {
      throw new EndpointException(
          "the endpoint's host must be an IP address, or a name of letters, digits, '-' and '.'");
    }
    requireHost(host(uri));
    if (uri.getRawFragment() != null) {
      throw new EndpointException(
          "the endpoint must not hold a fragment; leave out '#' and the rest");
    }
  }

  private static void requireHost(String host) throws EndpointException {
    if (LONG_LABEL.matcher(host).find()) {
      throw new EndpointException(
          "the endpoint's host has a part of more than 63 characters, which DNS does not allow");
    }
    if (host.endsWith(".")) {
      throw new EndpointException("the endpoint's host must not end with a dot; leave it out");
    }
    if (host.contains("%")) {
      throw new EndpointException("the endpoint's IPv6 address must not name a zone; leave it out");
    }
    if (NUMERIC.matcher(host).find() && !IPV4.matcher(host).matches()) {
      throw new EndpointException(
          "the endpoint's host is a number but not an IPv4 address; write four numbers with dots");
    }
  }

  /// The host as DNS, TLS and the header `Host` use it; an IPv6 address keeps its brackets.
  static String host(URI uri) {
    return uri.getHost().toLowerCase(Locale.ROOT);
  }

  /// The request target of RFC 9112: the text after the host.
  static String target(URI uri) {
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }
}

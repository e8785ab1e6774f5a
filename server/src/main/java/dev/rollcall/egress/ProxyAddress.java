package dev.rollcall.egress;

import dev.rollcall.secret.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where the outward proxy is, and the user that it asks for.
public record ProxyAddress(String host, int port, Optional<Login> login) {
  private static final String FORM = "must be http://host:port or http://user:password@host:port";
  private static final String ENCODED =
      "has a character in its user or password that must be percent-encoded: @ is %40, / is %2F,"
          + " : is %3A, % is %25";

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
  private static final Pattern HOST_PORT =
      Pattern.compile("([A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*|\\[[0-9A-Fa-f:.]+]):(\\d{1,5})/?");
  // The userinfo of RFC 3986.
  private static final Pattern LOGIN =
      Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*");

  /// A user of the proxy. It is sent with the scheme Basic of RFC 7617.
  public record Login(String user, Secret password) {
    /// The value of the header `Proxy-Authorization`.
    public String header() {
      var text = user + ":" + password.value();
      return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Reads the text of a setting. The message of the exception says how to correct it, and shows
  /// nothing of the text.
  public static ProxyAddress parse(String text) {
    var scheme = SCHEME.matcher(text);
    if (!scheme.matches()) {
      throw new IllegalArgumentException(FORM);
    }
    requireHttp(scheme.group(1).toLowerCase(Locale.ROOT));
    var rest = scheme.group(2);
    int at = rest.lastIndexOf('@');
    var place = HOST_PORT.matcher(rest.substring(at + 1));
    if (!place.matches()) {
      throw new IllegalArgumentException(FORM);
    }
    int port = Integer.parseInt(place.group(2));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("must have a port from 1 to 65535");
    }
    return new ProxyAddress(
        place.group(1).toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", ""),
        port,
        at < 0 ? Optional.empty() : Optional.of(login(rest.substring(0, at))));
  }

  private static void requireHttp(String scheme) {
    if (scheme.equals("https")) {
      throw new IllegalArgumentException(
          "must begin with http://; Rollcall does not use TLS on the way to a proxy");
    }
    if (scheme.startsWith("socks")) {
      throw new IllegalArgumentException(
          "must begin with http://; Rollcall does not support SOCKS proxies");
    }
    if (!scheme.equals("http")) {
      throw new IllegalArgumentException(FORM);
    }
  }

  private static Login login(String text) {
    if (!LOGIN.matcher(text).matches()) {
      throw new IllegalArgumentException(ENCODED);
    }
    int colon = text.indexOf(':');
    var user = decoded(colon < 0 ? text : text.substring(0, colon));
    var password = colon < 0 ? "" : decoded(text.substring(colon + 1));
    if (user.isEmpty() || user.contains(":")) {
      throw new IllegalArgumentException(
          "must have a user without ':', because Basic authentication cannot send another");
    }
    if ((user + password).chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("must not have a control character in user or password");
    }
    return new Login(user, new Secret(password));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /// The address without the user, for logs.
  @Override
  public String toString() {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}

package dev.rollcall.http;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Finds the route of a request. Repeated and trailing slashes are ignored: one of the SDKs sends
/// `//v2/tokens`.
public final class Router {

  private static final Pattern ORIGIN =
      Pattern.compile("^https?://[^/]*", Pattern.CASE_INSENSITIVE);

  /// A route with the values of its `{names}` in the path.
  record Match(Route route, Map<String, String> values) {}

  private record Entry(Route route, List<String> template) {}

  private final List<Route> routes;
  private final Map<Integer, List<Entry>> byLength = new HashMap<>();

  public Router(List<Route> routes) {
    this.routes = List.copyOf(routes);
    for (var route : routes) {
      var entry = new Entry(route, route.segments());
      byLength.computeIfAbsent(entry.template().size(), n -> new ArrayList<>()).add(entry);
    }
  }

  public List<Route> routes() {
    return routes;
  }

  /// True if the request has a route that accepts large bodies.
  boolean takesLarge(String method, String rawPath) {
    try {
      return find(method, rawPath).route().large();
    } catch (Problem noSuchRoute) {
      return false;
    }
  }

  Match find(String method, String rawPath) {
    var segments = segments(rawPath);
    boolean prefixed = !segments.isEmpty() && isVersion(segments.getFirst());
    var bare = prefixed ? segments.subList(1, segments.size()) : segments;
    var allowed = new TreeSet<String>();
    for (var entry : byLength.getOrDefault(bare.size(), List.of())) {
      if (prefixed && !entry.route().versioned()) {
        continue;
      }
      var values = Route.match(entry.template(), bare);
      if (values.isPresent()) {
        if (entry.route().method().equals(method)) {
          return new Match(entry.route(), values.get());
        }
        allowed.add(entry.route().method());
      }
    }
    throw allowed.isEmpty() ? unknown() : notAllowed(allowed);
  }

  private static boolean isVersion(String segment) {
    return segment.equals("v3.0") || segment.equals("v3");
  }

  private static List<String> segments(String rawPath) {
    var segments = new ArrayList<String>();
    // The request target may be a whole URL (RFC 9112, 3.2.2).
    for (var part : ORIGIN.matcher(rawPath).replaceFirst("").split("/")) {
      if (!part.isEmpty()) {
        segments.add(decode("path", part));
      }
    }
    return segments;
  }

  /// Decodes percent escapes of UTF-8 in `what` of a request.
  static String decode(String what, String part) {
    if (part.indexOf('%') < 0) {
      return part;
    }
    try {
      // Only in a query, a plus sign is a space.
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.badField(what, "The " + what + " holds a '%' that starts no escape");
    }
  }

  private static Problem unknown() {
    return new Problem(
        Code.ERR_ROUTE_NOT_FOUND, "No route has this path; /openapi.yaml lists all routes");
  }

  private static Problem notAllowed(SortedSet<String> allowed) {
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    allowed.add("OPTIONS");
    return new Problem(
        Code.ERR_METHOD_NOT_ALLOWED,
        "This path supports " + String.join(", ", allowed),
        Map.of("allow", List.copyOf(allowed)));
  }
}

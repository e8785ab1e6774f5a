package dev.rollcall.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A method and a path template, with the handler that answers them.
///
/// A `versioned` route has three paths: the plain one, one under `/v3` and one under `/v3.0`,
/// because one SDK session uses several of these forms. A `large` route accepts bodies of a
/// megabyte.
public record Route(
    String method, String template, boolean versioned, boolean large, Handler handler) {

  /// Answers a request, or throws a `Problem`.
  @FunctionalInterface
  public interface Handler {
    Response answer(Request request);
  }

  public static Route plain(String method, String template, Handler handler) {
    return new Route(method, template, false, false, handler);
  }

  public static Route versioned(String method, String template, Handler handler) {
    return new Route(method, template, true, false, handler);
  }

  public static Route large(String method, String template, Handler handler) {
    return new Route(method, template, false, true, handler);
  }

  List<String> segments() {
    return List.of(template.substring(1).split("/"));
  }

  /// The values of the template's `{names}` if these segments match it.
  static Optional<Map<String, String>> match(List<String> template, List<String> segments) {
    if (template.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> values = Map.of();
    for (int i = 0; i < segments.size(); i++) {
      var expected = template.get(i);
      if (expected.startsWith("{")) {
        values = values.isEmpty() ? new TreeMap<>() : values;
        values.put(expected.substring(1, expected.length() - 1), segments.get(i));
      } else if (!expected.equals(segments.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }
}

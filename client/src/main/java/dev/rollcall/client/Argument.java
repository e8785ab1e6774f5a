package dev.rollcall.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Checks the arguments of calls before anything is sent.
final class Argument {
  private static final List<String> METHODS =
      Arrays.asList("GET", "POST", "PUT", "PATCH", "DELETE");

  private Argument() {}

  /// A required text. It often comes from outside the program, so a missing one is an error with a
  /// code, and not a mistake in the program.
  static String text(String name, @Nullable String value) throws RollcallException {
    if (value == null || value.trim().isEmpty()) {
      throw refused(name, "is missing or blank");
    }
    return value;
  }

  /// A text that becomes one segment of a path. Some proxies decode an escaped slash, so a text that
  /// could lead to another route is not sent at all.
  static String segment(String name, @Nullable String value) throws RollcallException {
    var segment = text(name, value);
    if (segment.equals(".") || segment.equals("..")) {
      throw refused(name, "must be more than dots, which lead elsewhere in a path");
    }
    if (segment.indexOf('/') >= 0 || segment.indexOf('\\') >= 0) {
      throw refused(name, "holds a slash, which leads elsewhere in a path");
    }
    return segment;
  }

  /// Rollcall has one extension.
  static void extension(String name, String slug) throws RollcallException {
    if (!slug.equals(Endpoints.EXTENSION)) {
      throw RollcallException.bad(
          "ERR_ROUTE_NOT_FOUND", name, "There is no extension but " + Endpoints.EXTENSION);
    }
  }

  /// An HTTP method, in any case.
  static String httpMethod(String name, String value) throws RollcallException {
    var method = value.toUpperCase(Locale.ROOT);
    if (!METHODS.contains(method)) {
      throw refused(name, "must be one of " + METHODS);
    }
    return method;
  }

  private static RollcallException refused(String name, String what) {
    return RollcallException.bad(RollcallException.BAD_REQUEST, name, name + " " + what);
  }
}

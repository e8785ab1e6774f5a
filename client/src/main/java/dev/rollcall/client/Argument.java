package dev.rollcall.client;

import org.jspecify.annotations.Nullable;

/// What a caller handed over, looked at before anything is made of it.
final class Argument {
  private Argument() {}

  /// A text that there must be. It often comes from elsewhere, so its absence is no mistake in the
  /// program and has a code.
  static String text(String name, @Nullable String value) throws RollcallException {
    if (value == null || value.trim().isEmpty()) {
      throw refused(name, "is missing or blank");
    }
    return value;
  }

  /// A text that becomes one segment of a path. A proxy may take even an escaped slash for a slash,
  /// so what could lead to another route is not sent at all.
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

  private static RollcallException refused(String name, String what) {
    return RollcallException.bad(RollcallException.BAD_REQUEST, name, name + " " + what);
  }
}

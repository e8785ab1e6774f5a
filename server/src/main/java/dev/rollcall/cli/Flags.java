package dev.rollcall.cli;

import dev.rollcall.config.UsageException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads `--name value` and `--name=value`.
public final class Flags {
  private Flags() {}

  public static Map<String, String> read(List<String> arguments) {
    var flags = new LinkedHashMap<String, String>();
    var rest = arguments.iterator();
    while (rest.hasNext()) {
      var flag = rest.next();
      if (!flag.startsWith("--")) {
        throw new UsageException("'" + flag + "' is not a flag; './rollcall help' lists them");
      }
      int equals = flag.indexOf('=');
      var name = equals < 0 ? flag : flag.substring(0, equals);
      var value = equals < 0 ? next(rest) : flag.substring(equals + 1);
      if (value.isBlank()) {
        throw new UsageException(name + " needs a value");
      }
      if (flags.put(name, value) != null) {
        throw new UsageException(name + " is given twice");
      }
    }
    return flags;
  }

  // A value that looks like a flag means that the value was forgotten; `--name=--value` allows one.
  private static String next(Iterator<String> rest) {
    var value = rest.hasNext() ? rest.next() : "";
    return value.startsWith("--") ? "" : value;
  }
}

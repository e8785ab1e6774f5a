package dev.rollcall.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The `--name value` pairs of a command line.
final class Options {

  /// A command line that cannot be meant.
  static final class Mistake extends RuntimeException {
    private static final long serialVersionUID = 1;

    Mistake(String message) {
      super(message);
    }
  }

  private final Map<String, String> values = new HashMap<>();

  Options(String[] args) {
    if (args.length % 2 != 0) {
      throw new Mistake("every option needs a value");
    }
    for (int i = 0; i < args.length; i += 2) {
      if (!args[i].startsWith("--")) {
        throw new Mistake(args[i] + " is not an option");
      }
      values.put(args[i].substring(2), args[i + 1]);
    }
  }

  Optional<String> maybe(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String text(String name) {
    return maybe(name).orElseThrow(() -> new Mistake("--" + name + " is missing"));
  }

  int number(String name, int otherwise) {
    return maybe(name).map(value -> parse(name, value)).orElse(otherwise);
  }

  int number(String name) {
    return parse(name, text(name));
  }

  /// Whole numbers with commas between them; none when it is missing.
  List<Integer> numbers(String name) {
    return maybe(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(value -> parse(name, value))
        .toList();
  }

  private static int parse(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new Mistake("--" + name + " wants a whole number, not " + value);
    }
  }
}

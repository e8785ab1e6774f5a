package dev.rollcall.transfer;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The number of rows of each kind.
final class Counts {
  private final Map<String, Long> byKind = new TreeMap<>();

  void add(Line.Row row) {
    byKind.merge(kind(row), 1L, Long::sum);
  }

  private static String kind(Line.Row row) {
    return switch (row) {
      case Line.App app -> "app";
      case Line.Key key -> "key";
      case Line.User user -> "user";
      case Line.Session session -> "session";
      case Line.Event event -> "event";
      case Line.Device device -> "device";
      case Line.Token token -> "token";
    };
  }

  long total() {
    return byKind.values().stream().mapToLong(it -> it).sum();
  }

  Map<String, Long> byKind() {
    return Collections.unmodifiableMap(byKind);
  }

  /// For example `2 app, 4 key, 10 user`.
  @Override
  public String toString() {
    return byKind.entrySet().stream()
        .map(it -> "%,d %s".formatted(it.getValue(), it.getKey()))
        .collect(Collectors.joining(", "));
  }
}

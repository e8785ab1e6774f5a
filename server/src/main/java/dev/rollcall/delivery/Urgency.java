package dev.rollcall.delivery;

import dev.rollcall.message.Message;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The urgency of a delivery; more urgent deliveries are claimed first.
public enum Urgency {
  CALL(2),
  HIGH(1),
  NORMAL(0);

  private final long number;

  Urgency(long number) {
    this.number = number;
  }

  /// The value in the database; a higher one is more urgent.
  public long number() {
    return number;
  }

  public static Urgency of(Message message) {
    return switch (message.kind()) {
      case VOIP -> CALL;
      case ALERT, BACKGROUND ->
          switch (message.priority()) {
            case HIGH -> HIGH;
            case NORMAL -> NORMAL;
          };
    };
  }

  public static List<Urgency> mostUrgentFirst() {
    return Arrays.stream(values())
        .sorted(Comparator.comparingLong(Urgency::number).reversed())
        .toList();
  }

  /// The deliveries that are sent even while a provider is paused because it fails too often.
  public static List<Urgency> callsOnly() {
    return List.of(CALL);
  }

  /// All numbers as a list for SQL.
  public static String numbers() {
    return Arrays.stream(values())
        .map(urgency -> Long.toString(urgency.number()))
        .collect(Collectors.joining(", "));
  }
}

package dev.rollcall.provider.sender;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// Measures how far this machine's clock is from a provider's, by the `Date` header of an answer.
/// Our signatures contain times, so a wrong clock looks like wrong credentials.
public final class ClockSkew {
  private static final Duration HARMLESS = Duration.ofMinutes(1);

  private ClockSkew() {}

  /// The addition to a reason if the clock is wrong, with the difference; otherwise empty.
  public static String description(Optional<String> date, Instant now) {
    return date.flatMap(ClockSkew::read)
        .map(theirs -> Duration.between(theirs, now))
        .filter(ahead -> ahead.abs().compareTo(HARMLESS) > 0)
        .map(
            ahead ->
                "; this machine's clock is "
                    + ahead.abs().toSeconds()
                    + " seconds "
                    + (ahead.isNegative() ? "behind" : "ahead of")
                    + " the provider's")
        .orElse("");
  }

  private static Optional<Instant> read(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}

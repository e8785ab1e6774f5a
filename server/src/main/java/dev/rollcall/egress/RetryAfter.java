package dev.rollcall.egress;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The header `Retry-After` of RFC 9110: a number of seconds, or a date in one of three forms.
public final class RetryAfter {
  /// A longer delay is reduced to this.
  static final Duration MAX_DELAY = Duration.ofHours(1);

  private static final Pattern SECONDS = Pattern.compile("\\d{1,10}");
  private static final List<DateTimeFormatter> DATES =
      List.of(
          DateTimeFormatter.RFC_1123_DATE_TIME,
          rfc850(),
          DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH)
              .withZone(ZoneOffset.UTC));

  private RetryAfter() {}

  // RFC 9110 limits the year of a two-digit date to fifty years in the future. The fixed range of
  // the years 1975 to 2074 gives the right year for dates near now until 2074.
  private static DateTimeFormatter rfc850() {
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, 1975)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);
  }

  /// Empty if `header` cannot be parsed. A date in the past means no delay.
  public static Optional<Duration> read(String header, Instant now) {
    var text = header.strip();
    if (SECONDS.matcher(text).matches()) {
      return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(text))));
    }
    return DATES.stream()
        .flatMap(format -> date(text, format).stream())
        .findFirst()
        .map(date -> bounded(Duration.between(now, date)));
  }

  private static Optional<Instant> date(String text, DateTimeFormatter format) {
    try {
      return Optional.of(ZonedDateTime.parse(text, format).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration delay) {
    if (delay.isNegative()) {
      return Duration.ZERO;
    }
    return delay.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : delay;
  }
}

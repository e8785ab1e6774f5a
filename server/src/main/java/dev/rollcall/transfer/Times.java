package dev.rollcall.transfer;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses the time formats of other systems into epoch milliseconds.
final class Times {
  private static final Pattern SECONDS = Pattern.compile("(\\d{1,11})([.,]\\d+)?");
  private static final Pattern UTC = Pattern.compile("(?i) ?(utc|z|\\+00(:?00)?)$");
  private static final DateTimeFormatter DATE_AND_TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[ ]['T']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .toFormatter(Locale.ROOT);

  private Times() {}

  /// Epoch seconds, or a date and time in UTC; null if the cell is empty.
  static @Nullable Long seconds(String field, @Nullable String text) {
    var given = Cells.given(text);
    if (given == null) {
      return null;
    }
    Cells.requireAllDigits(field, given);
    var seconds = SECONDS.matcher(given);
    if (seconds.matches()) {
      return Long.parseLong(seconds.group(1)) * 1000;
    }
    return parsed(given)
        .orElseThrow(
            () ->
                new RecordRejectedException(
                    RecordRejectedException.MALFORMED,
                    field
                        + " is neither seconds since 1970 (1793000000) nor a date and time in UTC"
                        + " (2026-11-24 12:00:00 or 2026-11-24T12:00:00Z); a local form does not"
                        + " say which number is the month"));
  }

  /// A date and time in UTC: `2026-11-24T12:00:00.000Z`, `2026-11-24 12:00:00 UTC`.
  static long date(String field, String text) {
    return parsed(text)
        .orElseThrow(
            () ->
                new RecordRejectedException(
                    RecordRejectedException.MALFORMED, field + " is not a time in UTC"));
  }

  private static Optional<Long> parsed(String text) {
    try {
      var local = UTC.matcher(text.strip()).replaceFirst("");
      var time = LocalDateTime.parse(local, DATE_AND_TIME).toInstant(ZoneOffset.UTC);
      return Optional.of(time.toEpochMilli());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}

package dev.rollcall.transfer;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses the time formats of other systems into epoch milliseconds.
final class Times {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,11}");
  private static final Pattern UTC = Pattern.compile("(?i) ?(utc|z|\\+00(:?00)?)$");
  private static final DateTimeFormatter DATE_AND_TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[ ]['T']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .toFormatter(Locale.ROOT);

  private Times() {}

  /// Epoch seconds, or a date and time in UTC; null if the text is blank.
  static @Nullable Long seconds(String field, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    return SECONDS.matcher(text).matches()
        ? Long.valueOf(Long.parseLong(text) * 1000)
        : date(field, text);
  }

  /// A date and time in UTC: `2026-11-24T12:00:00.000Z`, `2026-11-24 12:00:00 UTC`.
  static long date(String field, String text) {
    try {
      var local = UTC.matcher(text.strip()).replaceFirst("");
      return LocalDateTime.parse(local, DATE_AND_TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (DateTimeException e) {
      throw new Refused(Refused.MALFORMED, field + " is no time in UTC");
    }
  }
}

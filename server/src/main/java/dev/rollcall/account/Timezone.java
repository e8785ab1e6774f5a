package dev.rollcall.account;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The time zones that Rollcall understands: the regions of the IANA database, and offsets from
/// UTC.
public final class Timezone {
  private static final Map<String, String> REGIONS =
      ZoneId.getAvailableZoneIds().stream()
          .collect(Collectors.toUnmodifiableMap(Timezone::key, Function.identity()));

  // Unlike in `Etc/GMT-5`, plus means east of Greenwich here. Three digits with a minus are left
  // out:
  // JavaScript's getTimezoneOffset() gives -330 in India, in minutes and with the opposite sign.
  private static final Pattern OFFSET =
      Pattern.compile(
          "(?i)(?![-\u2212]\\d{3}$)(?:UTC|GMT|UT)?\\s*([+\u2212-])\\s*(\\d{1,2})(?::?([0-5]\\d))?");

  private Timezone() {}

  /// The id of the time zone that `text` names; empty if it names none. Letter case, blanks at the
  /// ends, and a blank in place of `_` make no difference.
  public static Optional<String> read(String text) {
    var plain = text.strip();
    var region = REGIONS.get(key(plain));
    return region == null ? offset(plain) : Optional.of(region);
  }

  private static String key(String id) {
    return id.toLowerCase(Locale.ROOT).replace(' ', '_');
  }

  private static Optional<String> offset(String text) {
    if (text.equalsIgnoreCase("Z")) {
      return Optional.of(ZoneOffset.UTC.getId());
    }
    var form = OFFSET.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    int sign = form.group(1).equals("+") ? 1 : -1;
    int minutes = form.group(3) == null ? 0 : Integer.parseInt(form.group(3));
    try {
      var offset =
          ZoneOffset.ofHoursMinutes(sign * Integer.parseInt(form.group(2)), sign * minutes);
      return Optional.of(offset.getId());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}

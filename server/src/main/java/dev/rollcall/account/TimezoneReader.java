package dev.rollcall.account;

import dev.rollcall.http.Body;
import java.util.Optional;

/// Reads a time zone from the body of a request.
public final class TimezoneReader {
  private static final int LONGEST = 100;

  private TimezoneReader() {}

  /// The time zone under `key`; empty if it is absent or null.
  public static Optional<String> read(Body body, String key) {
    return body.string(key, LONGEST)
        .map(
            text ->
                Timezone.read(text)
                    .orElseThrow(
                        () ->
                            body.problem(
                                key,
                                "must be an IANA time zone, such as Europe/Berlin, or an offset"
                                    + " from UTC, such as +05:30")));
  }
}

package dev.rollcall.account;

import java.util.Locale;
import java.util.Optional;

/// Where an app runs. Push tokens are listed by platform.
public enum Platform {
  IOS,
  WEB,
  ANDROID;

  private final String word = name().toLowerCase(Locale.ROOT);

  /// The name of the platform in requests, answers and the database.
  public String word() {
    return word;
  }

  public static Platform of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /// Infers the platform from the start of an SDK's `resource` (`WEB-4_2_0-…`), `platform` (`WEB`)
  /// or `sdk` header (`javascript@4.2.0`). For React Native, these do not show the phone's
  /// platform.
  public static Optional<Platform> guess(String text) {
    var upper = text.toUpperCase(Locale.ROOT);
    if (upper.startsWith("WEB") || upper.startsWith("JAVASCRIPT")) {
      return Optional.of(WEB);
    }
    if (upper.startsWith("IOS") || upper.startsWith("SWIFT")) {
      return Optional.of(IOS);
    }
    if (upper.startsWith("ANDROID")) {
      return Optional.of(ANDROID);
    }
    return Optional.empty();
  }
}

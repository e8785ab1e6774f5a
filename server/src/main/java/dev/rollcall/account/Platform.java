package dev.rollcall.account;

import java.util.Locale;
import java.util.Optional;

/// Where an app runs, and the list its push tokens are shown in.
public enum Platform {
  IOS,
  WEB,
  ANDROID;

  private final String word = name().toLowerCase(Locale.ROOT);

  /// The name on the wire and in the database.
  public String word() {
    return word;
  }

  public static Platform of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /// Reads the start of an SDK's `resource` (`WEB-4_2_0-…`), of its `platform` (`WEB`), or of its
  /// `sdk` header (`javascript@4.2.0`). React Native does not say there which phone it runs on.
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

package dev.rollcall.account;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where an app runs. Push tokens are listed by platform.
public enum Platform {
  IOS,
  WEB,
  ANDROID;

  private static final Pattern BROWSER = Pattern.compile("\\bMozilla/");
  private static final Pattern APPLE = Pattern.compile("\\b(CFNetwork/|Darwin/|iOS[ /]\\d)");
  private static final Pattern GOOGLE = Pattern.compile("\\b(okhttp/|Dalvik/|Android[ /]\\d)");

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /// The name of the platform in requests, answers and the database.
  public String wireName() {
    return wireName;
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

  /// Infers the system of a native app from its `User-Agent`. Apple's network library sends
  /// `CFNetwork/… Darwin/…`, Android's libraries send `okhttp/…` or `Dalvik/…`. A browser does not
  /// say what it runs in: on an iPad, it may send the name of a Macintosh.
  public static Optional<Platform> ofNativeApp(String userAgent) {
    boolean ios = APPLE.matcher(userAgent).find();
    boolean android = GOOGLE.matcher(userAgent).find();
    if (ios == android || BROWSER.matcher(userAgent).find()) {
      return Optional.empty();
    }
    return Optional.of(ios ? IOS : ANDROID);
  }
}

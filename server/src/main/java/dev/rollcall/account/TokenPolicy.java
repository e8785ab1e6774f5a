package dev.rollcall.account;

import java.util.Locale;

/// How many users of an app may hold the same push token.
public enum TokenPolicy {
  /// One user: the last one who registers the token.
  EXCLUSIVE,
  /// Several users, who have accounts on one shared phone.
  SHARED;

  /// Whose a push token of this user is: 0 stands for the whole app, in which its value is unique.
  public long owner(long userId) {
    return switch (this) {
      case EXCLUSIVE -> 0;
      case SHARED -> userId;
    };
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static TokenPolicy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}

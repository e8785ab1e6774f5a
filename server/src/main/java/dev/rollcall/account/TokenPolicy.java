package dev.rollcall.account;

import java.util.Locale;

/// How many users of an app may hold the same push token.
public enum TokenPolicy {
  /// One: whoever registers it last.
  EXCLUSIVE,
  /// Several: the accounts of a phone that is shared.
  SHARED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static TokenPolicy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}

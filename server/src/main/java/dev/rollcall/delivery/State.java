package dev.rollcall.delivery;

import java.util.Arrays;
import java.util.Locale;

/// Where a delivery stands.
public enum State {
  /// It waits for its turn, or is being sent.
  PENDING,
  /// The provider took it.
  ACCEPTED,
  /// The provider will not take this message for this token.
  REFUSED,
  /// The provider says that the token is dead, or that it may be.
  TOKEN_BAD,
  /// The session ended, or let go of its token, before the message was sent.
  ENDED,
  /// Its time to live ran out before a provider took it.
  EXPIRED,
  /// It was called off.
  CANCELLED,
  /// The app has no provider for the token.
  NO_PROVIDER;

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static State of(String word) {
    return Arrays.stream(values())
        .filter(state -> state.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state is called " + word));
  }
}

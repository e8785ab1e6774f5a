package dev.rollcall.delivery;

import java.util.Arrays;
import java.util.Locale;

/// The state of a delivery.
public enum State {
  /// The delivery waits, or is being sent.
  PENDING,
  /// The provider has accepted the message.
  ACCEPTED,
  /// The provider will never accept this message for this token.
  REFUSED,
  /// The provider says that the token is dead or may be bad.
  TOKEN_BAD,
  /// The session had ended, or no longer held the token, when the message was to be sent.
  ENDED,
  /// The time to live passed before a provider accepted the message.
  EXPIRED,
  /// A back end has cancelled the notification.
  CANCELLED,
  /// The app has no provider for the token.
  NO_PROVIDER;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static State of(String word) {
    return Arrays.stream(values())
        .filter(state -> state.wireName().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state is called " + word));
  }
}

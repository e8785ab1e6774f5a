package dev.rollcall.provider.sender;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Which of Apple's two systems issued an APNs token. The token itself does not say.
public enum ApnsEnvironment {
  PRODUCTION,
  SANDBOX;

  public ApnsEnvironment other() {
    return this == PRODUCTION ? SANDBOX : PRODUCTION;
  }

  /// The name on the wire and in the database.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<ApnsEnvironment> of(String word) {
    return Arrays.stream(values()).filter(it -> it.wireName().equals(word)).findFirst();
  }
}

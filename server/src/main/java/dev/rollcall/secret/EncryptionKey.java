package dev.rollcall.secret;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/// The key with which {@link Seal} encrypts. `toString` does not show it.
public record EncryptionKey(byte[] bytes) {
  public static final String FORM =
      "32 bytes in base64; 'openssl rand -base64 32' prints them; keep them in a safe place";

  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  public EncryptionKey {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an encryption key has " + BYTES + " bytes");
    }
  }

  public static EncryptionKey random() {
    var bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new EncryptionKey(bytes);
  }

  /// Empty if the text does not have the form of {@link #FORM}.
  public static Optional<EncryptionKey> parse(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text.strip()))
          .filter(it -> it.length == BYTES)
          .map(EncryptionKey::new);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /// The text form that `parse` reads.
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return "[key]";
  }
}

package dev.rollcall.account;

import java.security.SecureRandom;
import java.util.HexFormat;

/// An API key or auth key, as a caller sends it. Only its hash is stored.
public record Key(String value) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /// A new key: 160 random bits.
  public static Key random() {
    var bytes = new byte[20];
    RANDOM.nextBytes(bytes);
    return new Key(HexFormat.of().formatHex(bytes));
  }

  public byte[] hash() {
    return Hash.of(value);
  }

  @Override
  public String toString() {
    return "[key]";
  }
}

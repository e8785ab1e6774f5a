package dev.rollcall.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Ends a session later. It is derived from the auth token, which cannot be computed from it.
final class LogoutToken {
  private LogoutToken() {}

  static String of(String authToken) {
    var handle = authToken.substring(0, Math.max(0, authToken.lastIndexOf('_')));
    return handle + "_" + sha256("logout:" + sha256(authToken));
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var hex = new StringBuilder();
      for (var octet : digest.digest(text.getBytes(StandardCharsets.UTF_8))) {
        hex.append(Character.forDigit(octet >> 4 & 0xf, 16));
        hex.append(Character.forDigit(octet & 0xf, 16));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every platform has SHA-256", e);
    }
  }
}

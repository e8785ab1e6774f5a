package dev.rollcall.token;

import dev.rollcall.problem.Problem;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The keys of a browser's push subscription (W3C Push API), with which its messages are encrypted
/// (RFC 8291). All are in base64url without padding.
///
/// `serverKey` is the public key of the application server (VAPID, RFC 8292) that the browser
/// subscribed with, if the page sent it. Only messages signed with the matching private key reach
/// the browser.
public record Subscription(String p256dh, String auth, @Nullable String serverKey) {
  // The encoding of an uncompressed P-256 point begins with 4.
  private static final int POINT = 65;
  private static final int SECRET = 16;
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9_+/-]{1,200}={0,2}");

  /// Reads the keys that a page sent; `field` names their place in the body.
  public static Subscription read(
      String field, String p256dh, String auth, Optional<String> serverKey) {
    return new Subscription(
        point(field + ".keys.p256dh", p256dh),
        url(bytes(field + ".keys.auth", auth, SECRET, "16 bytes")),
        serverKey.orElse(null));
  }

  /// Reads the public key of the application server that a page sent in `field`.
  public static String readServerKey(String field, String text) {
    return point(field, text);
  }

  private static String point(String field, String text) {
    var bytes = bytes(field, text, POINT, "an uncompressed point of P-256, 65 bytes");
    if (bytes[0] != 4) {
      throw bad(field, "an uncompressed point of P-256, 65 bytes");
    }
    return url(bytes);
  }

  private static byte[] bytes(String field, String text, int length, String form) {
    if (!BASE64.matcher(text).matches()) {
      throw bad(field, form);
    }
    try {
      var bytes = Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
      if (bytes.length == length) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // The error is thrown below.
    }
    throw bad(field, form);
  }

  private static Problem bad(String field, String form) {
    return Problem.badField(
        field, field + " must be " + form + " in base64url, as the browser gave it");
  }

  private static String url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The form in which the database stores the keys.
  public String text() {
    return serverKey == null ? p256dh + " " + auth : p256dh + " " + auth + " " + serverKey;
  }

  public static Subscription of(String text) {
    var parts = text.split(" ");
    return new Subscription(parts[0], parts[1], parts.length > 2 ? parts[2] : null);
  }

  /// The subscription after a registration. If only the server key is missing from `fresh`, the
  /// browser has not subscribed again, and the known server key is kept.
  static @Nullable Subscription orElse(
      @Nullable Subscription fresh, @Nullable Subscription before) {
    if (fresh == null || before == null || fresh.serverKey != null) {
      return fresh == null ? before : fresh;
    }
    boolean same = fresh.p256dh.equals(before.p256dh) && fresh.auth.equals(before.auth);
    return same ? before : fresh;
  }

  // Somebody who has these keys can write messages that the browser accepts as ours.
  @Override
  public String toString() {
    return "[subscription]";
  }
}

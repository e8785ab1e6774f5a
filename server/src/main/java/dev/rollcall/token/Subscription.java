package dev.rollcall.token;

import dev.rollcall.problem.Problem;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a browser gave with the endpoint of its push subscription (W3C Push API): the keys that its
/// messages are encrypted with (RFC 8291), all in base64url without padding.
///
/// `serverKey` is the application server's public key (VAPID, RFC 8292) that it subscribed with,
/// where the page told it: only messages signed with that one reach it.
public record Subscription(String p256dh, String auth, @Nullable String serverKey) {
  // An uncompressed point of P-256 begins with 4.
  private static final int POINT = 65;
  private static final int SECRET = 16;
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9_+/-]{1,200}={0,2}");

  /// Reads what a page sent; `field` names where it stood.
  public static Subscription read(
      String field, String p256dh, String auth, Optional<String> serverKey) {
    return new Subscription(
        point(field + ".keys.p256dh", p256dh),
        url(bytes(field + ".keys.auth", auth, SECRET, "16 bytes")),
        serverKey.map(key -> point(field + ".applicationServerKey", key)).orElse(null));
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
      // said below
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

  /// The form in which it is stored.
  public String text() {
    return serverKey == null ? p256dh + " " + auth : p256dh + " " + auth + " " + serverKey;
  }

  public static Subscription of(String text) {
    var parts = text.split(" ");
    return new Subscription(parts[0], parts[1], parts.length > 2 ? parts[2] : null);
  }

  /// What is known now: a browser that only leaves out its server key has not subscribed anew.
  static @Nullable Subscription orElse(
      @Nullable Subscription fresh, @Nullable Subscription before) {
    if (fresh == null || before == null || fresh.serverKey != null) {
      return fresh == null ? before : fresh;
    }
    boolean same = fresh.p256dh.equals(before.p256dh) && fresh.auth.equals(before.auth);
    return same ? before : fresh;
  }

  // Whoever has the keys can write messages that the browser takes for ours.
  @Override
  public String toString() {
    return "[subscription]";
  }
}

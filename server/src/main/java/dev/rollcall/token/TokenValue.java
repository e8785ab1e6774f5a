package dev.rollcall.token;

import dev.rollcall.account.Hash;
import dev.rollcall.egress.EndpointException;
import dev.rollcall.egress.EndpointForm;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A push token in its canonical form, in which it is stored, compared and hashed.
///
/// A browser's token is the endpoint of its push subscription. An APNs device token is an opaque
/// byte string of no fixed length, written as hex; letter case, spaces and the `<>` of an old
/// `NSData` description are ignored. FCM tokens are used unchanged.
///
/// Values such as `apns-test-1` and `voip-test-1` are stand-ins: no device ever has such a token,
/// and tests without a device (in a browser, for example) use them. They are used unchanged.
public record TokenValue(Channel channel, String text) {
  /// Apple gives no maximum length; 32 bytes are usual, and 100 have been seen. The configuration
  /// sets the real limit.
  public static final int MAX_APNS_DIGITS = 4096;

  static final int MAX_FCM_BYTES = 4096;
  private static final int SHOWN = 8;

  private static final Set<String> NULLS =
      Set.of(
          "null",
          "(null)",
          "<null>",
          "undefined",
          "nil",
          "(nil)",
          "<nil>",
          "nullptr",
          "none",
          "nan",
          "n/a");

  // What Objective-C (`{length = 32, bytes = 0x4f21 ... 77a1}`) and Swift (`32 bytes`) print for a
  // token.
  private static final Pattern DESCRIPTION =
      Pattern.compile("\\{?\\s*length\\s*=\\s*\\d+.*|\\d+ bytes", Pattern.DOTALL);

  private static final Pattern APNS_NOISE = Pattern.compile("[<>\\s]");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]*");
  private static final Pattern TEST_TOKEN = Pattern.compile("(apns|voip)-[A-Za-z0-9-]{1,100}");
  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]+");

  /// Reads what an SDK sent as `field`. A value that cannot be a push token is refused with an
  /// error that says how to correct it.
  public static TokenValue read(Channel channel, String field, String raw) {
    var trimmed = raw.strip();
    if (trimmed.isEmpty()) {
      throw refused(field, Code.TOKEN_BLANK, "is blank; register once the provider gave a token");
    }
    if (NULLS.contains(trimmed.toLowerCase(Locale.ROOT))) {
      throw refused(
          field, Code.TOKEN_NULL, "is the word for a missing value; wait for the real token");
    }
    if (DESCRIPTION.matcher(trimmed).matches()) {
      throw refused(
          field,
          Code.APNS_TOKEN_DESCRIPTION,
          "is the description of a Data object, which leaves out a part of the token; send "
              + "deviceToken.map { String(format: \"%02x\", $0) }.joined()");
    }
    TokenMistake.in(channel.form(), trimmed)
        .ifPresent(
            mistake -> {
              throw refused(field, mistake.code(), mistake.what());
            });
    return switch (channel.form()) {
      case TEXT -> text(channel, field, trimmed);
      case HEX ->
          isTestToken(trimmed) ? new TokenValue(channel, trimmed) : apns(channel, field, trimmed);
      case ENDPOINT -> endpoint(field, trimmed);
    };
  }

  private static TokenValue text(Channel channel, String field, String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_FCM_BYTES) {
      throw refused(field, Code.TOKEN_TOO_LONG, "is longer than 4096 bytes");
    }
    if (!PRINTABLE.matcher(text).matches()) {
      throw refused(
          field,
          Code.TOKEN_BAD_CHARACTER,
          "holds a space, control or non-ASCII character; send the token as it was given");
    }
    return new TokenValue(channel, text);
  }

  private static TokenValue endpoint(String field, String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_FCM_BYTES) {
      throw refused(field, Code.TOKEN_TOO_LONG, "is longer than 4096 bytes");
    }
    if (!text.startsWith("https://")) {
      throw refused(
          field,
          Code.TOKEN_BAD_CHARACTER,
          "is not an https:// URL; send the subscription's endpoint as the browser gave it");
    }
    try {
      EndpointForm.read(text);
    } catch (EndpointException e) {
      throw refused(field, Code.TOKEN_BAD_CHARACTER, "is not accepted: " + e.getMessage());
    }
    return new TokenValue(Channel.WEB_PUSH, text);
  }

  private static TokenValue apns(Channel channel, String field, String text) {
    var hex = withoutNoise(text);
    if (hex.isEmpty()) {
      throw refused(field, Code.TOKEN_BLANK, "is blank; register once APNs gave a token");
    }
    if (!HEX.matcher(hex).matches()) {
      throw refused(
          field,
          Code.APNS_TOKEN_NOT_HEX,
          "is not hexadecimal; send the bytes of deviceToken as hex (an FCM token goes in"
              + " fcmToken)");
    }
    if (hex.length() > MAX_APNS_DIGITS) {
      throw tooLong(field, MAX_APNS_DIGITS);
    }
    if (hex.length() % 2 != 0) {
      throw refused(
          field, Code.APNS_TOKEN_ODD_LENGTH, "has an odd number of hex digits; a digit is missing");
    }
    return new TokenValue(channel, hex);
  }

  static Problem tooLong(String field, int digits) {
    return refused(field, Code.TOKEN_TOO_LONG, "is longer than " + digits + " hex digits");
  }

  private static Problem refused(String field, Code code, String what) {
    return new Problem(code, field + " " + what, Map.of("field", field));
  }

  /// True if `raw` is this token, in any letter case and with or without the characters that are
  /// ignored.
  public boolean matches(String raw) {
    var plain = raw.strip();
    return text.equals(
        switch (channel.form()) {
          case TEXT, ENDPOINT -> plain;
          case HEX -> isTestToken(plain) ? plain : withoutNoise(plain);
        });
  }

  /// True for a test's stand-in, which has no device to send to.
  public boolean isTestToken() {
    return isTestToken(text);
  }

  private static boolean isTestToken(String text) {
    return TEST_TOKEN.matcher(text).matches();
  }

  private static String withoutNoise(String hex) {
    return APNS_NOISE.matcher(hex).replaceAll("").toLowerCase(Locale.ROOT);
  }

  public byte[] hash() {
    return Hash.of(text);
  }

  /// At most 8 characters, and never more than a third of the token.
  public String masked() {
    var own =
        switch (channel.form()) {
          case TEXT, HEX -> text;
          // All endpoints of one push service begin with the same text.
          case ENDPOINT -> text.substring(text.lastIndexOf('/') + 1);
        };
    return own.substring(0, Math.min(SHOWN, own.length() / 3)) + "…";
  }

  @Override
  public String toString() {
    return masked();
  }
}

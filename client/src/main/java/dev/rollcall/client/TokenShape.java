package dev.rollcall.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// Checks push tokens before anything is sent, with the error codes of the server.
final class TokenShape {
  static final String FCM = "fcmToken";
  static final String APNS = "apnsToken";
  static final String VOIP = "voipToken";
  static final List<String> FIELDS = Collections.unmodifiableList(Arrays.asList(FCM, APNS, VOIP));

  private static final int MAX_FCM_BYTES = 4096;

  // No server accepts more. A server's operator may set a lower limit.
  private static final int MAX_APNS_HEX = 4096;

  private static final Set<String> NULLS =
      new HashSet<>(
          Arrays.asList(
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
              "n/a"));
  private static final Pattern DESCRIPTION =
      Pattern.compile("\\{?\\s*length\\s*=\\s*\\d+.*|\\d+ bytes", Pattern.DOTALL);
  private static final Pattern APNS_NOISE = Pattern.compile("[<>\\s]");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]*");
  private static final Pattern TEST_TOKEN = Pattern.compile("(apns|voip)-[A-Za-z0-9-]{1,100}");
  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]+");

  private TokenShape() {}

  /// Checks the body of a registration. A null counts as absent.
  static void check(@Nullable JSONObject body) throws RollcallException {
    boolean any = false;
    for (var field : FIELDS) {
      if (body != null && body.get(field) != null) {
        canonical(field, body.get(field));
        any = true;
      }
    }
    if (!any) {
      throw RollcallException.local(
          "TOKEN_MISSING", "The body holds no push token; send one of " + FIELDS);
    }
  }

  /// The token in the form in which the server stores it.
  static String canonical(String field, @Nullable Object raw) throws RollcallException {
    if (raw == null) {
      throw refused(field, "TOKEN_MISSING", "is missing; register once the provider gave a token");
    }
    if (!(raw instanceof String)) {
      throw refused(field, "TOKEN_NOT_A_STRING", "must be a string");
    }
    var text = strip((String) raw);
    if (text.isEmpty()) {
      throw refused(field, "TOKEN_BLANK", "is blank; register once the provider gave a token");
    }
    if (NULLS.contains(text.toLowerCase(Locale.ROOT))) {
      throw refused(
          field, "TOKEN_NULL", "is the word for a missing value; wait for the real token");
    }
    if (DESCRIPTION.matcher(text).matches()) {
      throw refused(
          field,
          "APNS_TOKEN_DESCRIPTION",
          "is the description of a Data object, which leaves out a part of the token; send its"
              + " bytes as hex");
    }
    var mistake = TokenMistake.in(field, text);
    if (mistake != null) {
      throw refused(field, mistake.code, mistake.what);
    }
    if (field.equals(FCM)) {
      return fcm(field, text);
    }
    return TEST_TOKEN.matcher(text).matches() ? text : apns(field, text);
  }

  private static String fcm(String field, String text) throws RollcallException {
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_FCM_BYTES) {
      throw refused(field, "TOKEN_TOO_LONG", "is longer than 4096 bytes");
    }
    if (!PRINTABLE.matcher(text).matches()) {
      throw refused(
          field,
          "TOKEN_BAD_CHARACTER",
          "holds a space, control or non-ASCII character; send the token as FCM gave it");
    }
    return text;
  }

  private static String apns(String field, String text) throws RollcallException {
    var hex = APNS_NOISE.matcher(text).replaceAll("").toLowerCase(Locale.ROOT);
    if (hex.isEmpty()) {
      throw refused(field, "TOKEN_BLANK", "is blank; register once APNs gave a token");
    }
    if (!HEX.matcher(hex).matches()) {
      throw refused(field, "APNS_TOKEN_NOT_HEX", "is not hexadecimal; send its bytes as hex");
    }
    if (hex.length() > MAX_APNS_HEX) {
      throw refused(field, "TOKEN_TOO_LONG", "is longer than 4096 hex digits");
    }
    if (hex.length() % 2 != 0) {
      throw refused(
          field, "APNS_TOKEN_ODD_LENGTH", "has an odd number of hex digits; a digit is missing");
    }
    return hex;
  }

  private static RollcallException refused(String field, String code, String what) {
    return RollcallException.bad(code, field, field + " " + what);
  }

  // Android 7 has no String.strip.
  private static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (from < to && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }
}

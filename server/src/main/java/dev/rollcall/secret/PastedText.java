package dev.rollcall.secret;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/// Undoes what environment variables, YAML files and copying add to a text: quotes, escapes, and
/// characters that nobody sees.
public final class PastedText {
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}\\x00]");
  private static final String AROUND = "[\\s\\u00a0\"'`\\u2018-\\u201f]";
  private static final Pattern ENDS = Pattern.compile("^" + AROUND + "+|" + AROUND + "+$");

  /// Escapes may have been escaped again.
  private static final Pattern LINE_BREAK = Pattern.compile("\\\\+[nrt]");

  private static final Pattern SLASH = Pattern.compile("\\\\+/");
  private static final Pattern UNICODE = Pattern.compile("\\\\+u00([0-7][0-9A-Fa-f])");

  private static final Pattern NOT_BASE64 = Pattern.compile("[\\s\\u00a0\"'`,;\\\\=]");

  private PastedText() {}

  /// The text without the blanks and quotes around it, and without invisible characters.
  public static String trimmed(String text) {
    return ENDS.matcher(INVISIBLE.matcher(text).replaceAll("")).replaceAll("");
  }

  /// The text without the escapes of JSON, shells and URLs. Use it only for PEM and base64, which
  /// have neither `\` nor `%`.
  static String unescaped(String text) {
    var plain = LINE_BREAK.matcher(percentDecoded(text)).replaceAll("\n");
    var slashes = SLASH.matcher(plain).replaceAll("/");
    return trimmed(
        UNICODE
            .matcher(slashes)
            .replaceAll(it -> String.valueOf((char) Integer.parseInt(it.group(1), 16))));
  }

  /// Reads base64 or base64url, with or without padding, line breaks and escapes. The message of the
  /// exception must not be shown, because it names a character of the text.
  public static byte[] base64(String text) {
    var digits = NOT_BASE64.matcher(unescaped(text)).replaceAll("");
    return Base64.getDecoder().decode(digits.replace('-', '+').replace('_', '/'));
  }

  private static String percentDecoded(String text) {
    try {
      return text.indexOf('%') < 0
          ? text
          : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return text;
    }
  }
}

package dev.rollcall.provider;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The rules for the id of a provider, and for its aliases. Apps have such ids built in, so an id may
/// be any text that a push token may carry.
public final class ProviderId {
  public static final String FORM = "1 to 100 characters";

  private static final int LONGEST = 100;
  private static final Pattern ENDS = Pattern.compile("^[\\s\\p{Z}]+|[\\s\\p{Z}]+$");

  /// Databases refuse these.
  private static final Pattern NOT_STORABLE = Pattern.compile("[\\x00\\p{Cs}]");

  private ProviderId() {}

  /// The id as it is stored and shown: without spaces at the ends. Empty if the text is not an id.
  public static Optional<String> read(String text) {
    return Optional.of(trimmed(text))
        .filter(id -> !id.isEmpty() && id.length() <= LONGEST)
        .filter(id -> !NOT_STORABLE.matcher(id).find());
  }

  /// The form in which ids are compared: case, spaces at the ends and the composition of accents do
  /// not matter.
  public static String normal(String id) {
    return Normalizer.normalize(trimmed(id), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  private static String trimmed(String text) {
    return ENDS.matcher(text).replaceAll("");
  }
}

package dev.rollcall.transfer;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the texts into which spreadsheets and pandas turn truth, numbers and empty cells. What lost
/// digits on the way is refused.
final class Cells {
  private static final Set<String> TRUE = Set.of("t", "true", "y", "yes", "1");
  private static final Set<String> FALSE = Set.of("f", "false", "n", "no", "0", "");
  private static final Set<String> NOTHING =
      Set.of(
          "",
          "nan",
          "null",
          "none",
          "nil",
          "undefined",
          "n/a",
          "#n/a",
          "<na>",
          "(null)",
          "<null>",
          "\\n");

  /// Signs that stand for an empty cell, such as a dash.
  private static final Pattern SIGNS = Pattern.compile("[\\p{Pd}\u2212._?]+");

  private static final Pattern WHOLE = Pattern.compile("(-?\\d{1,15})([.,]0+)?");
  private static final Pattern WITH_POINT = Pattern.compile("\\d+[.,]0+");
  private static final Pattern WITH_EXPONENT = Pattern.compile("[+-]?\\d+([.,]\\d+)?[eE][+-]\\d+");

  private Cells() {}

  /// The text without blanks at its ends; null for an empty cell, and for what stands for one.
  static @Nullable String given(@Nullable String text) {
    var bare = bare(text);
    return isNothing(bare) ? null : bare;
  }

  /// Whether the text is empty, or a word or signs that stand for an empty cell.
  static boolean isNothing(String text) {
    return NOTHING.contains(text.toLowerCase(Locale.ROOT)) || SIGNS.matcher(text).matches();
  }

  private static String bare(@Nullable String text) {
    return text == null ? "" : text.strip();
  }

  static boolean truth(String field, @Nullable String text) {
    var given = given(text);
    var word = given == null ? "" : withoutPoint(given).toLowerCase(Locale.ROOT);
    if (!TRUE.contains(word) && !FALSE.contains(word)) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED, field + " must be true or false");
    }
    return TRUE.contains(word);
  }

  /// A whole number without its `.0`; any other text as it is.
  static String withoutPoint(@Nullable String text) {
    var bare = bare(text);
    var whole = WHOLE.matcher(bare);
    return whole.matches() ? whole.group(1) : bare;
  }

  /// Refuses a number with an exponent, as spreadsheets show long ones.
  static void requireAllDigits(String field, @Nullable String text) {
    if (WITH_EXPONENT.matcher(bare(text)).matches()) {
      throw new RecordRejectedException(
          RecordRejectedException.LOSSY,
          field
              + " is a rounded number with an exponent: a spreadsheet has dropped digits; export"
              + " again, and do not open the file in a spreadsheet");
    }
  }

  /// As `requireAllDigits`, and refuses a whole number with `.0`, to which a program has turned an id.
  static void requireId(String field, String text) {
    requireAllDigits(field, text);
    if (WITH_POINT.matcher(text).matches()) {
      throw new RecordRejectedException(
          RecordRejectedException.LOSSY,
          field
              + " ends in .0: a spreadsheet or pandas has read the id as a number, which drops"
              + " zeros in front and digits at the end; export again and read the column as text,"
              + " or name the uid with --uid-map");
    }
  }
}

package dev.rollcall.account;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/// The rule for the ids of users.
///
/// A uid is compared without regard to case, and is stored in lower case and in Unicode's normal form
/// C. It may hold letters and digits of any script, and the ASCII signs that a path segment and a
/// header can carry.
public final class Uid {
  private static final int LONGEST = 100;

  /// RFC 3986 allows these in a path segment, with three exceptions. A bar is added, because ids of
  /// identity providers contain it. A comma and a semicolon are left out, because lists use them.
  private static final String SIGNS = "-._~!$&'()*+=:@|";

  /// Letters and marks that have no shape. Two ids that differ only in one of them look the same.
  private static final String INVISIBLE =
      "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0";

  /// The rule in words.
  public static final String RULE =
      "a uid has 1 to 100 letters and digits of any script and signs from "
          + SIGNS
          + ", but is neither '.' nor '..'; case is ignored";

  private Uid() {}

  /// The stored form. Ids with the same stored form are the same user.
  public static String folded(String uid) {
    return composed(composed(uid).toLowerCase(Locale.ROOT));
  }

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /// What is wrong with a uid in its stored form; empty if nothing is. The sentence shows no character
  /// of the uid, so it can be printed anywhere.
  public static Optional<String> fault(String folded) {
    if (folded.isEmpty()) {
      return Optional.of("it is empty");
    }
    int length = folded.codePointCount(0, folded.length());
    if (length > LONGEST) {
      return Optional.of("it has %,d characters, and %d are allowed".formatted(length, LONGEST));
    }
    // Clients and proxies resolve these segments of a path.
    if (folded.equals(".") || folded.equals("..")) {
      return Optional.of("it is a dot segment of a path");
    }
    if (isMark(folded.codePointAt(0))) {
      return Optional.of("it begins with a combining mark");
    }
    return folded.codePoints().filter(it -> !isAllowed(it)).mapToObj(Uid::notAllowed).findFirst();
  }

  private static String notAllowed(int character) {
    return "it holds the character U+%04X (%s)".formatted(character, Character.getName(character));
  }

  private static boolean isAllowed(int character) {
    if (character < 0x80) {
      return Character.isLetterOrDigit(character) || SIGNS.indexOf(character) >= 0;
    }
    return (Character.isLetter(character) || isNumber(character) || isMark(character))
        && !isInvisible(character);
  }

  private static boolean isNumber(int character) {
    return switch (Character.getType(character)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  private static boolean isMark(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  private static boolean isInvisible(int character) {
    return INVISIBLE.indexOf(character) >= 0
        || (character >= 0xfe00 && character <= 0xfe0f)
        || (character >= 0xe0100 && character <= 0xe01ef);
  }
}

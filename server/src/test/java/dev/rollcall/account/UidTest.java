package dev.rollcall.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UidTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "00042",
        "kim.lee@example.org",
        "o'brien+news@example.org",
        "auth0|64f0c1d2",
        "google-oauth2|1234",
        "zoë",
        "林檎",
        "ὀδυσσεύς",
        "уч_1",
        "हिन्दी",
        "a:b",
        "+4915112345678",
        "~!$&'()*=",
        "...",
        "12345.0",
        "𐐨",
      })
  void idsOfOtherSystemsAreUids(String id) {
    assertEquals(id, Uid.folded(id));
    assertEquals(Optional.empty(), Uid.fault(id));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "``;it is empty",
        ".;it is a dot segment of a path",
        "..;it is a dot segment of a path",
        "a b;it holds the character U+0020 (SPACE)",
        "a/b;it holds the character U+002F (SOLIDUS)",
        "a\\b;it holds the character U+005C (REVERSE SOLIDUS)",
        "a%b;it holds the character U+0025 (PERCENT SIGN)",
        "a,b;it holds the character U+002C (COMMA)",
        "a?b;it holds the character U+003F (QUESTION MARK)",
        "a#b;it holds the character U+0023 (NUMBER SIGN)",
        "a\"b;it holds the character U+0022 (QUOTATION MARK)",
        "<b>;it holds the character U+003C (LESS-THAN SIGN)",
        "a\u0000b;it holds the character U+0000 (NULL)",
        "a\u001bb;it holds the character U+001B (ESCAPE)",
        "a\u202eb;it holds the character U+202E (RIGHT-TO-LEFT OVERRIDE)",
        "a\u2066b;it holds the character U+2066 (LEFT-TO-RIGHT ISOLATE)",
        "a\u200bb;it holds the character U+200B (ZERO WIDTH SPACE)",
        "a\u00a0b;it holds the character U+00A0 (NO-BREAK SPACE)",
        "a\u3164;it holds the character U+3164 (HANGUL FILLER)",
        "a\ufe0f;it holds the character U+FE0F (VARIATION SELECTOR-16)",
        "a\ufffd;it holds the character U+FFFD (REPLACEMENT CHARACTER)",
        "a\ud800;it holds the character U+D800 (HIGH SURROGATES D800)",
        "🎉;it holds the character U+1F389 (PARTY POPPER)",
        "\u0301a;it begins with a combining mark",
      })
  void whatPathsHeadersAndLogsChangeIsNoUid(String id, String fault) {
    assertEquals(Optional.of(fault), Uid.fault(id));
  }

  @Test
  void aUidHasAtMost100Characters() {
    assertEquals(Optional.empty(), Uid.fault("𐐨".repeat(100)));
    assertEquals(
        Optional.of("it has 101 characters, and 100 are allowed"), Uid.fault("a".repeat(101)));
  }

  @ParameterizedTest
  @CsvSource({"KIM,kim", "Zoe\u0308,zoë", "ZOE\u0308,zoë", "\u212bngström,ångström"})
  void caseAndNormalFormAreOne(String written, String stored) {
    assertEquals(stored, Uid.folded(written));
  }

  /// Otherwise a stored uid would not be found by itself.
  @Test
  void theStoredFormOfAStoredFormIsItself() {
    IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
        .filter(it -> it < Character.MIN_SURROGATE || it > Character.MAX_SURROGATE)
        .forEach(
            it -> {
              var stored = Uid.folded("x" + Character.toString(it) + "\u0307y");
              assertEquals(stored, Uid.folded(stored), () -> Character.getName(it));
            });
  }

  /// A line break, a direction mark or a slash must never come in under another name.
  @Test
  void noFoldedCharacterBecomesAnUnsafeOne() {
    IntStream.rangeClosed(0x80, Character.MAX_CODE_POINT)
        .mapToObj(it -> Uid.folded(Character.toString(it)))
        .filter(it -> Uid.fault(it).isEmpty())
        .forEach(
            it -> assertFalse(it.chars().anyMatch(c -> Character.isISOControl(c) || c == '/')));
  }

  @Test
  void anAuthTokenShowsOnlyAscii() {
    assertTrue(
        AuthToken.handle("zoë|林", 0x1234).matches("zo-\\|-_[0-9a-f]{16}"),
        AuthToken.handle("zoë|林", 0x1234));
  }
}

package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Problem;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/// The canonical form of a push token, whatever is sent.
final class TokenValuePropertyTest {

  /// Anything at all, and what comes near to a token.
  @Provide
  Arbitrary<String> raws() {
    var near =
        Arbitraries.strings()
            .withChars("0123456789abcdefABCDEF<> \t-:{}=,")
            .withChars("lengthbys")
            .ofMaxLength(60);
    var standIns = Arbitraries.strings().alpha().numeric().ofMaxLength(20).map("apns-"::concat);
    return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(60), near, standIns);
  }

  @Property
  void theCanonicalFormOfACanonicalFormIsItself(
      @ForAll Channel channel, @ForAll("raws") String raw) {
    read(channel, raw)
        .ifPresent(
            value -> {
              assertEquals(Optional.of(value), read(channel, value.text()));
              assertTrue(value.matches(raw));
              assertTrue(value.matches(value.text()));
              assertTrue(value.masked().length() <= 9 && !value.masked().contains(value.text()));
            });
  }

  private static Optional<TokenValue> read(Channel channel, String raw) {
    try {
      return Optional.of(TokenValue.read(channel, "token", raw));
    } catch (Problem refused) {
      return Optional.empty();
    }
  }

  @Property
  void anApnsTokenIsItsBytesHoweverTheyAreWritten(
      @ForAll @Size(min = 1, max = 64) byte[] bytes,
      @ForAll boolean capitals,
      @ForAll @From("gaps") String gap) {
    var hex = HexFormat.of().formatHex(bytes);
    var written = capitals ? hex.toUpperCase(Locale.ROOT) : hex;
    var dressed =
        "<" + written.chars().mapToObj(Character::toString).collect(Collectors.joining(gap)) + ">";

    assertEquals(hex, TokenValue.read(Channel.APNS, "token", dressed).text());
  }

  @Provide
  Arbitrary<String> gaps() {
    return Arbitraries.of("", " ", "  ");
  }
}

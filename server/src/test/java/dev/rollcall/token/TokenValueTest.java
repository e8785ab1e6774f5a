package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Design rule 7: the one form a push token is kept in, and what is none.
final class TokenValueTest {
  private static final String HEX =
      "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

  private static TokenValue fcm(String raw) {
    return TokenValue.read(Channel.FCM, "fcmToken", raw);
  }

  private static TokenValue apns(String raw) {
    return TokenValue.read(Channel.APNS, "apnsToken", raw);
  }

  private static void assertRefused(Code code, Channel channel, String raw) {
    var problem = assertThrows(Problem.class, () -> TokenValue.read(channel, "theField", raw), raw);
    assertEquals(code, problem.code());
    assertEquals(400, problem.code().status());
    assertEquals(Map.of("field", "theField"), problem.details());
    assertTrue(problem.getMessage().startsWith("theField "), problem.getMessage());
    assertFalse(
        raw.strip().length() > 8 && problem.getMessage().contains(raw.strip().substring(0, 9)),
        "the message quotes the token");
  }

  @ParameterizedTest
  @EnumSource
  void rule7_blanksAreRefused(Channel channel) {
    for (var blank : new String[] {"", " ", "\t", "\r\n", "\u2003", "   \n "}) {
      assertRefused(Code.TOKEN_BLANK, channel, blank);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"APNS", "APNS_VOIP"})
  void rule7_anApnsDescriptionOfNoBytesIsBlank(Channel channel) {
    for (var blank : new String[] {"<>", "< >", "<\n>", "> <"}) {
      assertRefused(Code.TOKEN_BLANK, channel, blank);
    }
  }

  @ParameterizedTest
  @EnumSource
  void rule7_wordsForAMissingValueAreRefused(Channel channel) {
    for (var word :
        new String[] {
          "null",
          "NULL",
          " null ",
          "(null)",
          "undefined",
          "Undefined",
          "nil",
          "<null>",
          "<nil>",
          "(nil)",
          "None",
          "NaN",
          "N/A",
          "nullptr"
        }) {
      assertRefused(Code.TOKEN_NULL, channel, word);
    }
  }

  @ParameterizedTest
  @EnumSource
  void rule7_theDescriptionOfADataObjectIsRefusedWithTheCure(Channel channel) {
    for (var description :
        new String[] {
          "{length=32,bytes=0x4f21a7c1d0e39b58...77a1c3de}",
          "{length = 32, bytes = 0x4f21a7c1 d0e39b58 ... 77a1c3de 00112233 }",
          " {length = 32, bytes = 0x4f21a7c1 } ",
          "{ length=32, bytes=0x4f }",
          "length = 32, bytes = 0x4f21",
          "{length = 32,\n bytes = 0x4f21}",
          "32 bytes",
          "160 bytes",
        }) {
      assertRefused(Code.APNS_TOKEN_DESCRIPTION, channel, description);
      var problem =
          assertThrows(Problem.class, () -> TokenValue.read(channel, "field", description));
      assertTrue(problem.getMessage().contains("%02x"), "the cure is missing");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00fc13,                  00fc13",
    "00FC13,                  00fc13",
    "<00fc13ad ff785122>,     00fc13adff785122",
    "' <00FC13AD\tFF785122> ', 00fc13adff785122",
    "'00 fc 13\n',            00fc13",
    "ab,                      ab",
  })
  void rule7_apnsTokensHaveOneForm(String raw, String canonical) {
    assertEquals(canonical, apns(raw).text());
    assertTrue(apns(canonical).matches(raw));
    assertArrayEquals(apns(canonical).hash(), apns(raw).hash());
    assertEquals(apns(canonical), apns(raw));
  }

  @Test
  void rule7_apnsTokensMayHaveAnyEvenLengthUpToTheCap() {
    for (int length : new int[] {2, 64, 108, 160, 200, TokenValue.MAX_APNS_DIGITS}) {
      assertEquals(length, apns("a".repeat(length)).text().length());
    }
    assertRefused(Code.TOKEN_TOO_LONG, Channel.APNS, "a".repeat(TokenValue.MAX_APNS_DIGITS + 2));
    assertRefused(Code.TOKEN_TOO_LONG, Channel.APNS_VOIP, "a".repeat(60_000));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 63, 65, 511})
  void rule7_anOddLengthIsRefused(int length) {
    assertRefused(Code.APNS_TOKEN_ODD_LENGTH, Channel.APNS, "a".repeat(length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x00fc13",
        "zz",
        "00fc1g",
        "dGhpcyBpcyBiYXNlNjQ=",
        "ｆｆ",
        "00-fc-13",
        "fcm-like:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx",
        "\u00a000fc",
        "dGhpcyBpcyBiYXNlNjQtb2YtMzItYnl0ZXMtLi4uLi4=",
      })
  void rule7_whatIsNoHexIsRefusedForApns(String raw) {
    assertRefused(Code.APNS_TOKEN_NOT_HEX, Channel.APNS, raw);
    assertRefused(Code.APNS_TOKEN_NOT_HEX, Channel.APNS_VOIP, raw);
  }

  @Test
  void standInsForTheTokensOfADeviceAreTakenAsTheyCome() {
    for (var raw : new String[] {"apns-test-1", "voip-Test-2", "apns-0"}) {
      assertEquals(raw, apns(" " + raw + "\n").text());
      assertTrue(apns(raw).matches(raw));
      assertTrue(apns(raw).masked().length() <= 1 + raw.length() / 3);
    }
    assertRefused(Code.APNS_TOKEN_NOT_HEX, Channel.APNS, "apns-");
    assertRefused(Code.APNS_TOKEN_NOT_HEX, Channel.APNS, "apns-a b");
    assertRefused(Code.APNS_TOKEN_NOT_HEX, Channel.APNS, "apns-" + "a".repeat(101));
  }

  @Test
  void rule7_fcmTokensAreTakenAsTheyCome() {
    for (var raw :
        new String[] {
          "F:1",
          "cKzIQ0vDTmyAm3lw:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx_aB",
          // A Firebase installation id.
          "cKzIQ0vDTmyAm3lwQ0vDTm",
          // A token of the time before Firebase.
          "APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx_aBcDeFgHiJkLmNoPqRsTuVwXyZ",
          "AbC",
          "a+b/c=d~e!f",
          "z".repeat(150),
          "d".repeat(4096),
        }) {
      assertEquals(raw, fcm(raw).text());
      assertTrue(fcm(raw).matches(raw));
    }
    assertEquals("abc", fcm(" abc\n").text());
    assertFalse(fcm("AbC").matches("abc"));
  }

  @Test
  void rule7_fcmTokensEndAt4096Bytes() {
    assertRefused(Code.TOKEN_TOO_LONG, Channel.FCM, "d".repeat(4097));
    assertRefused(Code.TOKEN_TOO_LONG, Channel.FCM, "é".repeat(2049));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a\tb",
        "a\0b",
        "a\u007fb",
        "é",
        "token\u200b",
        "\ufefftoken",
        "Bearer abc",
        "📱"
      })
  void rule7_whatNoProviderPutsInATokenIsRefusedForFcm(String raw) {
    assertRefused(Code.TOKEN_BAD_CHARACTER, Channel.FCM, raw);
  }

  @Test
  void rule7_theKeyIsAHashOfTheCanonicalForm() {
    assertEquals(32, fcm("d".repeat(4096)).hash().length);
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        HexFormat.of().formatHex(fcm("abc").hash()));
  }

  @Test
  void rule9_masksShowAtMost8CharactersAndAtMostAThird() {
    var random = new Random(7);
    for (int length = 2; length <= 512; length += 2) {
      var raw = new StringBuilder();
      random.ints(length, 0, 16).forEach(digit -> raw.append(Character.forDigit(digit, 16)));
      var token = apns(raw.toString());
      var shown = token.masked().replace("…", "");
      assertTrue(shown.length() <= 8 && shown.length() <= length / 3, token.masked());
      assertTrue(token.text().startsWith(shown));
      assertTrue(token.masked().endsWith("…"));
    }
    assertEquals("…", apns("ab").masked());
    assertEquals("00fc13ad…", apns(HEX).masked());
  }

  @Test
  void rule9_tokensCannotPrintThemselves() {
    assertEquals("00fc13ad…", apns(HEX).toString());
    var wanted = new NewToken(apns(HEX), null, null, NewToken.DEFAULT_PROVIDER, null);
    var held = new PushToken(1, 2, apns(HEX), PushPlatform.APNS_IOS_DEVICE, "default", null, 3, 4);
    assertFalse(wanted.toString().contains(HEX.substring(0, 9)));
    assertFalse(held.toString().contains(HEX.substring(0, 9)));
  }

  private static TokenValue endpoint(String raw) {
    return TokenValue.read(Channel.WEB_PUSH, "theField", raw);
  }

  @Test
  void anEndpointIsTakenAsTheBrowserGaveIt() {
    var start = "https://push.example/";
    var longest = start + "a".repeat(4096 - start.length());

    assertEquals(new TokenValue(Channel.WEB_PUSH, longest), endpoint(" " + longest + "\n"));
    assertRefused(Code.TOKEN_TOO_LONG, Channel.WEB_PUSH, longest + "a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://push.example/a",
        "push.example/a",
        "https://",
        "https:///a",
        "https://push.example/a b",
        "https://push.example/ä",
        "https://[::1/a"
      })
  void whatIsNoUrlOfAHostIsNoEndpoint(String raw) {
    var problem = assertThrows(Problem.class, () -> endpoint(raw));

    assertEquals(Code.TOKEN_BAD_CHARACTER, problem.code());
  }

  @Test
  void anEndpointShowsTheBeginningOfItsOwnPart() {
    assertEquals("abc…", endpoint("https://push.example/send/abcdefghi").masked());
  }

  private static final String ISSUED = "cKzIQ0vDTmyAm3lw:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx_aB";
  private static final String UUID = "3F2504E0-4F89-11D3-9A0C-0305E82C3301";

  @ParameterizedTest
  @EnumSource
  void whatIsPrintedInPlaceOfATokenIsRefused(Channel channel) {
    for (var raw :
        List.of(
            "com.google.android.gms.tasks.zzq@1b2c3d4",
            "kotlinx.coroutines.DeferredCoroutine{Active}@7a1c3de",
            "[B@4f21a7c1",
            "[Ljava.lang.String;@4f21a7c1",
            "[object Object]",
            "[object Promise]",
            "{}",
            "[]",
            "{\"value\":\"" + ISSUED + "\"}",
            "{token=" + ISSUED + "}",
            "[\"" + ISSUED + "\"]",
            "Optional(\"" + ISSUED + "\")",
            "Optional(00fc)",
            "Success(" + ISSUED + ")",
            "Instance of 'Future<String?>'",
            "function () { [native code] }",
            "async () => token")) {
      assertRefused(Code.TOKEN_PRINTED_OBJECT, channel, raw);
    }
  }

  @Test
  void whatIsPrintedInAngleBracketsIsRefusedWhereTheyHaveNoMeaning() {
    for (var raw : List.of("<abc>", "<FIRMessaging: 0x60000020>", "<token>")) {
      assertRefused(Code.TOKEN_PRINTED_OBJECT, Channel.FCM, raw);
      assertRefused(Code.TOKEN_PRINTED_OBJECT, Channel.WEB_PUSH, raw);
    }
  }

  @ParameterizedTest
  @EnumSource
  void wordsAndErrorsAreRefused(Channel channel) {
    for (var raw :
        List.of(
            "true",
            "False",
            "unknown",
            "BLACKLISTED",
            "SERVICE_NOT_AVAILABLE",
            "TOO_MANY_REGISTRATIONS",
            "YOUR_FCM_TOKEN",
            "messaging/permission-blocked",
            "java.io.IOException: SERVICE_NOT_AVAILABLE",
            "FirebaseError: Messaging: We are unable to register",
            "kotlin.Unit")) {
      assertRefused(Code.TOKEN_WORD, channel, raw);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "-1", "42", "123456789", "1.5"})
  void aNumberIsNoFcmToken(String raw) {
    assertRefused(Code.TOKEN_WORD, Channel.FCM, raw);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-", ":"})
  void oneLetterIsNoFcmToken(String raw) {
    assertRefused(Code.TOKEN_TOO_SHORT, Channel.FCM, raw);
  }

  @ParameterizedTest
  @EnumSource
  void anAddressOfAnotherServiceIsRefused(Channel channel) {
    for (var raw :
        List.of(
            "ExponentPushToken[a1B2c3D4e5F6g7H8i9J0kL]",
            "ExpoPushToken[a1B2c3D4e5F6g7H8i9J0kL]",
            UUID,
            UUID.toLowerCase(Locale.ROOT),
            "{" + UUID + "}",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r")) {
      assertRefused(Code.TOKEN_OTHER_KIND, channel, raw);
    }
  }

  @Test
  void whatIsAnAddressOfAnotherChannelIsRefused() {
    var url = "https://fcm.googleapis.com/fcm/send/abc:APA91b";
    for (var channel : List.of(Channel.FCM, Channel.APNS, Channel.APNS_VOIP)) {
      assertRefused(Code.TOKEN_OTHER_KIND, channel, url);
      assertRefused(Code.TOKEN_OTHER_KIND, channel, "content://push/1");
    }
    for (var hex :
        List.of(
            HEX,
            HEX.toUpperCase(Locale.ROOT),
            "ab".repeat(80),
            "<00fc13ad ff785122 b4ad2880 9a342098 23412414 21348097 878e577c 991de8f0>",
            "9774d56d682e549c",
            UUID.replace("-", ""))) {
      assertRefused(Code.TOKEN_OTHER_KIND, Channel.FCM, hex);
    }
    assertRefused(Code.TOKEN_OTHER_KIND, Channel.FCM, "/topics/news");
    assertRefused(Code.TOKEN_OTHER_KIND, Channel.FCM, "amzn1.adm-registration.v2.Y29tLmFtYXpvbg");
    for (var channel : List.of(Channel.APNS, Channel.APNS_VOIP)) {
      assertRefused(Code.APNS_TOKEN_NOT_HEX, channel, ISSUED);
    }
    assertRefused(Code.TOKEN_BAD_CHARACTER, Channel.WEB_PUSH, ISSUED);
    assertRefused(Code.TOKEN_BAD_CHARACTER, Channel.WEB_PUSH, HEX);
    assertEquals(url, endpoint(url).text());
  }

  @Test
  void theErrorForAppleSTokenSaysWhereItBelongs() {
    var problem = assertThrows(Problem.class, () -> fcm(HEX));

    assertTrue(problem.getMessage().contains("apnsToken"), problem.getMessage());
  }

  @Test
  void quotesAndEscapesAreRefused() {
    for (var channel : Channel.values()) {
      var token = channel == Channel.FCM ? ISSUED : channel.isApns() ? HEX : "https://1.1.1.1/a";
      for (var quoted : List.of("\"%s\"", "'%s'", "\"%s", "%s'", "“%s”", "`%s`")) {
        assertRefused(Code.TOKEN_ENCODED, channel, quoted.formatted(token));
      }
    }
    assertRefused(Code.TOKEN_ENCODED, Channel.FCM, ISSUED.replace(":", "%3A"));
    assertRefused(Code.TOKEN_ENCODED, Channel.FCM, ISSUED.replace(":", "%3a"));
    assertRefused(Code.TOKEN_ENCODED, Channel.FCM, ISSUED.replace(":", "\\u003a"));
    assertRefused(Code.TOKEN_ENCODED, Channel.FCM, ISSUED.replace(":", "&#58;"));
    assertRefused(Code.TOKEN_ENCODED, Channel.APNS, "00fc%2013ad");
    assertRefused(Code.TOKEN_ENCODED, Channel.WEB_PUSH, "https%3A%2F%2F1.1.1.1%2Fa");
    assertEquals("https://1.1.1.1/a%2Fb", endpoint("https://1.1.1.1/a%2Fb").text());
    assertEquals("a%_b", fcm("a%_b").text());
  }

  @Test
  void severalTokensAreRefused() {
    assertRefused(Code.TOKEN_SEVERAL, Channel.FCM, ISSUED + "," + ISSUED);
    assertRefused(Code.TOKEN_SEVERAL, Channel.FCM, ISSUED + "; " + ISSUED);
    assertRefused(Code.TOKEN_SEVERAL, Channel.APNS, HEX + "," + HEX);
    assertRefused(Code.TOKEN_SEVERAL, Channel.WEB_PUSH, "https://1.1.1.1/a,https://1.1.1.1/b");
    assertEquals("https://1.1.1.1/a,b;c", endpoint("https://1.1.1.1/a,b;c").text());
  }

  @ParameterizedTest
  @EnumSource
  void aLongTextIsReadWithoutADeepStack(Channel channel) {
    for (var part : List.of("a", "ab ", "a.", "A_", "%", "(", "a:", "{", "\\")) {
      var problem =
          assertThrows(Problem.class, () -> TokenValue.read(channel, "field", part.repeat(60_000)));
      assertEquals(400, problem.code().status());
    }
  }
}

package dev.rollcall.provider.webpush;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Secret;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VapidTest {
  @Test
  void keysThatWereMadeCanBeReadAgain() throws CredentialException {
    // Now and then a number begins with zeros: enough pairs that some do.
    for (var i = 0; i < 300; i++) {
      var made = VapidKeys.generate();
      var read = VapidKeys.read(made.publicKey(), made.privateKey());
      assertEquals(made.publicKey(), read.publicKey());
      assertEquals(made.privateKey(), read.privateKey());
      assertEquals(87, made.publicKey().length());
      assertEquals(43, made.privateKey().value().length());
    }
  }

  @Test
  void keysOfOtherToolsAreRead() throws CredentialException {
    // The example of RFC 8292.
    var publicKey =
        "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";
    assertThrows(
        CredentialException.class,
        () -> VapidKeys.read(publicKey, VapidKeys.generate().privateKey()));
  }

  @Test
  void whatIsNoPairIsRefused() {
    var one = VapidKeys.generate();
    var other = VapidKeys.generate();
    refuse(one.publicKey(), other.privateKey());
    refuse(one.publicKey(), new Secret(""));
    refuse(one.publicKey(), new Secret("****"));
    refuse("", one.privateKey());
    refuse("B" + "A".repeat(86), one.privateKey());
    refuse(one.privateKey().value(), one.privateKey());
  }

  @Test
  void aPrivateKeyWithoutItsLeadingZerosIsRead() throws CredentialException {
    var pair = beginningWithZero();
    var bytes = Base64.getUrlDecoder().decode(pair.privateKey().value());
    for (int from = 0; from < bytes.length && (from == 0 || bytes[from - 1] == 0); from++) {
      reads(pair, pair.publicKey(), text(Arrays.copyOfRange(bytes, from, bytes.length)));
    }
    var longer = new byte[33];
    System.arraycopy(bytes, 0, longer, 1, 32);
    reads(pair, pair.publicKey(), text(longer));
  }

  private static VapidKeys beginningWithZero() {
    while (true) {
      var pair = VapidKeys.generate();
      if (Base64.getUrlDecoder().decode(pair.privateKey().value())[0] == 0) {
        return pair;
      }
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void reads(VapidKeys pair, String publicKey, String privateKey)
      throws CredentialException {
    var read = VapidKeys.read(publicKey, new Secret(privateKey));
    assertEquals(pair.publicKey(), read.publicKey());
    assertEquals(pair.privateKey(), read.privateKey());
  }

  @Test
  void otherTextFormsOfAPairAreRead() throws CredentialException {
    var pair = VapidKeys.generate();
    var point = Base64.getUrlDecoder().decode(pair.publicKey());
    var number = Base64.getUrlDecoder().decode(pair.privateKey().value());
    var base64 = Base64.getEncoder();
    reads(pair, base64.encodeToString(point), base64.encodeToString(number));
    reads(pair, " \"" + pair.publicKey() + "\"\n", "'" + pair.privateKey().value() + "=' ");
    reads(pair, text(Arrays.copyOfRange(point, 1, point.length)), pair.privateKey().value());
    var pkcs8 = base64.encodeToString(pair.ecPrivateKey().getEncoded());
    var spki =
        base64.encodeToString(
            join(
                HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
                point));
    var privatePem = "-----BEGIN PRIVATE KEY-----\\n" + pkcs8 + "\\n-----END PRIVATE KEY-----";
    var publicPem = "-----BEGIN PUBLIC KEY-----\n" + spki + "\n-----END PUBLIC KEY-----\n";
    reads(pair, publicPem, privatePem);
    reads(pair, spki, pkcs8);
    reads(pair, pair.publicKey(), base64.encodeToString(privatePem.getBytes(UTF_8)));
  }

  private static byte[] join(byte[] first, byte[] second) {
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void aRefusalNamesTheHalfAndTheCause() {
    var one = VapidKeys.generate();
    var two = VapidKeys.generate();
    var number = one.privateKey().value();
    says("are not a pair", one.publicKey(), two.privateKey().value());
    says("publicKey is missing", "", number);
    says("privateKey is missing", one.publicKey(), " ");
    says("privateKey is not base64url", one.publicKey(), "****");
    says("publicKey has 32 bytes and must have 65", number, number);
    says(
        "privateKey has 65 bytes and must have 32; it is a public key",
        one.publicKey(),
        one.publicKey());
    var point = Base64.getUrlDecoder().decode(one.publicKey());
    point[0] = 2;
    says("it is compressed", text(Arrays.copyOf(point, 33)), number);
    says("publicKey is a private key", "-----BEGIN PRIVATE KEY-----", number);
    says("privateKey is a public key", one.publicKey(), "-----BEGIN PUBLIC KEY-----\nAAAA");
    says("privateKey is not a private key on P-256", one.publicKey(), "_".repeat(43));
    says("privateKey is not a private key on P-256", one.publicKey(), "A".repeat(43));
  }

  private static void says(String cause, String publicKey, String privateKey) {
    var refusal =
        assertThrows(
            CredentialException.class,
            () -> VapidKeys.read(publicKey, new Secret(privateKey)),
            cause);
    var message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains(cause), message);
    if (privateKey.length() > 10) {
      assertFalse(message.contains(privateKey), message);
    }
  }

  private static void refuse(String publicKey, Secret privateKey) {
    assertThrows(CredentialException.class, () -> VapidKeys.read(publicKey, privateKey));
  }

  @Test
  void aSubjectIsSomebodyWhoCanBeReached() {
    var keys = VapidKeys.generate();
    for (var subject :
        List.of(
            "mailto:ops@example.com",
            "mailto:a.b+push@mail.example.org",
            "https://example.com/x")) {
      assertDoesNotThrow(() -> VapidCredentials.of(keys, subject), subject);
    }
    for (var subject :
        List.of(
            "",
            "ops@example.com",
            "mailto:ops",
            "mailto:ops@localhost",
            "mailto:ops@printer.local",
            "mailto:o\"ps@example.com",
            "http://example.com",
            "https://localhost",
            "https://127.0.0.1",
            "https://")) {
      assertThrows(CredentialException.class, () -> VapidCredentials.of(keys, subject), subject);
    }
  }

  @Test
  void keysDoNotPrintThemselves() throws CredentialException {
    var keys = VapidKeys.generate();
    var printed = VapidCredentials.of(keys, "mailto:ops@example.com").toString();
    assertFalse(printed.contains(keys.privateKey().value()));
    assertFalse((keys + "" + keys.privateKey()).contains(keys.privateKey().value()));
  }
}

package dev.rollcall.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PrivateKeysTest {
  private static final KeyField FIELD = new KeyField("key", "the file");
  private static final KeyPair EC = ec("secp256r1");
  private static final KeyPair RSA = rsa();
  private static final String P8 = pem("PRIVATE KEY", EC.getPrivate().getEncoded());

  private static KeyPair ec(String curve) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair rsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /// SEC1 with the curve and the public key, as `openssl ecparam -genkey` writes it.
  private static byte[] sec1(KeyPair pair) {
    var point = ((ECPublicKey) pair.getPublic()).getW();
    var der = new ByteArrayOutputStream();
    der.writeBytes(HexFormat.of().parseHex("30770201010420"));
    der.writeBytes(number(((ECPrivateKey) pair.getPrivate()).getS()));
    der.writeBytes(HexFormat.of().parseHex("a00a06082a8648ce3d030107a14403420004"));
    der.writeBytes(number(point.getAffineX()));
    der.writeBytes(number(point.getAffineY()));
    return der.toByteArray();
  }

  /// SEC1 with the number alone.
  private static byte[] bareSec1(KeyPair pair) {
    var der = new ByteArrayOutputStream();
    der.writeBytes(HexFormat.of().parseHex("30250201010420"));
    der.writeBytes(number(((ECPrivateKey) pair.getPrivate()).getS()));
    return der.toByteArray();
  }

  private static byte[] number(BigInteger number) {
    return HexFormat.of().parseHex("%064x".formatted(number));
  }

  /// PKCS#1, which PKCS#8 wraps.
  private static byte[] pkcs1(KeyPair pair) {
    var pkcs8 = pair.getPrivate().getEncoded();
    return Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
  }

  @Test
  void whatEnvironmentVariablesAndFilesDoToAKeyIsUndone() {
    var body = P8.lines().filter(line -> !line.startsWith("-")).toList();
    var texts = new LinkedHashMap<String, String>();
    texts.put("as it is", P8);
    texts.put("literal \\n", P8.replace("\n", "\\n"));
    texts.put("literal \\\\n", P8.replace("\n", "\\\\n"));
    texts.put("literal \\r\\n", P8.replace("\n", "\\r\\n"));
    texts.put("literal and real line breaks", P8.replace("\n", "\\n\n"));
    texts.put("in double quotes", "\"" + P8 + "\"");
    texts.put("in single quotes", "'" + P8 + "'");
    texts.put("in quotes with literal \\n", "\"" + P8.replace("\n", "\\n") + "\"");
    texts.put("in escaped quotes", "\\\"" + P8.replace("\n", "\\n") + "\\\"");
    texts.put("in typographic quotes", "\u201c" + P8 + "\u201d");
    texts.put("CRLF", P8.replace("\n", "\r\n"));
    texts.put("CR", P8.replace("\n", "\r"));
    texts.put("indented", P8.indent(4));
    texts.put("tabs", P8.replace("\n", "\n\t"));
    texts.put("blanks for line breaks", P8.replace("\n", " "));
    texts.put("no line breaks", P8.replace("\n", ""));
    texts.put("no blanks at all", P8.replaceAll("\\s", ""));
    texts.put("no-break spaces", P8.replace("\n", "\u00a0"));
    texts.put("a byte order mark", "\ufeff" + P8);
    texts.put("zero-width spaces", P8.replace("\n", "\u200b\n"));
    texts.put("a quote on each line", "\"" + P8.strip().replace("\n", "\"\n\"") + "\"");
    texts.put("a backslash at each line's end", P8.replace("\n", "\\\n"));
    texts.put("dashes of a word processor", P8.replace("-----", "\u2014\u2014-"));
    texts.put("escaped slashes", P8.replace("/", "\\/"));
    texts.put("escaped equals signs", P8.replace("=", "\\u003d"));
    texts.put("encoded as in a URL", URLEncoder.encode(P8, UTF_8).replace("+", "%20"));
    texts.put("no BEGIN line", P8.replaceFirst("-----BEGIN.*\n", ""));
    texts.put("no END line", P8.replaceFirst("-----END.*\n", ""));
    texts.put("neither line", String.join("\n", body));
    texts.put("neither line, literal \\n", String.join("\\n", body));
    texts.put("base64 of the file", base64(P8));
    texts.put("base64 of the file, in lines", base64(P8).replaceAll("(.{60})", "$1\n"));
    texts.put("base64 of the file, in quotes", "'" + base64(P8) + "'");
    texts.put("base64 of base64", base64(base64(P8)));
    texts.put("base64 of a file with literal \\n", base64(P8.replace("\n", "\\n")));
    texts.put("base64url", String.join("", body).replace('+', '-').replace('/', '_'));
    texts.put("text of openssl before it", "Bag Attributes\n  localKeyID: 01\n" + P8);
    texts.put("SEC1", pem("EC PRIVATE KEY", sec1(EC)));
    texts.put("SEC1, literal \\n", pem("EC PRIVATE KEY", sec1(EC)).replace("\n", "\\n"));
    texts.put("SEC1 without a curve", pem("EC PRIVATE KEY", bareSec1(EC)));
    texts.put("SEC1 under the wrong label", pem("PRIVATE KEY", sec1(EC)));
    texts.put("SEC1 without lines", Base64.getEncoder().encodeToString(sec1(EC)));
    texts.put(
        "parameters before SEC1",
        pem("EC PARAMETERS", HexFormat.of().parseHex("06082a8648ce3d030107"))
            + pem("EC PRIVATE KEY", sec1(EC)));
    texts.put("its public key before it", pem("PUBLIC KEY", EC.getPublic().getEncoded()) + P8);

    texts.forEach(
        (form, text) ->
            assertEquals(((ECPrivateKey) EC.getPrivate()).getS(), p256(text).getS(), form));
  }

  private static ECPrivateKey p256(String text) {
    try {
      return PrivateKeys.p256(FIELD, new Secret(text));
    } catch (CredentialException e) {
      throw new AssertionError(text, e);
    }
  }

  @Test
  void anRsaKeyIsReadInPkcs8AndInPkcs1() throws CredentialException {
    var pkcs8 = pem("PRIVATE KEY", RSA.getPrivate().getEncoded());
    for (var text :
        new String[] {
          pkcs8,
          pkcs8.replace("\n", "\\n"),
          base64(pkcs8),
          pem("RSA PRIVATE KEY", pkcs1(RSA)),
          pem("RSA PRIVATE KEY", pkcs1(RSA)).replace("\n", "\\n"),
          pem("PRIVATE KEY", pkcs1(RSA)),
          Base64.getEncoder().encodeToString(pkcs1(RSA))
        }) {
      assertEquals(RSA.getPrivate(), PrivateKeys.rsa(FIELD, new Secret(text)), text);
    }
  }

  @Test
  void whatCannotBeRepairedIsRefusedWithItsCause() {
    var ed25519 = pem("PRIVATE KEY", HexFormat.of().parseHex(ED25519));
    var refusals = new LinkedHashMap<String, String>();
    refusals.put(pem("PRIVATE KEY", ec("secp384r1").getPrivate().getEncoded()), "curve P-384");
    refusals.put(pem("PRIVATE KEY", ec("secp521r1").getPrivate().getEncoded()), "curve P-521");
    refusals.put(
        pem("PRIVATE KEY", RSA.getPrivate().getEncoded()), "is an RSA key, and must be an EC key");
    refusals.put(pem("RSA PRIVATE KEY", pkcs1(RSA)), "is an RSA key");
    refusals.put(ed25519, "neither an RSA key nor an EC key");
    refusals.put(pem("PUBLIC KEY", EC.getPublic().getEncoded()), "is a public key");
    refusals.put(
        Base64.getEncoder().encodeToString(EC.getPublic().getEncoded()), "is a public key");
    refusals.put(pem("CERTIFICATE", new byte[100]), "is a certificate");
    refusals.put(pem("ENCRYPTED PRIVATE KEY", new byte[100]), "encrypted with a password");
    refusals.put(
        pem("EC PRIVATE KEY", sec1(EC))
            .replace("KEY-----\nM", "KEY-----\nProc-Type: 4,ENCRYPTED\n\nM"),
        "encrypted with a password");
    refusals.put(pem("OPENSSH PRIVATE KEY", new byte[100]), "format of OpenSSH");
    refusals.put(P8.lines().findFirst().orElseThrow(), "has only its first line");
    refusals.put(P8.lines().limit(2).reduce("", (a, b) -> a + "\n" + b), "is cut off");
    refusals.put(P8.replaceFirst("(?m)^M.{3}", ""), "is not a private key in PKCS#8");
    refusals.put(P8.replaceFirst("(?m)^M.{2}", "%\u00e4*"), "characters that base64 does not have");
    refusals.put("", "is empty");
    refusals.put("\"\"", "is empty");
    refusals.put("{\"private_key\":\"x\"}", "is a JSON object");
    refusals.put("<?xml version=\"1.0\"?>", "is XML");
    refusals.put(base64("{\"private_key\":\"x\"}"), "is a JSON object");

    refusals.forEach(
        (text, cause) -> refused(() -> PrivateKeys.p256(FIELD, new Secret(text)), cause));
    refused(() -> PrivateKeys.rsa(FIELD, new Secret(P8)), "is an EC key, and must be an RSA key");
  }

  /// The example of RFC 8410.
  private static final String ED25519 =
      "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";

  private interface Reading {
    void run() throws CredentialException;
  }

  private static void refused(Reading reading, String cause) {
    var refusal = assertThrows(CredentialException.class, reading::run, cause);
    var message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains(cause), message);
    assertTrue(message.startsWith("key ") && message.endsWith("; send the file"), message);
  }

  /// However a key is damaged, nothing of it is in the message or in a cause that could be logged.
  @Test
  void noMessageHasAPartOfTheKey() {
    var keys = Map.of("P-256", P8, "RSA", pem("RSA PRIVATE KEY", pkcs1(RSA)));
    keys.forEach(
        (kind, pem) -> {
          var digits = pem.replaceAll("-----.*-----|\\s", "");
          for (int at = 0; at < pem.length(); at += 7) {
            for (var damage : new String[] {"*", "\n-----END X-----\n", "\\u0041\"", "{", "M"}) {
              var text = pem.substring(0, at) + damage + pem.substring(at + 1);
              shown(text).ifPresent(message -> holdsNoPartOf(message, digits));
              shown(pem.substring(at)).ifPresent(message -> holdsNoPartOf(message, digits));
              shown(pem.substring(0, at)).ifPresent(message -> holdsNoPartOf(message, digits));
            }
          }
        });
  }

  private static Optional<String> shown(String text) {
    try {
      PrivateKeys.p256(FIELD, new Secret(text));
      return Optional.empty();
    } catch (CredentialException e) {
      return Optional.of(e.getMessage() + e.getCause());
    }
  }

  private static void holdsNoPartOf(String message, String digits) {
    for (int i = 0; i + 6 <= digits.length(); i++) {
      assertFalse(message.contains(digits.substring(i, i + 6)), message);
    }
  }
}

package dev.rollcall.provider.fcm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.secret.CredentialException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Service accounts in the forms in which they are sent, and the files that are sent instead.
final class ServiceAccountTest {
  private static final URI TOKEN = FcmEndpoint.GOOGLE.token();
  private static final FcmVendor VENDOR =
      new FcmVendor(
          FcmEndpoint.GOOGLE, Clock.systemUTC(), new Backoff(Clock.systemUTC(), new Random(1)));
  private static final byte[] PKCS8 = pkcs8();
  private static final JsonObject ACCOUNT =
      JsonObject.of(
          "type", "service_account",
          "project_id", "my-project",
          "private_key_id", "0123",
          "private_key", pem("PRIVATE KEY", PKCS8),
          "client_email", "push@my-project.iam.gserviceaccount.com",
          "token_uri", TOKEN.toString());

  private static byte[] pkcs8() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair().getPrivate().getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
  }

  private static JsonObject with(String name, Object value) {
    return ACCOUNT.mergedWith(JsonObject.of(name, value));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static void opens(Object account) throws CredentialException {
    var stored = VENDOR.read(JsonObject.of("serviceAccount", account), Optional.empty());
    assertEquals(
        JsonObject.of(
            "projectId", "my-project",
            "clientEmail", "push@my-project.iam.gserviceaccount.com",
            "keyId", "0123"),
        stored.summary());
    VENDOR.open(stored, own -> own).close();
  }

  @Test
  void aKeyThatWentThroughAnEnvironmentVariableIsTaken() {
    var key = ACCOUNT.string("private_key").orElseThrow();
    var keys = new LinkedHashMap<String, String>();
    keys.put("literal \\n", key.replace("\n", "\\n"));
    keys.put("in quotes", "\"" + key + "\"");
    keys.put("both", "\"" + key.replace("\n", "\\n") + "\"");
    keys.put("CRLF", key.replace("\n", "\r\n"));
    keys.put("one line with blanks", key.replace("\n", " "));
    keys.put("base64", base64(key));
    keys.put("PKCS#1", pem("RSA PRIVATE KEY", Arrays.copyOfRange(PKCS8, 26, PKCS8.length)));
    keys.forEach((form, text) -> assertDoesNotThrow(() -> opens(with("private_key", text)), form));
  }

  @Test
  void theWholeFileMayBeTextOrBase64() {
    var json = ACCOUNT.text();
    var texts = new LinkedHashMap<String, String>();
    texts.put("text", json);
    texts.put("in quotes", "'" + json + "'");
    texts.put("with a byte order mark", "\ufeff" + json);
    texts.put("with real line breaks in the key", json.replace("\\n", "\n"));
    texts.put("with escaped quotes", json.replace("\"", "\\\""));
    texts.put("with the key escaped twice", json.replace("\\n", "\\\\n"));
    texts.put("base64", base64(json));
    texts.put("base64 in lines", base64(json).replaceAll("(.{76})", "$1\n"));
    texts.put("base64 of base64", base64(base64(json)));
    texts.forEach((form, text) -> assertDoesNotThrow(() -> opens(text), form));
  }

  @Test
  void namesOfFirebasesLibrariesAreTaken() {
    var account =
        Map.of(
            "projectId", "my-project",
            "privateKeyId", "0123",
            "privateKey", pem("PRIVATE KEY", PKCS8),
            "clientEmail", "push@my-project.iam.gserviceaccount.com");
    assertDoesNotThrow(() -> opens(account));
  }

  @Test
  void formerTokenAddressesAndNoneMeanTheCurrentOne() {
    for (var uri :
        List.of(
            "https://accounts.google.com/o/oauth2/token",
            "https://www.googleapis.com/oauth2/v4/token",
            "",
            TOKEN + " ")) {
      assertDoesNotThrow(() -> opens(with("token_uri", uri)), uri);
    }
    assertDoesNotThrow(() -> opens(ACCOUNT.without("token_uri"::equals)));
    assertDoesNotThrow(() -> opens(with("universe_domain", "googleapis.com")));
    for (var uri : List.of("https://169.254.169.254/token", "http://oauth2.googleapis.com/token")) {
      refused(with("token_uri", uri), "token_uri is not an address of Google; leave it out");
    }
  }

  @Test
  void aFileOfAnotherKindIsNamed() {
    refused(JsonObject.of("type", "external_account"), "workload identity federation");
    refused(JsonObject.of("type", "external_account"), "iam.disableServiceAccountKeyCreation");
    refused(JsonObject.of("type", "authorized_user"), "authorized_user, the login of a person");
    refused(JsonObject.of("type", "impersonated_service_account"), "impersonated_service_account");
    refused(JsonObject.of("project_info", Map.of("a", 1)), "is google-services.json");
    refused(JsonObject.of("GOOGLE_APP_ID", "1:2:ios:3"), "is GoogleService-Info.plist");
    refused("<?xml version=\"1.0\"?><plist></plist>", "is GoogleService-Info.plist");
    refused(base64("<?xml version=\"1.0\"?><plist></plist>"), "is GoogleService-Info.plist");
    refused(JsonObject.of("apiKey", "x", "projectId", "p"), "is firebaseConfig");
    refused(JsonObject.of("web", Map.of("client_id", "x")), "is the secret of an OAuth client");
    refused(with("type", "something_else"), "type is not service_account");
    refused(JsonObject.EMPTY, "type is not service_account");
    refused("AAAAabcdefg:APA91b", "a server key or an API key no longer works");
    refused(pem("PRIVATE KEY", PKCS8), "is only a private key");
    refused(ACCOUNT.text().substring(0, 400), "is not valid JSON; it may be cut off");
    refused(List.of(1), "type is not service_account");
    refused(ACCOUNT.without("client_email"::equals), "no client_email");
    for (var account : List.of(JsonObject.of("type", "external_account"), "text")) {
      refused(account, "choose Generate new private key");
    }
  }

  @Test
  void aKeyThatCannotSignIsRefusedWithItsCause() throws GeneralSecurityException {
    var ec = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded();
    refused(with("private_key", pem("PRIVATE KEY", ec)), "private_key is an EC key");
    refused(
        with("private_key", "-----BEGIN PRIVATE KEY-----"), "private_key has only its first line");
    refused(with("private_key", " "), "no private_key");
  }

  private static void refused(Object account, String cause) {
    var given = new LinkedHashMap<String, Object>();
    given.put("serviceAccount", account instanceof JsonObject(var fields) ? fields : account);
    var refusal =
        assertThrows(
            CredentialException.class,
            () -> VENDOR.read(new JsonObject(given), Optional.empty()),
            cause);
    var message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains(cause), message);
    secrets().forEach(secret -> assertFalse(message.contains(secret), message));
  }

  private static List<String> secrets() {
    var digits = Base64.getEncoder().encodeToString(PKCS8);
    var parts = new ArrayList<String>();
    for (int i = 60; i + 8 < digits.length(); i++) {
      parts.add(digits.substring(i, i + 8));
    }
    return parts;
  }
}

package dev.rollcall.provider.fcm;

import dev.rollcall.json.JsonObject;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.PastedText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Recognises the JSON files that Google hands out, and says which one is needed if it is not the key
/// file of a service account.
final class ServiceAccountFile {
  static final String WHERE =
      "In the Firebase console, open Project settings, Service accounts, and choose Generate new"
          + " private key; send the content of the file that it downloads";

  private static final String TYPE = "type";
  private static final String SERVICE_ACCOUNT = "service_account";

  /// How often the text of a file may be in base64 or in quotes.
  private static final int NESTED = 3;

  /// The names that Firebase's libraries take in code, and those in the file.
  private static final Map<String, String> NAMES =
      Map.of(
          "projectId", "project_id",
          "clientEmail", "client_email",
          "privateKey", "private_key",
          "privateKeyId", "private_key_id",
          "tokenUri", "token_uri");

  private static final String ONLY_KEYS =
      "Rollcall supports only the key of a service account (type service_account). ";
  private static final String KEYS_FORBIDDEN =
      ". If the organisation forbids keys, an administrator can make an exception for this project"
          + " from the policy iam.disableServiceAccountKeyCreation (or"
          + " iam.managed.disableServiceAccountKeyCreation)";

  /// A file that is often sent instead of the right one.
  private record Other(Predicate<JsonObject> is, String name) {}

  private static final List<Other> OTHERS =
      List.of(
          new Other(
              file -> has(file, "project_info") || has(file, "client"),
              "google-services.json, the configuration of an Android app"),
          new Other(
              file -> has(file, "GOOGLE_APP_ID") || has(file, "GCM_SENDER_ID"),
              "GoogleService-Info.plist, the configuration of an iOS app"),
          new Other(
              file -> has(file, "apiKey") || has(file, "messagingSenderId"),
              "firebaseConfig, the configuration of a web app"),
          new Other(
              file -> has(file, "installed") || has(file, "web") || has(file, "client_secret"),
              "the secret of an OAuth client"));

  private ServiceAccountFile() {}

  /// Reads the text of a file that was sent as a string: JSON, perhaps in base64 or quoted.
  static JsonObject parse(String text) throws CredentialException {
    return parse(text, NESTED);
  }

  private static JsonObject parse(String given, int nested) throws CredentialException {
    var text = PastedText.trimmed(given);
    if (text.startsWith("<")) {
      throw new CredentialException(wrong("GoogleService-Info.plist, or other XML"));
    }
    if (text.startsWith("{")) {
      return object(text)
          .orElseThrow(
              () ->
                  new CredentialException(
                      "serviceAccount is not valid JSON; it may be cut off, or have lost its"
                          + " quotes. Send the content of the file unchanged, or its base64"));
    }
    if (text.contains("PRIVATE KEY-----")) {
      throw new CredentialException(
          "serviceAccount is only a private key; send the whole JSON file that has it");
    }
    if (nested > 0) {
      try {
        var decoded = new String(PastedText.base64(text), StandardCharsets.UTF_8);
        if (isFile(decoded) || isBase64(decoded)) {
          return parse(decoded, nested - 1);
        }
      } catch (IllegalArgumentException notBase64) {
        // The error is thrown below.
      }
    }
    throw new CredentialException(
        "serviceAccount is not a JSON object, nor the base64 of one; a server key or an API key no"
            + " longer works. "
            + WHERE);
  }

  private static boolean isFile(String text) {
    var trimmed = PastedText.trimmed(text);
    return trimmed.startsWith("{") || trimmed.startsWith("<");
  }

  private static boolean isBase64(String text) {
    return text.matches("[A-Za-z0-9+/_=\\s-]{100,}");
  }

  /// Repairs the text of a file. JSON strings contain escaped line breaks. The tool that read the
  /// file may have turned them into real line breaks, or may have escaped all quotes.
  private static Optional<JsonObject> object(String text) {
    var spaced = text.replaceAll("[\\p{Cntrl}]", " ");
    return JsonObject.parse(spaced).or(() -> JsonObject.parse(spaced.replace("\\\"", "\"")));
  }

  /// Refuses a file of another kind, and renames the fields to their names in the file.
  static JsonObject serviceAccount(JsonObject given) throws CredentialException {
    var file = renamed(given);
    var isKey = has(file, "private_key") && has(file, "client_email");
    var type = file.string(TYPE).map(PastedText::trimmed).orElse(isKey ? SERVICE_ACCOUNT : "");
    return switch (type) {
      case SERVICE_ACCOUNT -> file.mergedWith(JsonObject.of(TYPE, SERVICE_ACCOUNT));
      case "external_account", "external_account_authorized_user" ->
          throw new CredentialException(
              ONLY_KEYS
                  + "It does not support workload identity federation (type "
                  + type
                  + ") yet. "
                  + WHERE
                  + KEYS_FORBIDDEN);
      case "authorized_user", "impersonated_service_account", "gdch_service_account" ->
          throw new CredentialException(
              ONLY_KEYS
                  + "This file has the type "
                  + type
                  + (type.equals("authorized_user") ? ", the login of a person. " : ". ")
                  + WHERE
                  + KEYS_FORBIDDEN);
      default -> throw new CredentialException(unknown(file));
    };
  }

  private static String unknown(JsonObject file) {
    return OTHERS.stream()
        .filter(other -> other.is().test(file))
        .findFirst()
        .map(other -> wrong(other.name()))
        .orElse(
            "serviceAccount is not the key file of a service account: type is not service_account. "
                + WHERE);
  }

  private static String wrong(String name) {
    return "serviceAccount is " + name + ", and not the key file of a service account. " + WHERE;
  }

  private static JsonObject renamed(JsonObject given) {
    var fields = new LinkedHashMap<String, Object>();
    given.fields().forEach((name, value) -> fields.put(NAMES.getOrDefault(name, name), value));
    return new JsonObject(fields);
  }

  private static boolean has(JsonObject file, String name) {
    return file.fields().containsKey(name);
  }
}

package dev.rollcall.provider.fcm;

import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.rollcall.json.JsonObject;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.KeyField;
import dev.rollcall.secret.PastedText;
import dev.rollcall.secret.PrivateKeys;
import dev.rollcall.secret.Secret;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A service account of a Firebase project, read from Google's JSON file.
public final class FcmCredentials {
  private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
  private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9.:-]{0,99}");

  private static final KeyField PRIVATE_KEY =
      new KeyField("private_key", "it as it is in the JSON file that Google issues");

  /// Older files name one of these. Google's libraries use the current address instead.
  private static final Set<String> FORMER_TOKEN_URIS =
      Set.of(
          "https://accounts.google.com/o/oauth2/token",
          "https://accounts.google.com/o/oauth2/v2/token",
          "https://www.googleapis.com/oauth2/v3/token",
          "https://www.googleapis.com/oauth2/v4/token",
          "https://oauth2.googleapis.com/token");

  private final String projectId;
  private final ServiceAccountCredentials.Builder account;

  private FcmCredentials(String projectId, ServiceAccountCredentials.Builder account) {
    this.projectId = projectId;
    this.account = account;
  }

  /// Requires the token URL in the file to be one of Google's. The credentials are sent to the URL of
  /// `endpoint`, and a caller who may set credentials must not be able to make the server call any
  /// other URL.
  public static FcmCredentials read(Secret json, FcmEndpoint endpoint) throws CredentialException {
    var file = ServiceAccountFile.serviceAccount(ServiceAccountFile.parse(json.value()));
    var project = field(file, "project_id");
    if (!PROJECT.matcher(project).matches()) {
      throw new CredentialException("project_id is not the name of a project");
    }
    requireTokenUri(file, endpoint.token().toString());
    return new FcmCredentials(project, account(file, endpoint.token()));
  }

  private static void requireTokenUri(JsonObject file, String current) throws CredentialException {
    var given = file.string("token_uri").map(PastedText::trimmed).orElse("");
    if (!given.isEmpty() && !given.equals(current) && !FORMER_TOKEN_URIS.contains(given)) {
      throw new CredentialException(
          "token_uri is not an address of Google; leave it out, or send " + current);
    }
  }

  private static ServiceAccountCredentials.Builder account(JsonObject file, URI token)
      throws CredentialException {
    var account =
        ServiceAccountCredentials.newBuilder()
            .setClientEmail(field(file, "client_email"))
            .setPrivateKey(PrivateKeys.rsa(PRIVATE_KEY, new Secret(field(file, "private_key"))))
            .setTokenServerUri(token)
            .setScopes(List.of(SCOPE))
            // The caller retries with a backoff; the library must not retry on its own.
            .setDefaultRetriesEnabled(false);
    file.string("private_key_id").map(PastedText::trimmed).ifPresent(account::setPrivateKeyId);
    return account;
  }

  private static String field(JsonObject file, String name) throws CredentialException {
    return file.string(name)
        .map(PastedText::trimmed)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                new CredentialException(
                    "the service account has no " + name + ". " + ServiceAccountFile.WHERE));
  }

  public String projectId() {
    return projectId;
  }

  ServiceAccountCredentials.Builder account() {
    return account;
  }

  @Override
  public String toString() {
    return "[service account of " + projectId + "]";
  }
}

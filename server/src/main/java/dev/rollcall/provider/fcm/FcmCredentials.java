package dev.rollcall.provider.fcm;

import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.rollcall.json.JsonObject;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/// A service account of a Firebase project, read from Google's JSON file.
public final class FcmCredentials {
  private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
  private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9.:-]{0,99}");

  private final String projectId;
  private final ServiceAccountCredentials.Builder account;

  private FcmCredentials(String projectId, ServiceAccountCredentials.Builder account) {
    this.projectId = projectId;
    this.account = account;
  }

  /// Requires the token URL in the file to be Google's. The credentials are sent to that URL, and a
  /// caller who may set credentials must not be able to make the server call any other URL.
  public static FcmCredentials read(Secret json, FcmEndpoint endpoint) throws CredentialException {
    var file =
        JsonObject.parse(json.value())
            .orElseThrow(() -> new CredentialException("the service account is not a JSON object"));
    if (!field(file, "type").equals("service_account")) {
      throw new CredentialException(
          "type is not service_account; download a private key under Project settings, Service"
              + " accounts");
    }
    var project = field(file, "project_id");
    if (!PROJECT.matcher(project).matches()) {
      throw new CredentialException("project_id is not the name of a project");
    }
    if (!field(file, "token_uri").equals(endpoint.token().toString())) {
      throw new CredentialException("token_uri must be " + endpoint.token());
    }
    return new FcmCredentials(project, account(file, endpoint.token()));
  }

  private static ServiceAccountCredentials.Builder account(JsonObject file, URI token)
      throws CredentialException {
    try {
      var account =
          ServiceAccountCredentials.newBuilder()
              .setClientEmail(field(file, "client_email"))
              .setPrivateKeyString(field(file, "private_key"))
              .setTokenServerUri(token)
              .setScopes(List.of(SCOPE))
              // The caller retries with a backoff; the library must not retry on its own.
              .setDefaultRetriesEnabled(false);
      file.string("private_key_id").ifPresent(account::setPrivateKeyId);
      return account;
    } catch (IOException | RuntimeException e) {
      throw new CredentialException("private_key is not a private key in PKCS#8", e);
    }
  }

  private static String field(JsonObject file, String name) throws CredentialException {
    return file.string(name)
        .filter(value -> !value.isBlank())
        .orElseThrow(() -> new CredentialException("the service account has no " + name));
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

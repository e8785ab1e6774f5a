package dev.rollcall.provider.sender;

import dev.rollcall.json.JsonObject;
import dev.rollcall.secret.CredentialException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// One type of provider: reads its credentials and opens the senders that use them.
public interface Vendor {

  /// Credentials as they are stored: `secret` is encrypted, `summary` is not secret.
  record StoredCredentials(JsonObject secret, JsonObject summary) {}

  ProviderType type();

  /// Reads credentials that replace `former`. Refuses those that cannot work, without a network
  /// call.
  StoredCredentials read(JsonObject given, Optional<StoredCredentials> former)
      throws CredentialException;

  /// Tries the credentials at the provider if that is possible, and returns the outcome.
  Optional<Outcome> trial(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException;

  /// `shared` wraps an issuer, so that several nodes share what it issues.
  Sender open(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException;
}

package dev.rollcall.provider.sender;

import dev.rollcall.json.JsonObject;
import dev.rollcall.secret.CredentialException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Knows the credentials of one type of provider, and opens the senders that use them.
public interface Vendor {

  /// What is kept of credentials: `secret` is sealed, `summary` anybody may see.
  record StoredCredentials(JsonObject secret, JsonObject summary) {}

  ProviderType type();

  /// Reads credentials that somebody sets in place of `former`. Those that cannot work are refused;
  /// nobody is asked.
  StoredCredentials read(JsonObject given, Optional<StoredCredentials> former)
      throws CredentialException;

  /// Shows the credentials to the provider, if that is possible, and answers what came of it.
  Optional<Outcome> trial(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException;

  /// `shared` wraps an issuer, so that several nodes share what it issues.
  Sender open(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException;
}

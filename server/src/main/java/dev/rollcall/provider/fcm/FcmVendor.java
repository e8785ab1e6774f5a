package dev.rollcall.provider.fcm;

import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.provider.sender.Vendor;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.PastedText;
import dev.rollcall.secret.Secret;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Reads service accounts, and opens senders for FCM.
public final class FcmVendor implements Vendor {
  private static final String ACCOUNT = "serviceAccount";

  private final FcmEndpoint endpoint;
  private final Clock clock;
  private final Backoff backoff;

  public FcmVendor(FcmEndpoint endpoint, Clock clock, Backoff backoff) {
    this.endpoint = endpoint;
    this.clock = clock;
    this.backoff = backoff;
  }

  @Override
  public ProviderType type() {
    return ProviderType.FCM;
  }

  @Override
  public StoredCredentials read(JsonObject given, Optional<StoredCredentials> former)
      throws CredentialException {
    if (!given.fields().containsKey(ACCOUNT)) {
      return former.orElseThrow(
          () -> new CredentialException("serviceAccount is missing. " + ServiceAccountFile.WHERE));
    }
    var text = given.string(ACCOUNT);
    var account =
        ServiceAccountFile.serviceAccount(
            text.isPresent() ? ServiceAccountFile.parse(text.get()) : given.object(ACCOUNT));
    var credentials = credentials(account);
    return new StoredCredentials(
        JsonObject.of(ACCOUNT, account),
        JsonObject.of(
            "projectId", credentials.projectId(),
            "clientEmail", account.string("client_email").map(PastedText::trimmed).orElse(null),
            "keyId", account.string("private_key_id").map(PastedText::trimmed).orElse(null)));
  }

  private FcmCredentials credentials(JsonObject account) throws CredentialException {
    return FcmCredentials.read(new Secret(account.text()), endpoint);
  }

  @Override
  public Optional<Outcome> trial(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException {
    var credentials = credentials(kept.secret().object(ACCOUNT));
    try {
      shared.apply(new GoogleTokenIssuer(credentials, endpoint, clock, backoff)).issue(null);
      return Optional.empty();
    } catch (AccessTokenException e) {
      return Optional.of(e.outcome());
    }
  }

  @Override
  public Sender open(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException {
    return new FcmSender(
        credentials(kept.secret().object(ACCOUNT)), endpoint, clock, backoff, shared);
  }
}

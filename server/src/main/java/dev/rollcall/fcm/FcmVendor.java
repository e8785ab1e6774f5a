package dev.rollcall.fcm;

import dev.rollcall.delivery.Backoff;
import dev.rollcall.delivery.CredentialException;
import dev.rollcall.delivery.JsonObject;
import dev.rollcall.delivery.Outcome;
import dev.rollcall.delivery.PassException;
import dev.rollcall.delivery.Passes;
import dev.rollcall.delivery.ProviderType;
import dev.rollcall.delivery.Secret;
import dev.rollcall.delivery.Sender;
import dev.rollcall.delivery.Vendor;
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
  public Kept read(JsonObject given, Optional<Kept> former) throws CredentialException {
    var account = given.object(ACCOUNT);
    if (account.isEmpty()) {
      return former.orElseThrow(
          () ->
              new CredentialException(
                  "serviceAccount is missing; send the object in the file that Google hands out"));
    }
    var credentials = credentials(account);
    return new Kept(
        JsonObject.of(ACCOUNT, account),
        JsonObject.of(
            "projectId", credentials.projectId(),
            "clientEmail", account.string("client_email").orElse(null),
            "keyId", account.string("private_key_id").orElse(null)));
  }

  private FcmCredentials credentials(JsonObject account) throws CredentialException {
    return FcmCredentials.read(new Secret(account.text()), endpoint);
  }

  @Override
  public Optional<Outcome> trial(Kept kept, UnaryOperator<Passes.Mint> shared)
      throws CredentialException {
    var credentials = credentials(kept.secret().object(ACCOUNT));
    try {
      shared.apply(new GoogleMint(credentials, endpoint, clock, backoff)).make(null);
      return Optional.empty();
    } catch (PassException e) {
      return Optional.of(e.outcome());
    }
  }

  @Override
  public Sender open(Kept kept, UnaryOperator<Passes.Mint> shared) throws CredentialException {
    return new FcmSender(
        credentials(kept.secret().object(ACCOUNT)), endpoint, clock, backoff, shared);
  }
}

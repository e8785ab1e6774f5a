package dev.rollcall.provider.webpush;

import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.Deadline;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.provider.sender.Vendor;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Secret;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Reads and generates VAPID keys, and opens senders for Web Push.
public final class WebPushVendor implements Vendor {
  /// The newest key pair and nine former ones.
  static final int KEPT = 10;

  private final EndpointGuard guard;
  private final @Nullable SSLContext tls;
  private final Clock clock;
  private final Backoff backoff;

  /// `tls` replaces the JDK's trusted certificates.
  public WebPushVendor(
      EndpointGuard guard, @Nullable SSLContext tls, Clock clock, Backoff backoff) {
    this.guard = guard;
    this.tls = tls;
    this.clock = clock;
    this.backoff = backoff;
  }

  @Override
  public ProviderType type() {
    return ProviderType.WEB_PUSH;
  }

  @Override
  public StoredCredentials read(JsonObject given, Optional<StoredCredentials> former)
      throws CredentialException {
    var subject =
        given
            .string("subject")
            .or(() -> former.flatMap(kept -> kept.secret().string("subject")))
            .orElseThrow(
                () ->
                    new CredentialException(
                        "subject is missing; send mailto: with an address, or an https:// URL"));
    var keys = new ArrayList<VapidKeys>();
    given(given).ifPresent(keys::add);
    for (var key : former.isPresent() ? keys(former.get().secret()) : List.<VapidKeys>of()) {
      if (keys.stream().noneMatch(it -> it.publicKey().equals(key.publicKey()))) {
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new CredentialException(
          "the keys are missing; send publicKey and privateKey, or generate: true");
    }
    return kept(VapidCredentials.of(keys.subList(0, Math.min(KEPT, keys.size())), subject));
  }

  private static Optional<VapidKeys> given(JsonObject given) throws CredentialException {
    var publicKey = given.string("publicKey");
    var privateKey = given.string("privateKey");
    var isWanted = Boolean.TRUE.equals(given.fields().get("generate"));
    if (isWanted && (publicKey.isPresent() || privateKey.isPresent())) {
      throw new CredentialException("send generate: true, or keys, but not both");
    }
    if (isWanted) {
      return Optional.of(VapidKeys.generate());
    }
    if (publicKey.isEmpty() && privateKey.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(VapidKeys.read(publicKey.orElse(""), new Secret(privateKey.orElse(""))));
  }

  private static StoredCredentials kept(VapidCredentials credentials) {
    var keys = credentials.keys();
    return new StoredCredentials(
        JsonObject.of(
            "subject",
            credentials.subject(),
            "keys",
            keys.stream()
                .map(
                    pair ->
                        JsonObject.of(
                                "publicKey", pair.publicKey(),
                                "privateKey", pair.privateKey().value())
                            .fields())
                .toList()),
        JsonObject.of(
            "subject",
            credentials.subject(),
            "publicKey",
            keys.getFirst().publicKey(),
            "formerPublicKeys",
            keys.stream().skip(1).map(VapidKeys::publicKey).toList()));
  }

  private static List<VapidKeys> keys(JsonObject secret) throws CredentialException {
    var keys = new ArrayList<VapidKeys>();
    for (var pair : secret.objects("keys")) {
      keys.add(
          VapidKeys.read(
              pair.string("publicKey").orElse(""),
              new Secret(pair.string("privateKey").orElse(""))));
    }
    return keys;
  }

  // A push service accepts any VAPID key; only a send to a subscription shows whether the key fits.
  @Override
  public Optional<Outcome> trial(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared) {
    return Optional.empty();
  }

  @Override
  public Sender open(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException {
    var secret = kept.secret();
    return new WebPushSender(
        VapidCredentials.of(keys(secret), secret.string("subject").orElse("")),
        guard,
        tls,
        Deadline.ANSWER,
        clock,
        backoff);
  }
}

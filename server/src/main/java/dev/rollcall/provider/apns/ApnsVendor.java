package dev.rollcall.provider.apns;

import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.Deadline;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.provider.sender.Vendor;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.PastedText;
import dev.rollcall.secret.Secret;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenValue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// Reads keys and certificates for APNs, and opens senders for it.
public final class ApnsVendor implements Vendor {
  private static final Set<String> OF_A_KEY = Set.of("key", "teamId", "keyId");
  private static final Set<String> OF_A_CERTIFICATE = Set.of("certificate", "password");
  private static final Set<String> OF_BOTH = Set.of("topic", "environment");

  /// No device has this token, so the answer depends on the credentials alone.
  private static final TokenValue NO_DEVICE = new TokenValue(Channel.APNS, "0".repeat(64));

  /// An operator waits for the answer, so it is shorter than that of a send; it is longer than the
  /// timeout of the outward proxy.
  private static final Duration TRIAL = Duration.ofSeconds(6);

  private final ApnsEndpoint endpoint;
  private final Clock clock;
  private final Backoff backoff;

  public ApnsVendor(ApnsEndpoint endpoint, Clock clock, Backoff backoff) {
    this.endpoint = endpoint;
    this.clock = clock;
    this.backoff = backoff;
  }

  @Override
  public ProviderType type() {
    return ProviderType.APNS;
  }

  @Override
  public StoredCredentials read(JsonObject given, Optional<StoredCredentials> former)
      throws CredentialException {
    var secret = merged(former.map(StoredCredentials::secret).orElse(JsonObject.EMPTY), given);
    var credentials = credentials(secret);
    var environment = environment(secret);
    return new StoredCredentials(
        secret,
        JsonObject.of(
                "topic", credentials.bundleId(),
                "environment", environment.wireName(),
                "teamId", secret.string("teamId").orElse(null),
                "keyId", secret.string("keyId").orElse(null))
            .mergedWith(certificateEnd(credentials)));
  }

  private static JsonObject certificateEnd(ApnsCredentials credentials) {
    return credentials instanceof ApnsCredentials.Certificate own
        ? JsonObject.of(
            "certificateEndsAt", own.certificate().getNotAfter().toInstant().toEpochMilli())
        : JsonObject.EMPTY;
  }

  // A key replaces a certificate, and a certificate replaces a key.
  private static JsonObject merged(JsonObject former, JsonObject given) {
    var known =
        given.without(
            name ->
                !OF_A_KEY.contains(name)
                    && !OF_A_CERTIFICATE.contains(name)
                    && !OF_BOTH.contains(name));
    var rest = former;
    if (known.string("key").isPresent()) {
      rest = rest.without(OF_A_CERTIFICATE::contains);
    }
    if (known.string("certificate").isPresent()) {
      rest = rest.without(OF_A_KEY::contains);
    }
    return rest.mergedWith(trimmed(known));
  }

  // The key and the certificate have their own readers, and a password may begin with a space.
  private static JsonObject trimmed(JsonObject given) {
    var trimmed = given;
    for (var name : List.of("teamId", "keyId", "topic", "environment")) {
      var text = given.string(name);
      if (text.isPresent()) {
        trimmed = trimmed.mergedWith(JsonObject.of(name, PastedText.trimmed(text.get())));
      }
    }
    return trimmed;
  }

  private static ApnsCredentials credentials(JsonObject secret) throws CredentialException {
    var key = secret.string("key");
    var certificate = secret.string("certificate");
    if (key.isPresent() == certificate.isPresent()) {
      throw new CredentialException(
          "send either key (the text of the .p8 file) with teamId and keyId, or certificate (the"
              + " .p12 file in base64) with password");
    }
    var topic = required(secret, "topic", "the app's bundle id");
    if (key.isPresent()) {
      return ApnsCredentials.key(
          topic,
          required(secret, "teamId", "the team's id"),
          required(secret, "keyId", "the key's id, which is part of the name of its file"),
          new Secret(key.get()));
    }
    return ApnsCredentials.certificate(
        topic, bytes(certificate.get()), new Secret(secret.string("password").orElse("")));
  }

  private static String required(JsonObject secret, String name, String what)
      throws CredentialException {
    return secret
        .string(name)
        .orElseThrow(() -> new CredentialException(name + " is missing; send " + what));
  }

  private static byte[] bytes(String base64) throws CredentialException {
    if (base64.contains("-----BEGIN")) {
      throw new CredentialException(
          "certificate is PEM; 'openssl pkcs12 -export' makes a .p12 file of the certificate and"
              + " its private key; send that file in base64");
    }
    try {
      return PastedText.base64(base64);
    } catch (IllegalArgumentException e) {
      throw new CredentialException("certificate is not base64; send the .p12 file in base64");
    }
  }

  private static ApnsEnvironment environment(JsonObject secret) throws CredentialException {
    return ApnsEnvironment.of(secret.string("environment").orElse("production"))
        .orElseThrow(() -> new CredentialException("environment must be production or sandbox"));
  }

  // Apple checks the credentials before it checks the token.
  @Override
  public Optional<Outcome> trial(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException {
    var nothing = Message.of(Kind.BACKGROUND).ttl(Duration.ZERO).build();
    var address = new Address.Apns(NO_DEVICE, environment(kept.secret()));
    try (var sender = open(kept, TRIAL, shared)) {
      return Optional.of(
          sender.send(new Push(UUID.randomUUID(), address, nothing, clock.instant(), 0)));
    }
  }

  @Override
  public Sender open(StoredCredentials kept, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException {
    return open(kept, Deadline.ANSWER, shared);
  }

  private Sender open(
      StoredCredentials kept, Duration answerTimeout, UnaryOperator<AccessTokenIssuer> shared)
      throws CredentialException {
    return new ApnsSender(
        credentials(kept.secret()), endpoint, answerTimeout, clock, backoff, shared);
  }
}

package dev.rollcall.bench;

import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.fcm.FcmEndpoint;
import dev.rollcall.provider.fcm.FcmVendor;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.provider.sender.Vendor;
import dev.rollcall.provider.webpush.VapidKeys;
import dev.rollcall.provider.webpush.WebPushVendor;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.token.Channel;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenValue;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// A push service that the bench sends to: the tokens that the sessions of a corpus have there, and
/// the server's own sender, connected to the double.
sealed interface PushService {

  /// The one that `--vendor` names.
  static PushService of(Options options) {
    var corpus = Corpus.of(options);
    return switch (options.maybe("vendor").orElse("fcm")) {
      case "fcm" -> new Fcm(corpus, options);
      case "web-push" -> new WebPush(corpus, options);
      default -> throw new Options.Mistake("--vendor is fcm or web-push");
    };
  }

  /// The first token that a session registers.
  TokenValue token(int session);

  PushPlatform platform();

  /// What is stored with every token.
  Optional<Subscription> subscription();

  Address address(int session);

  /// How many pushes the server has in flight to one provider.
  int inFlight();

  ProviderType type();

  /// What a back end sends to set the provider, apart from its type.
  JsonObject credentials();

  Vendor vendor();

  /// The server's sender, with nothing before or behind it.
  default Sender sender() throws CredentialException {
    var vendor = vendor();
    return vendor.open(vendor.read(credentials(), Optional.empty()), UnaryOperator.identity());
  }

  private static Backoff backoff() {
    return new Backoff(Clock.systemUTC(), RandomGenerator.getDefault());
  }

  /// FCM, with one token for each session.
  record Fcm(Corpus corpus, Options options) implements PushService {
    @Override
    public TokenValue token(int session) {
      return new TokenValue(Channel.FCM, corpus.token(session, 0));
    }

    @Override
    public PushPlatform platform() {
      return PushPlatform.FCM_ANDROID;
    }

    @Override
    public Optional<Subscription> subscription() {
      return Optional.empty();
    }

    @Override
    public Address address(int session) {
      return new Address.Token(token(session));
    }

    @Override
    public int inFlight() {
      return 1_000;
    }

    @Override
    public ProviderType type() {
      return ProviderType.FCM;
    }

    /// The file that Google would hand out. The double believes any signature.
    @Override
    public JsonObject credentials() {
      var account =
          JsonObject.of(
              "type",
              "service_account",
              "project_id",
              PushDouble.PROJECT,
              "private_key_id",
              "key-1",
              "private_key",
              privateKey(),
              "client_email",
              "push@bench.iam.gserviceaccount.com",
              "client_id",
              "1",
              "token_uri",
              endpoint().token().toString());
      return JsonObject.of("serviceAccount", account);
    }

    private static String privateKey() {
      try {
        var key = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        var base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted("PRIVATE KEY", base64);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Vendor vendor() {
      return new FcmVendor(endpoint(), Clock.systemUTC(), backoff());
    }

    private FcmEndpoint endpoint() {
      return PushDouble.fcm(options.number("double"), Path.of(options.text("keys")));
    }
  }

  /// Web Push, with one subscription for each session, all at the double.
  ///
  /// The endpoints differ, and the keys of the browser do not: encrypting for one costs as much as
  /// for another, and the double decrypts nothing. These are the keys of RFC 8291, appendix A.
  record WebPush(Corpus corpus, Options options) implements PushService {
    private static final Subscription SUBSCRIPTION =
        new Subscription(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
            null);

    @Override
    public TokenValue token(int session) {
      var path = PushDouble.SUBSCRIPTIONS + corpus.token(session, 0);
      return new TokenValue(Channel.WEB_PUSH, PushDouble.address(port()) + path);
    }

    private int port() {
      return options.number("double");
    }

    @Override
    public PushPlatform platform() {
      return PushPlatform.WEB_PUSH;
    }

    @Override
    public Optional<Subscription> subscription() {
      return Optional.of(SUBSCRIPTION);
    }

    @Override
    public Address address(int session) {
      var endpoint = token(session).text();
      return new Address.WebPush(endpoint, SUBSCRIPTION.p256dh(), SUBSCRIPTION.auth());
    }

    @Override
    public int inFlight() {
      return 200;
    }

    @Override
    public ProviderType type() {
      return ProviderType.WEB_PUSH;
    }

    @Override
    public JsonObject credentials() {
      var keys = VapidKeys.generate();
      return JsonObject.of(
          "subject",
          "mailto:operator@example.com",
          "publicKey",
          keys.publicKey(),
          "privateKey",
          keys.privateKey().value());
    }

    @Override
    public Vendor vendor() {
      var own = Set.of("localhost:" + port());
      var guard = new EndpointGuard(Set.of(), own, InetAddress::getAllByName);
      var tls = PushDouble.tls(Path.of(options.text("keys")));
      return new WebPushVendor(guard, tls, Clock.systemUTC(), backoff());
    }
  }
}

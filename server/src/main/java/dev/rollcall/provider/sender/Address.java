package dev.rollcall.provider.sender;

import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenValue;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The recipient of a push: a push token with the data that its provider needs to reach it.
public sealed interface Address {
  /// Returns the address of a token. `environment` is where a token of APNs is tried.
  static Address of(PushToken token, ApnsEnvironment environment) {
    return switch (token.channel()) {
      case FCM -> new Token(token.value());
      case APNS, APNS_VOIP -> new Apns(token.value(), environment);
      case WEB_PUSH -> {
        var keys = token.subscription();
        if (keys == null) {
          throw new IllegalStateException("a subscription without keys");
        }
        yield new WebPush(token.value().text(), keys.p256dh(), keys.auth(), keys.serverKey());
      }
    };
  }

  /// The service that is paused on its own, for providers with more than one: the environment of
  /// APNs, or the host of a Web Push endpoint.
  default Optional<String> service() {
    return switch (this) {
      case Token token -> Optional.empty();
      case Apns apns -> Optional.of(apns.environment().wireName());
      case WebPush web -> WebPush.host(web.endpoint());
    };
  }

  /// A token that its provider needs no other data for.
  record Token(TokenValue token) implements Address {}

  /// An APNs device token. Its channel says whether it takes alerts or calls.
  record Apns(TokenValue token, ApnsEnvironment environment) implements Address {}

  /// A browser's subscription. The keys are the browser's, in base64url as received. `vapidKey` is
  /// the public key with which the browser subscribed, or the beginning of that key, if it is
  /// known.
  record WebPush(String endpoint, String p256dh, String auth, @Nullable String vapidKey)
      implements Address {
    private static final Pattern HOST = Pattern.compile("\\w+://([^/?#]*)");

    public WebPush(String endpoint, String p256dh, String auth) {
      this(endpoint, p256dh, auth, null);
    }

    /// The host of the push service; empty if the endpoint is not a URL.
    public static Optional<String> host(String endpoint) {
      var host = HOST.matcher(endpoint);
      return host.lookingAt()
          ? Optional.of(host.group(1).toLowerCase(Locale.ROOT))
          : Optional.empty();
    }

    /// Hides the endpoint's path: anybody who knows it could send to it.
    @Override
    public String toString() {
      return host(endpoint).orElse("") + "/…";
    }
  }
}

package dev.rollcall.provider.sender;

import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenValue;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a push goes: a push token with what its provider needs to know of it.
public sealed interface Address {
  /// The address of a token; `environment` is where one of APNs is tried.
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

  /// The host that is paused along with it, where a provider has more than one.
  default Optional<String> host() {
    return switch (this) {
      case Token token -> Optional.empty();
      case Apns apns -> Optional.empty();
      case WebPush web -> WebPush.host(web.endpoint());
    };
  }

  /// A token of which its provider needs to know nothing else.
  record Token(TokenValue token) implements Address {}

  /// An APNs device token. Its channel tells whether it takes alerts or calls.
  record Apns(TokenValue token, ApnsEnvironment environment) implements Address {}

  /// A browser's subscription. The keys are the browser's, in base64url as it gave them.
  /// `vapidKey` is the public key that it subscribed with, or the beginning of it, if that is known.
  record WebPush(String endpoint, String p256dh, String auth, @Nullable String vapidKey)
      implements Address {
    private static final Pattern HOST = Pattern.compile("\\w+://([^/?#]*)");

    public WebPush(String endpoint, String p256dh, String auth) {
      this(endpoint, p256dh, auth, null);
    }

    /// The push service; empty where the endpoint is no URL.
    public static Optional<String> host(String endpoint) {
      var host = HOST.matcher(endpoint);
      return host.lookingAt()
          ? Optional.of(host.group(1).toLowerCase(Locale.ROOT))
          : Optional.empty();
    }

    /// The endpoint's path is a secret that anybody could push with.
    @Override
    public String toString() {
      return host(endpoint).orElse("") + "/…";
    }
  }
}

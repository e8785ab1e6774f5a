package dev.rollcall.token;

import dev.rollcall.account.Platform;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What kind of address a push token is.
///
/// Every question that depends on the channel is answered here by a `switch` over all of them, so
/// that a new channel does not compile until each is answered.
public enum Channel {
  FCM,
  APNS,
  APNS_VOIP,
  WEB_PUSH;

  /// How the tokens of a channel are written.
  enum Form {
    /// Printable ASCII, taken as it comes.
    TEXT,
    /// Bytes as hex.
    HEX,
    /// A URL that is sent to.
    ENDPOINT
  }

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /// The name on the wire and in the database.
  public String word() {
    return word;
  }

  public static Channel of(String word) {
    return Arrays.stream(values())
        .filter(channel -> channel.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no channel is called " + word));
  }

  public boolean isApns() {
    return switch (this) {
      case APNS, APNS_VOIP -> true;
      case FCM, WEB_PUSH -> false;
    };
  }

  Form form() {
    return switch (this) {
      case FCM -> Form.TEXT;
      case APNS, APNS_VOIP -> Form.HEX;
      case WEB_PUSH -> Form.ENDPOINT;
    };
  }

  /// The body key that carries the token in the push-notification service.
  public String tokenKey() {
    return switch (this) {
      case FCM -> "fcmToken";
      case APNS -> "deviceToken";
      case APNS_VOIP -> "voipToken";
      case WEB_PUSH -> "webPush";
    };
  }

  /// The body key that carries the token in the extension.
  String extensionKey() {
    return switch (this) {
      case FCM -> "fcmToken";
      case APNS -> "apnsToken";
      case APNS_VOIP -> "voipToken";
      case WEB_PUSH -> "webPush";
    };
  }

  /// The platform that all its tokens are on, if there is but one.
  Optional<Platform> onlyPlatform() {
    return switch (this) {
      case FCM -> Optional.empty();
      case APNS, APNS_VOIP -> Optional.of(Platform.IOS);
      case WEB_PUSH -> Optional.of(Platform.WEB);
    };
  }

  /// Whether a call can be sent to it. An alert token of APNs cannot ring: only PushKit does.
  public boolean takesCalls() {
    return switch (this) {
      case FCM, APNS_VOIP, WEB_PUSH -> true;
      case APNS -> false;
    };
  }

  /// Whether anything but a call can be sent to it.
  public boolean takesAlerts() {
    return switch (this) {
      case FCM, APNS, WEB_PUSH -> true;
      case APNS_VOIP -> false;
    };
  }

  /// Of the channels that reach a device, the one with the lowest rank is used.
  public int rank() {
    return switch (this) {
      case APNS, APNS_VOIP -> 1;
      case FCM -> 2;
      case WEB_PUSH -> 3;
    };
  }
}

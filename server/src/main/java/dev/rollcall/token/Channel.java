package dev.rollcall.token;

import dev.rollcall.account.Platform;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The kind of address that a push token is.
///
/// Every rule that depends on the channel is a `switch` over all channels here, so that a new
/// channel does not compile until each rule covers it.
public enum Channel {
  FCM,
  APNS,
  APNS_VOIP,
  WEB_PUSH;

  /// The form in which the tokens of a channel are written.
  enum Form {
    /// Printable ASCII, used unchanged.
    TEXT,
    /// Bytes, written as hex.
    HEX,
    /// The URL that messages are sent to.
    ENDPOINT
  }

  private final String wireName = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /// The name of the channel in requests, answers and the database.
  public String wireName() {
    return wireName;
  }

  public static Channel of(String word) {
    return Arrays.stream(values())
        .filter(channel -> channel.wireName.equals(word))
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

  /// The body key that carries the token in the routes of the push-notification service.
  public String tokenKey() {
    return switch (this) {
      case FCM -> "fcmToken";
      case APNS -> "deviceToken";
      case APNS_VOIP -> "voipToken";
      case WEB_PUSH -> "webPush";
    };
  }

  /// The body key that carries the token in the extension's routes.
  String extensionKey() {
    return switch (this) {
      case FCM -> "fcmToken";
      case APNS -> "apnsToken";
      case APNS_VOIP -> "voipToken";
      case WEB_PUSH -> "webPush";
    };
  }

  /// The platform of all tokens of this channel, if the channel exists on only one platform.
  Optional<Platform> onlyPlatform() {
    return switch (this) {
      case FCM -> Optional.empty();
      case APNS, APNS_VOIP -> Optional.of(Platform.IOS);
      case WEB_PUSH -> Optional.of(Platform.WEB);
    };
  }

  /// True if the channel can deliver a call. On APNs, only a PushKit token can; an alert token
  /// cannot.
  public boolean takesCalls() {
    return switch (this) {
      case FCM, APNS_VOIP, WEB_PUSH -> true;
      case APNS -> false;
    };
  }

  /// True if the channel can deliver anything other than a call.
  public boolean takesAlerts() {
    return switch (this) {
      case FCM, APNS, WEB_PUSH -> true;
      case APNS_VOIP -> false;
    };
  }

  /// If several channels reach the same device, the one with the lowest rank is used.
  public int rank() {
    return switch (this) {
      case APNS, APNS_VOIP -> 1;
      case FCM -> 2;
      case WEB_PUSH -> 3;
    };
  }
}

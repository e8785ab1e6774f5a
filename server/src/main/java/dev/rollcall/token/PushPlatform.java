package dev.rollcall.token;

import dev.rollcall.account.Platform;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The `platform` values of the push-notification service: kind of token, framework and phone.
public enum PushPlatform {
  FCM_ANDROID(Channel.FCM, Platform.ANDROID),
  FCM_IOS(Channel.FCM, Platform.IOS),
  FCM_WEB(Channel.FCM, Platform.WEB),
  FCM_FLUTTER_ANDROID(Channel.FCM, Platform.ANDROID),
  FCM_FLUTTER_IOS(Channel.FCM, Platform.IOS),
  FCM_REACT_NATIVE_ANDROID(Channel.FCM, Platform.ANDROID),
  FCM_REACT_NATIVE_IOS(Channel.FCM, Platform.IOS),
  FCM_IONIC_CORDOVA_ANDROID(Channel.FCM, Platform.ANDROID),
  FCM_IONIC_CORDOVA_IOS(Channel.FCM, Platform.IOS),
  APNS_IOS_DEVICE(Channel.APNS, Platform.IOS),
  APNS_FLUTTER_DEVICE(Channel.APNS, Platform.IOS),
  APNS_REACT_NATIVE_DEVICE(Channel.APNS, Platform.IOS),
  APNS_IONIC_CORDOVA_DEVICE(Channel.APNS, Platform.IOS),
  APNS_IOS_VOIP(Channel.APNS_VOIP, Platform.IOS),
  APNS_FLUTTER_VOIP(Channel.APNS_VOIP, Platform.IOS),
  APNS_REACT_NATIVE_VOIP(Channel.APNS_VOIP, Platform.IOS),
  APNS_IONIC_CORDOVA_VOIP(Channel.APNS_VOIP, Platform.IOS),
  /// Rollcall's own value: the service has none for a browser that is reached without FCM.
  WEB_PUSH(Channel.WEB_PUSH, Platform.WEB);

  private static final Map<String, PushPlatform> BY_WORD =
      Arrays.stream(values()).collect(Collectors.toMap(PushPlatform::wireName, one -> one));

  private final String wireName = name().toLowerCase(Locale.ROOT);
  private final Channel channel;
  private final Platform platform;

  PushPlatform(Channel channel, Platform platform) {
    this.channel = channel;
    this.platform = platform;
  }

  public static Optional<PushPlatform> of(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }

  /// The value for a token that was registered through the extension, which has no `platform`
  /// field.
  public static PushPlatform of(Channel channel, Platform platform) {
    return Arrays.stream(values())
        .filter(one -> one.channel == channel && one.platform == platform)
        .findFirst()
        .orElseThrow();
  }

  public String wireName() {
    return wireName;
  }

  public Channel channel() {
    return channel;
  }

  public Platform platform() {
    return platform;
  }

  public String tokenKey() {
    return channel.tokenKey();
  }
}

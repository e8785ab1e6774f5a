package dev.rollcall.token;

import dev.rollcall.account.Platform;
import dev.rollcall.account.Session;
import org.jspecify.annotations.Nullable;

/// A push token that a client asks to register.
///
/// `pushPlatform` is null if the client did not name it. Then `runsOn`, the platform that this
/// request reports, decides; if that is missing too, the session's platform decides.
public record NewToken(
    TokenValue value,
    @Nullable PushPlatform pushPlatform,
    @Nullable Platform runsOn,
    String providerId,
    @Nullable String timezone,
    Installation installation,
    @Nullable Subscription subscription) {
  public static final String DEFAULT_PROVIDER = "default";

  /// A token whose client reported nothing about its installation.
  public NewToken(
      TokenValue value,
      @Nullable PushPlatform pushPlatform,
      @Nullable Platform runsOn,
      String providerId,
      @Nullable String timezone) {
    this(value, pushPlatform, runsOn, providerId, timezone, Installation.UNKNOWN);
  }

  /// A token that is not a browser's push subscription.
  public NewToken(
      TokenValue value,
      @Nullable PushPlatform pushPlatform,
      @Nullable Platform runsOn,
      String providerId,
      @Nullable String timezone,
      Installation installation) {
    this(value, pushPlatform, runsOn, providerId, timezone, installation, null);
  }

  /// A browser's push subscription.
  public static NewToken of(TokenValue endpoint, Subscription subscription) {
    return of(endpoint, subscription, DEFAULT_PROVIDER, null);
  }

  public static NewToken of(
      TokenValue endpoint,
      Subscription subscription,
      String providerId,
      @Nullable String timezone) {
    return new NewToken(
        endpoint, null, null, providerId, timezone, Installation.UNKNOWN, subscription);
  }

  public NewToken from(Installation other) {
    return new NewToken(value, pushPlatform, runsOn, providerId, timezone, other, subscription);
  }

  /// Throws if this is an APNs token with more hex digits than allowed.
  void requireNoMoreThan(int apnsDigits) {
    if (value.channel().isApns() && value.text().length() > apnsDigits) {
      throw TokenValue.tooLong(key(), apnsDigits);
    }
  }

  /// The body key that carried the token: that of the service, or that of the extension.
  private String key() {
    return pushPlatform == null ? value.channel().extensionKey() : value.channel().tokenKey();
  }

  PushPlatform platformIn(Session session) {
    if (pushPlatform != null) {
      return pushPlatform;
    }
    return PushPlatform.of(value.channel(), listOf(session));
  }

  // If the session never reported a platform either, a phone is most likely.
  private Platform listOf(Session session) {
    var told = runsOn == null ? session.platform() : runsOn;
    return value.channel().onlyPlatform().orElse(told == null ? Platform.ANDROID : told);
  }
}

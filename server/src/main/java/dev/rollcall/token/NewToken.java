package dev.rollcall.token;

import dev.rollcall.account.Platform;
import dev.rollcall.account.Session;
import org.jspecify.annotations.Nullable;

/// A push token that a client asks to have registered.
///
/// `pushPlatform` is null when the client did not name it; then `runsOn`, which this very request
/// told, decides, or else the session's platform.
public record NewToken(
    TokenValue value,
    @Nullable PushPlatform pushPlatform,
    @Nullable Platform runsOn,
    String providerId,
    @Nullable String timezone,
    Installation installation,
    @Nullable Subscription subscription) {
  public static final String DEFAULT_PROVIDER = "default";

  /// A token of an installation that says nothing of itself.
  public NewToken(
      TokenValue value,
      @Nullable PushPlatform pushPlatform,
      @Nullable Platform runsOn,
      String providerId,
      @Nullable String timezone) {
    this(value, pushPlatform, runsOn, providerId, timezone, Installation.UNKNOWN);
  }

  /// A token that is no browser's subscription.
  public NewToken(
      TokenValue value,
      @Nullable PushPlatform pushPlatform,
      @Nullable Platform runsOn,
      String providerId,
      @Nullable String timezone,
      Installation installation) {
    this(value, pushPlatform, runsOn, providerId, timezone, installation, null);
  }

  /// A browser's subscription.
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

  /// Fails when this is an APNs token that has more hex digits.
  void requireNoMoreThan(int apnsDigits) {
    if (value.channel().isApns() && value.text().length() > apnsDigits) {
      throw TokenValue.tooLong(key(), apnsDigits);
    }
  }

  /// The key of the body that carried it: the service's, or the extension's.
  private String key() {
    return pushPlatform == null ? value.channel().extensionKey() : value.channel().tokenKey();
  }

  PushPlatform platformIn(Session session) {
    if (pushPlatform != null) {
      return pushPlatform;
    }
    return PushPlatform.of(value.channel(), listOf(session));
  }

  // A token of a session that never said where it runs is most likely on a phone.
  private Platform listOf(Session session) {
    var told = runsOn == null ? session.platform() : runsOn;
    return value.channel().onlyPlatform().orElse(told == null ? Platform.ANDROID : told);
  }
}

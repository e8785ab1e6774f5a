package dev.rollcall.token;

import dev.rollcall.account.Platform;
import dev.rollcall.account.Session;
import dev.rollcall.token.PlatformClaim.Basis;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A push token that a client asks to register.
///
/// A field that the client left out is null, and keeps its stored value. `platform` is what this
/// request says about the platform. `ignored` are the fields of the request that were not
/// understood.
public record NewToken(
    TokenValue value,
    @Nullable PlatformClaim platform,
    @Nullable String providerId,
    @Nullable String timezone,
    Installation installation,
    @Nullable Subscription subscription,
    List<Ignored> ignored) {
  /// The stored provider id of a token for which no client ever named a provider.
  public static final String DEFAULT_PROVIDER = "default";

  /// A token whose client reported nothing about its installation.
  public NewToken(
      TokenValue value,
      @Nullable PushPlatform pushPlatform,
      @Nullable Platform runsOn,
      @Nullable String providerId,
      @Nullable String timezone) {
    this(value, pushPlatform, runsOn, providerId, timezone, Installation.UNKNOWN);
  }

  /// A token that is not a browser's push subscription. `pushPlatform` is null if the client did
  /// not name it, and `runsOn` is the platform that the request reports.
  public NewToken(
      TokenValue value,
      @Nullable PushPlatform pushPlatform,
      @Nullable Platform runsOn,
      @Nullable String providerId,
      @Nullable String timezone,
      Installation installation) {
    this(
        value,
        claim(value.channel(), pushPlatform, runsOn),
        providerId,
        timezone,
        installation,
        null,
        List.of());
  }

  /// A token without any details.
  public static NewToken of(TokenValue value) {
    return new NewToken(value, null, null, null, Installation.UNKNOWN, null, List.of());
  }

  /// A browser's push subscription.
  public static NewToken of(TokenValue endpoint, Subscription subscription) {
    return new NewToken(endpoint, null, null, null, Installation.UNKNOWN, subscription, List.of());
  }

  private static @Nullable PlatformClaim claim(
      Channel channel, @Nullable PushPlatform pushPlatform, @Nullable Platform runsOn) {
    if (pushPlatform != null) {
      return new PlatformClaim(pushPlatform, Basis.NAMED);
    }
    return runsOn == null ? null : PlatformClaim.of(channel, runsOn, Basis.REPORTED);
  }

  public NewToken withPlatform(@Nullable PlatformClaim other) {
    return new NewToken(value, other, providerId, timezone, installation, subscription, ignored);
  }

  public NewToken withDetails(@Nullable String provider, @Nullable String zone) {
    return new NewToken(value, platform, provider, zone, installation, subscription, ignored);
  }

  public NewToken withInstallation(Installation other) {
    return new NewToken(value, platform, providerId, timezone, other, subscription, ignored);
  }

  public NewToken withIgnored(List<Ignored> leftOut) {
    return new NewToken(value, platform, providerId, timezone, installation, subscription, leftOut);
  }

  /// Throws if this is an APNs token with more hex digits than allowed.
  void requireMaxLength(int apnsDigits) {
    if (value.channel().isApns() && value.text().length() > apnsDigits) {
      throw TokenValue.tooLong(key(), apnsDigits);
    }
  }

  /// The body key that carried the token: that of the service, or that of the extension.
  private String key() {
    return platform != null && platform.basis() == Basis.NAMED
        ? value.channel().tokenKey()
        : value.channel().extensionKey();
  }

  /// What this request and its session say about the platform.
  PlatformClaim platformIn(Session session) {
    var ofSession = claimOf(session);
    return platform == null ? ofSession : platform.after(ofSession);
  }

  private PlatformClaim claimOf(Session session) {
    var told = session.platform();
    return told == null
        ? PlatformClaim.of(value.channel(), Platform.ANDROID, Basis.ASSUMED)
        : PlatformClaim.of(value.channel(), told, Basis.SESSION);
  }

  /// The reason of an event in the history, with the names of the fields that were ignored.
  String reason(String why) {
    return ignored.isEmpty()
        ? why
        : ignored.stream()
            .map(Ignored::field)
            .collect(Collectors.joining(", ", why + "; ignored: ", ""));
  }
}

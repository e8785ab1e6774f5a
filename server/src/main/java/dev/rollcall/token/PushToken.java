package dev.rollcall.token;

import dev.rollcall.account.Platform;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// The address of one session at a provider, and the results of pushes to it. Times are epoch
/// milliseconds.
public record PushToken(
    long userId,
    long sessionId,
    TokenValue value,
    PushPlatform pushPlatform,
    String providerId,
    @Nullable String timezone,
    long createdAt,
    long registeredAt,
    Installation installation,
    @Nullable Subscription subscription,
    PushResults pushes,
    PlatformClaim.Basis platformBasis) {

  /// A token whose client reported nothing about its installation.
  public PushToken(
      long userId,
      long sessionId,
      TokenValue value,
      PushPlatform pushPlatform,
      String providerId,
      @Nullable String timezone,
      long createdAt,
      long registeredAt) {
    this(
        userId,
        sessionId,
        value,
        pushPlatform,
        providerId,
        timezone,
        createdAt,
        registeredAt,
        Installation.UNKNOWN,
        null);
  }

  /// A token on the platform of its session, to which nothing was sent yet.
  public PushToken(
      long userId,
      long sessionId,
      TokenValue value,
      PushPlatform pushPlatform,
      String providerId,
      @Nullable String timezone,
      long createdAt,
      long registeredAt,
      Installation installation,
      @Nullable Subscription subscription) {
    this(
        userId,
        sessionId,
        value,
        pushPlatform,
        providerId,
        timezone,
        createdAt,
        registeredAt,
        installation,
        subscription,
        PushResults.NONE,
        PlatformClaim.Basis.SESSION);
  }

  public PushToken with(PushResults shown) {
    return new PushToken(
        userId,
        sessionId,
        value,
        pushPlatform,
        providerId,
        timezone,
        createdAt,
        registeredAt,
        installation,
        subscription,
        shown,
        platformBasis);
  }

  public Channel channel() {
    return value.channel();
  }

  PlatformClaim platformClaim() {
    return new PlatformClaim(pushPlatform, platformBasis);
  }

  public Platform platform() {
    return pushPlatform.platform();
  }

  /// True if the token was registered or accepted a push after `since`. A token for which neither
  /// happened for too long is removed.
  public boolean isAliveAfter(Instant since) {
    var accepted = pushes.acceptedAt();
    long alive = accepted == null ? registeredAt : Math.max(registeredAt, accepted);
    return alive > since.toEpochMilli();
  }

  /// The times of the last registration and the last accepted push, as text for the history of a
  /// token that is removed because both are too old.
  public String lastSigns() {
    var accepted = pushes.acceptedAt();
    return "not registered since "
        + date(registeredAt)
        + (accepted == null ? ", no push accepted" : ", last push accepted " + date(accepted));
  }

  private static String date(long at) {
    return Instant.ofEpochMilli(at).atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }
}

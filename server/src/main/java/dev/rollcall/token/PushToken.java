package dev.rollcall.token;

import dev.rollcall.account.Platform;
import org.jspecify.annotations.Nullable;

/// The address of one session at a provider. Times are epoch milliseconds.
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
    @Nullable Subscription subscription) {

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

  public Channel channel() {
    return value.channel();
  }

  public Platform platform() {
    return pushPlatform.platform();
  }
}

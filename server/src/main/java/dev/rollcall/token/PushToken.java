package dev.rollcall.token;

import dev.rollcall.account.Platform;
import org.jspecify.annotations.Nullable;

/// An address at a provider that a session can be reached on. Times are epoch milliseconds.
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

  /// A token of an installation that said nothing of itself.
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

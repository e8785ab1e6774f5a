package dev.rollcall.account;

import org.jspecify.annotations.Nullable;

/// What a client says of itself: kept as information, and used to tell the platform.
public record ClientInfo(
    @Nullable Platform platform,
    @Nullable String resource,
    @Nullable String deviceId,
    @Nullable String sdk) {
  public static final ClientInfo NONE = new ClientInfo(null, null, null, null);
}

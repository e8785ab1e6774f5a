package dev.rollcall.account;

import org.jspecify.annotations.Nullable;

/// What a client reports about itself. It is stored as information and used to infer the platform.
public record ClientInfo(
    @Nullable Platform platform,
    @Nullable String resource,
    @Nullable String deviceId,
    @Nullable String sdk) {
  public static final ClientInfo NONE = new ClientInfo(null, null, null, null);
}

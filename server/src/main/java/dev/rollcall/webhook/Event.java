package dev.rollcall.webhook;

import org.jspecify.annotations.Nullable;

/// Something to tell. The push token is masked; `at` is epoch milliseconds; `notification` and
/// `provider` are there for deliveries, to which there may be no token any more.
public record Event(
    String id,
    EventType type,
    long at,
    String uid,
    long sessionId,
    String channel,
    @Nullable String platform,
    @Nullable String token,
    String by,
    String why,
    @Nullable String notification,
    @Nullable String provider) {}

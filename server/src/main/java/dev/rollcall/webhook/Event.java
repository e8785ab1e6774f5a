package dev.rollcall.webhook;

import org.jspecify.annotations.Nullable;

/// Something to tell. The push token is masked; `at` is epoch milliseconds; `notification` and
/// `provider` are there for deliveries.
public record Event(
    String id,
    EventType type,
    long at,
    String uid,
    long sessionId,
    String channel,
    String platform,
    String token,
    String by,
    String why,
    @Nullable String notification,
    @Nullable String provider) {}

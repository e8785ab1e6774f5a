package dev.rollcall.webhook;

import org.jspecify.annotations.Nullable;

/// An event for a webhook.
///
/// The push token is masked, and `at` is epoch milliseconds. `notification` and `provider` are set
/// for deliveries only, whose token may no longer exist.
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

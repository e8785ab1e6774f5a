package dev.rollcall.webhook;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where an app wants to be told of what. Times are epoch milliseconds.
///
/// `failingSince` is there from a failure until the next success, `disabled` once that was for too
/// long; `dropped` counts what was never told.
public record Webhook(
    long no,
    String id,
    String url,
    Set<EventType> events,
    long createdAt,
    long updatedAt,
    @Nullable Long failingSince,
    @Nullable Disabled disabled,
    long dropped) {

  /// Since when nothing is sent, and why.
  public record Disabled(long at, String reason) {}

  public Webhook {
    events = Set.copyOf(events);
  }
}

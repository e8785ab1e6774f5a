package dev.rollcall.webhook;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A URL to which an app's events are sent. Times are epoch milliseconds.
///
/// `failingSince` is set from the first failure until the next success. `disabled` is set when the
/// webhook has failed for too long, or when the receiver has answered 410. `dropped` counts the
/// events that were never delivered.
public record Webhook(
    long number,
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

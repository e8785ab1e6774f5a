package dev.rollcall.delivery;

import dev.rollcall.message.Message;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.token.PushToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One message to one session, taken on by one node for a while.
///
/// `index` is its number within the notification, and `attempt` counts from 0. `destination` is the
/// session's token as it is now: it may have been replaced since the notification was accepted, and
/// there is none when the session has ended.
public record Delivery(
    Notification notification,
    long index,
    long provider,
    int attempt,
    Optional<Destination> destination) {

  /// What all deliveries of a notification have in common.
  public record Notification(
      long number, String id, long app, Message message, Instant acceptedAt, boolean cancelled) {}

  /// A token, with the environment that is known to take it, whether a provider has said something
  /// against it, and whether that was that it is dead.
  public record Destination(
      PushToken token, @Nullable ApnsEnvironment environment, boolean suspected, boolean dead) {}

  /// The same for every attempt, so that provider and device can tell a second copy.
  public UUID id() {
    return id(notification.id(), index);
  }

  public static UUID id(String notification, long index) {
    return UUID.nameUUIDFromBytes((notification + ":" + index).getBytes(StandardCharsets.UTF_8));
  }
}

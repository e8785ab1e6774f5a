package dev.rollcall.delivery;

import dev.rollcall.message.Message;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.token.PushToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One message to one session, which one node has claimed for the time of a lease.
///
/// `index` is its number within the notification, and `attempt` counts from 0. `destination` is the
/// session's current token, which may have replaced the one that was there when the notification
/// was accepted. It is empty if the session has ended or no longer holds the token.
public record Delivery(
    Notification notification,
    long index,
    long provider,
    int attempt,
    Optional<Destination> destination) {

  /// What all deliveries of a notification share.
  public record Notification(
      long number, String id, long app, Message message, Instant acceptedAt, boolean cancelled) {}

  /// A token with the environment that is known to accept it, whether it is suspect, and whether it
  /// is dead.
  public record Destination(
      PushToken token, @Nullable ApnsEnvironment environment, boolean suspected, boolean dead) {}

  /// The id is the same for every attempt, so that the provider and the device recognise a
  /// duplicate.
  public UUID id() {
    return id(notification.id(), index);
  }

  public static UUID id(String notification, long index) {
    return UUID.nameUUIDFromBytes((notification + ":" + index).getBytes(StandardCharsets.UTF_8));
  }
}

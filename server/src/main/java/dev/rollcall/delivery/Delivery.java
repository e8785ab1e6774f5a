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
/// `attempt` counts from 0. `reached` is the session's token as it is now: it may have been replaced
/// since the notification was accepted, and there is none when the session has ended.
public record Delivery(
    Notice notice, long n, long provider, int attempt, Optional<Reached> reached) {

  /// What all deliveries of a notification have in common.
  public record Notice(
      long no, String id, long app, Message message, Instant acceptedAt, boolean cancelled) {}

  /// A token, with the environment that is known to take it, whether a provider has said something
  /// against it, and whether that was that it is dead.
  public record Reached(
      PushToken token, @Nullable ApnsEnvironment environment, boolean suspected, boolean dead) {}

  /// The same for every attempt, so that provider and device can tell a second copy.
  public UUID id() {
    return id(notice.id(), n);
  }

  public static UUID id(String notification, long n) {
    return UUID.nameUUIDFromBytes((notification + ":" + n).getBytes(StandardCharsets.UTF_8));
  }
}

package dev.rollcall.provider.sender;

import dev.rollcall.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// One attempt to send one message to one address.
///
/// `id` identifies the delivery. It stays the same on a retry, so that the provider and the device
/// can recognise a duplicate. `attempt` counts from 0. `accepted` is when Rollcall accepted the
/// notification; the time to live starts then.
public record Push(UUID id, Address address, Message message, Instant accepted, int attempt) {
  private static final Duration NOW = Duration.ofMinutes(1);

  public Push {
    if (attempt < 0) {
      throw new IllegalArgumentException("attempt " + attempt);
    }
  }

  public Instant expires() {
    return accepted.plus(message.ttl());
  }

  /// True when the time to live has passed. A time to live of zero means "now or never"; such a
  /// push is too late after one minute.
  public boolean isTooLate(Instant now) {
    return !now.isBefore(message.ttl().isZero() ? accepted.plus(NOW) : expires());
  }

  /// How long the provider may keep the message, in whole seconds. A begun second counts as a whole
  /// one, because providers read zero as "now or never".
  public long secondsToLive(Instant now) {
    return Math.max(0, Duration.between(now, expires()).plusMillis(999).toSeconds());
  }
}

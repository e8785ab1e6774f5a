package dev.rollcall.provider.sender;

import dev.rollcall.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// One message on its way to one address.
///
/// `id` names the delivery and stays the same when it is tried again, so that the provider and the
/// device can recognise a second copy. `attempt` counts from 0. `accepted` is when we took the
/// message, from where its time to live runs.
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

  /// True when the time to live has run out. One of zero means "now or never", and now is over
  /// after a minute.
  public boolean isTooLate(Instant now) {
    return !now.isBefore(message.ttl().isZero() ? accepted.plus(NOW) : expires());
  }

  /// How long the provider may keep it, in whole seconds.
  public long secondsToLive(Instant now) {
    return Math.max(0, Duration.between(now, expires()).toSeconds());
  }
}

package dev.rollcall.message;

import dev.rollcall.preference.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A notification that a back end requests, with its target. `context` says what it is about, so
/// that mutes and preferences apply to it.
public record NewNotification(
    Message message,
    @Nullable Context context,
    Target target,
    Optional<IdempotencyKey> idempotencyKey) {

  /// The hash of the name that a back end gave to this request, and the hash of the request itself.
  /// With both, a repeated request is recognised and queued only once.
  public record IdempotencyKey(byte[] key, byte[] request) {}
}

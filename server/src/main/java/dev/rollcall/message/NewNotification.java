package dev.rollcall.message;

import dev.rollcall.preference.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a back end asks to have sent, and to whom. `context` says what it is about, for those who
/// have muted that.
public record NewNotification(
    Message message,
    @Nullable Context context,
    Target target,
    Optional<IdempotencyKey> idempotencyKey) {

  /// A name that a back end gave to this request, so that it can be repeated without sending twice:
  /// the SHA-256 of the name, and that of the request.
  public record IdempotencyKey(byte[] key, byte[] request) {}
}

package dev.rollcall.delivery;

import dev.rollcall.token.TokenId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The state of a notification and its deliveries, as its back end sees it. Times are epoch
/// milliseconds.
///
/// `users` counts the users found. Of these, `silenced` have muted the notification, and
/// `unreachable` hold no token that could receive it. `unknown` counts uids without a user.
public record Report(
    String id,
    long createdAt,
    long expiresAt,
    boolean cancelled,
    boolean searching,
    long users,
    long unknown,
    long silenced,
    long unreachable,
    Map<State, Long> counts,
    List<Line> lines) {

  /// One delivery. `uid` is null if the user was erased, `provider` if the app has none for the
  /// token, and `dueAt` unless the delivery waits.
  public record Line(
      long index,
      TokenId token,
      @Nullable String uid,
      @Nullable String provider,
      State state,
      @Nullable String reason,
      int attempts,
      @Nullable String receipt,
      long changedAt,
      @Nullable Long dueAt) {}
}

package dev.rollcall.delivery;

import dev.rollcall.token.TokenId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A notification as its sender sees it. Times are epoch milliseconds.
///
/// `users` are those found, of whom some had muted it (`silenced`) or hold no token that it could
/// go to (`unreachable`); `unknown` are uids that no user has.
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

  /// One delivery. There is no uid when the user was erased, no provider when the app has none for
  /// it, and `dueAt` only while it waits.
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

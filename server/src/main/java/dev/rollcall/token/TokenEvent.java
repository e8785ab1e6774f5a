package dev.rollcall.token;

import java.util.Locale;

/// One event in a user's token history. The token is masked; `at` is epoch milliseconds.
///
/// `actor` is who made the change, for example a session's handle, `api-key` or `rollcall`.
/// `reason` is why.
public record TokenEvent(
    long at,
    Kind kind,
    Channel channel,
    String token,
    String session,
    String actor,
    String reason) {

  /// The kind of change.
  public enum Kind {
    REGISTERED,
    REFRESHED,
    /// It came with a lower sequence than another token of the session, and was not registered.
    SUPERSEDED,
    /// Another session has registered the token.
    MOVED,
    /// Another token has taken its place.
    REPLACED,
    DELETED,
    /// It was removed because the user had too many tokens or sessions.
    EVICTED,
    /// Its own lifetime or that of its session has passed.
    EXPIRED,
    /// A provider reported an error that our own misconfiguration may have caused.
    SUSPECTED,
    /// A provider declared it dead.
    RETIRED,
    /// It is active again after it was suspected.
    RESTORED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}

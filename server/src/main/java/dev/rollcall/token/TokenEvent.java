package dev.rollcall.token;

import java.util.Locale;

/// One line of a user's token history. The token is masked; `at` is epoch milliseconds.
///
/// `actor` says who did it (a session's handle, `api-key`, `rollcall`) and `reason` why.
public record TokenEvent(
    long at,
    Kind kind,
    Channel channel,
    String token,
    String session,
    String actor,
    String reason) {

  /// What happened to the token.
  public enum Kind {
    REGISTERED,
    REFRESHED,
    /// It left this session for another one.
    MOVED,
    /// Another value took its place.
    REPLACED,
    DELETED,
    /// It made room for a newer one.
    EVICTED,
    /// Its time, or that of its session, had passed.
    EXPIRED,
    /// A provider said of it what may be our own mistake.
    SUSPECTED,
    /// A provider declared it dead.
    RETIRED,
    /// It is as good as any other again.
    RESTORED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}

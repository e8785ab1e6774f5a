package dev.rollcall.account;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// The credential of a session: `<uid>_<session id, 16 hex digits>_<secret, 32 hex digits>`.
///
/// Without the secret, it is the session's *handle*, which names the session in lists and paths and
/// authenticates nobody. The session id lets the database find the session by its primary key; the
/// stored hash then decides whether the token is valid. A header carries only ASCII, so both show
/// other characters of the uid as hyphens.
public record AuthToken(String value) {
  private static final Pattern FORM = Pattern.compile("([^/]{1,100})_([0-9a-f]{16})_[0-9a-f]{32}");
  private static final Pattern HANDLE = Pattern.compile("([^/]{1,100})_([0-9a-f]{16})");
  private static final Pattern NOT_ASCII = Pattern.compile("[^\\x21-\\x7e]");
  private static final int RANDOM_BITS = 20;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final AtomicLong LAST_ID = new AtomicLong();

  /// A token for a new session. Session ids grow with time, so that new rows are stored next to
  /// each other.
  public static AuthToken random(String uid, Instant now) {
    long id = LAST_ID.accumulateAndGet(drawId(now), (last, drawn) -> Math.max(last + 1, drawn));
    var secret = new byte[16];
    RANDOM.nextBytes(secret);
    return new AuthToken(handle(uid, id) + "_" + HexFormat.of().formatHex(secret));
  }

  // Thousands of logins in one millisecond would draw the same id twice, so ids never repeat within
  // one process. Ids of different nodes differ only by their random bits.
  private static long drawId(Instant now) {
    return now.toEpochMilli() << RANDOM_BITS | RANDOM.nextInt(1 << RANDOM_BITS);
  }

  public static String handle(String uid, long sessionId) {
    return NOT_ASCII.matcher(uid).replaceAll("-") + "_" + HexFormat.of().toHexDigits(sessionId);
  }

  /// The session that this token claims to belong to; empty if the form is wrong.
  public Optional<Long> sessionId() {
    var form = FORM.matcher(value);
    return form.matches() ? parseId(form.group(2)) : Optional.empty();
  }

  /// The session that a handle or a whole auth token names.
  static Optional<Long> sessionNamedBy(String text) {
    var handle = HANDLE.matcher(text);
    return handle.matches() ? parseId(handle.group(2)) : new AuthToken(text).sessionId();
  }

  private static Optional<Long> parseId(String hex) {
    long id = HexFormat.fromHexDigitsToLong(hex);
    return id > 0 ? Optional.of(id) : Optional.empty();
  }

  public byte[] hash() {
    return Hash.of(value);
  }

  @Override
  public String toString() {
    return "[auth token]";
  }
}

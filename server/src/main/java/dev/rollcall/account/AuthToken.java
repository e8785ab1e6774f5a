package dev.rollcall.account;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// What a session shows to be let in: `<uid>_<session id, 16 hex digits>_<secret, 32 hex digits>`.
///
/// All but the secret is the session's *handle*: it names the session in lists and paths, and opens
/// nothing. The session id inside makes the look-up a primary-key one; the hash decides.
public record AuthToken(String value) {
  private static final Pattern FORM = Pattern.compile("([^/]{1,100})_([0-9a-f]{16})_[0-9a-f]{32}");
  private static final Pattern HANDLE = Pattern.compile("([^/]{1,100})_([0-9a-f]{16})");
  private static final int RANDOM_BITS = 20;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final AtomicLong LAST_ID = new AtomicLong();

  /// A token for a new session. Session ids grow with time, so that new rows land side by side.
  public static AuthToken random(String uid, Instant now) {
    long id = LAST_ID.accumulateAndGet(drawId(now), (last, drawn) -> Math.max(last + 1, drawn));
    var secret = new byte[16];
    RANDOM.nextBytes(secret);
    return new AuthToken(handle(uid, id) + "_" + HexFormat.of().formatHex(secret));
  }

  // Of thousands of logins in one millisecond two would draw the same, so no id is used twice here;
  // between two nodes the random bits have to do.
  private static long drawId(Instant now) {
    return now.toEpochMilli() << RANDOM_BITS | RANDOM.nextInt(1 << RANDOM_BITS);
  }

  public static String handle(String uid, long sessionId) {
    return uid + "_" + HexFormat.of().toHexDigits(sessionId);
  }

  /// The session that this claims to belong to; empty when it has another form than ours.
  public Optional<Long> sessionId() {
    var form = FORM.matcher(value);
    return form.matches() ? parseId(form.group(2)) : Optional.empty();
  }

  /// The session that a handle, or a whole auth token, names.
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

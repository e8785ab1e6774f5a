package dev.rollcall.account;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a client keeps to end its session later, when it no longer has the auth token or the session
/// may have died: `<handle>_<64 hex digits>`.
///
/// The digits are the SHA-256 of `logout:` and the auth token's own SHA-256 in hex. So the client
/// makes it by itself, nothing more has to be stored, and nobody gets from it to the auth token. A
/// thief of the database could make it, and with it do nothing but end sessions.
public record LogoutToken(String text) {
  private static final Pattern FORM = Pattern.compile("([^/]{1,100}_[0-9a-f]{16})_([0-9a-f]{64})");
  private static final String LABEL = "logout:";

  /// The session that it claims to belong to; empty when it has another form.
  public Optional<Long> sessionId() {
    var form = FORM.matcher(text);
    return form.matches() ? AuthToken.sessionNamedBy(form.group(1)) : Optional.empty();
  }

  /// True when it was made from the auth token with this hash; see {@link AuthTokenHash}.
  boolean isMadeFrom(byte[] hash) {
    var form = FORM.matcher(text);
    return form.matches() && Hash.same(HexFormat.of().parseHex(form.group(2)), proof(hash));
  }

  private static byte[] proof(byte[] hash) {
    return Hash.of(LABEL + HexFormat.of().formatHex(hash));
  }

  @Override
  public String toString() {
    return "[logout token]";
  }
}

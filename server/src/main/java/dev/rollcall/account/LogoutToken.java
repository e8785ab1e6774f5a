package dev.rollcall.account;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// A credential that can only end one session: `<handle>_<64 hex digits>`. A client keeps it for
/// the case that it must log out when it no longer has the auth token, or when the session may have
/// ended.
///
/// The digits are the SHA-256 of `logout:` and the auth token's own SHA-256 in hex. The client
/// computes them itself, the server stores nothing for them, and the auth token cannot be computed
/// from them. Somebody who steals the database can make logout tokens, and with them only end
/// sessions.
public record LogoutToken(String text) {
  private static final Pattern FORM = Pattern.compile("([^/]{1,100}_[0-9a-f]{16})_([0-9a-f]{64})");
  private static final String LABEL = "logout:";

  /// The session that this token claims to belong to; empty if the form is wrong.
  public Optional<Long> sessionId() {
    var form = FORM.matcher(text);
    return form.matches() ? AuthToken.sessionNamedBy(form.group(1)) : Optional.empty();
  }

  /// True if this was made from the auth token with the given hash; see {@link AuthTokenHash}.
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

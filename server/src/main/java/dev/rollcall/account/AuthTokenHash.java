package dev.rollcall.account;

/// What is stored of a session's auth token: its SHA-256, or no bytes for a session that an import
/// made, which has no auth token.
///
/// All comparisons go through here: without a whole hash, no auth token and no logout token matches.
public final class AuthTokenHash {
  public static final AuthTokenHash NONE = new AuthTokenHash(new byte[0]);

  private static final int LENGTH = 32;

  private final byte[] bytes;

  private AuthTokenHash(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The hash in a session's row.
  public static AuthTokenHash read(byte[] stored) {
    return new AuthTokenHash(stored.clone());
  }

  public boolean isOf(AuthToken token) {
    return isPresent() && Hash.same(bytes, token.hash());
  }

  /// True when the logout token was made from the auth token with this hash.
  public boolean isOf(LogoutToken token) {
    return isPresent() && token.isMadeFrom(bytes);
  }

  // The proof in a logout token is a hash of this hash, and of no bytes everybody can compute it.
  private boolean isPresent() {
    return bytes.length == LENGTH;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return "[auth token hash]";
  }
}

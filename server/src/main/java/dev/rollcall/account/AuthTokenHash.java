package dev.rollcall.account;

/// The stored hash of a session's auth token: its SHA-256, or no bytes for a session that an import
/// created, which has no auth token.
///
/// All comparisons are made here. Unless the hash is complete, no auth token and no logout token
/// matches.
public final class AuthTokenHash {
  public static final AuthTokenHash NONE = new AuthTokenHash(new byte[0]);

  private static final int LENGTH = 32;

  private final byte[] bytes;

  private AuthTokenHash(byte[] bytes) {
    this.bytes = bytes;
  }

  public static AuthTokenHash read(byte[] stored) {
    return new AuthTokenHash(stored.clone());
  }

  public boolean isOf(AuthToken token) {
    return isPresent() && Hash.same(bytes, token.hash());
  }

  /// True if the logout token was made from the auth token with this hash.
  public boolean isOf(LogoutToken token) {
    return isPresent() && token.isMadeFrom(bytes);
  }

  // A logout token contains a hash of this hash. For an empty hash, everybody could compute it.
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

package dev.rollcall.provider.accesstoken;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The database operations for shared access tokens; each is one transaction.
public interface AccessTokenStore {

  /// What a node that needs an access token has to do.
  sealed interface Claim {
    /// Use this token, which is valid until `renewAt`.
    record Use(byte[] secret, Instant issued, Instant renewAt) implements Claim {}

    /// Obtain a token and store it; other nodes wait until then.
    record Obtain() implements Claim {}

    /// Wait: another node is obtaining a token.
    record Wait() implements Claim {}

    /// Give up: the provider was deleted or replaced.
    record Gone() implements Claim {}
  }

  /// Requests an access token that was not issued at `refused`. The node that has to obtain one
  /// holds the lease until `lease`.
  Claim claim(AccessTokenName name, @Nullable Instant refused, Instant now, Instant lease);

  /// Stores the access token that was obtained under this `lease`.
  void save(AccessTokenName name, Instant lease, byte[] secret, Instant issued, Instant renewAt);

  /// Releases this `lease`, because no access token could be obtained.
  void release(AccessTokenName name, Instant lease);
}

package dev.rollcall.provider.accesstoken;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What shared access tokens ask of a database. Each method is one transaction.
public interface AccessTokenStore {

  /// What a node that needs an access token has to do.
  sealed interface Claim {
    /// Use this one, which is good until `renewAt`.
    record Use(byte[] secret, Instant issued, Instant renewAt) implements Claim {}

    /// Obtain one and keep it; until then, others wait.
    record Make() implements Claim {}

    /// Wait: another node obtains one.
    record Wait() implements Claim {}

    /// Give up: the provider was deleted or replaced.
    record Gone() implements Claim {}
  }

  /// Asks for an access token that was not issued at `refused`. The node that has to obtain one has
  /// a lease until `lease`.
  Claim claim(AccessTokenName name, @Nullable Instant refused, Instant now, Instant lease);

  /// Keeps the access token that was obtained under this `lease`.
  void keep(AccessTokenName name, Instant lease, byte[] secret, Instant issued, Instant renewAt);

  /// Gives this `lease` back, because no access token could be obtained.
  void release(AccessTokenName name, Instant lease);
}

package dev.rollcall.provider.accesstoken;

import dev.rollcall.problem.Problem;
import dev.rollcall.provider.accesstoken.AccessTokenStore.Claim;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.Pause;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Seal;
import dev.rollcall.secret.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets one node obtain an access token for all nodes.
///
/// A lease in the database decides which node, and the database stores the encrypted token. Each
/// access is a transaction of its own, because obtaining a token may take a while.
public final class SharedAccessToken implements AccessTokenIssuer {
  /// Longer than obtaining a token takes. If the node that holds the lease dies, another node may
  /// obtain a token afterwards.
  public static final Duration LEASE = Duration.ofMinutes(1);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int LOOKS = 400;
  private static final Duration SOON = Duration.ofSeconds(5);

  private final AccessTokenStore store;
  private final AccessTokenName name;
  private final Seal seal;
  private final String place;
  private final Clock clock;
  private final AccessTokenIssuer own;

  public SharedAccessToken(
      AccessTokenStore store,
      AccessTokenName name,
      Seal seal,
      String place,
      Clock clock,
      AccessTokenIssuer own) {
    this.store = store;
    this.name = name;
    this.seal = seal;
    this.place = place;
    this.clock = clock;
    this.own = own;
  }

  @Override
  public AccessToken issue(@Nullable AccessToken refused) throws AccessTokenException {
    for (var look = 0; look < LOOKS; look++) {
      var pass = look(refused);
      if (pass.isPresent()) {
        return pass.get();
      }
      pause();
    }
    throw later("another node is obtaining an access token and has not finished in time");
  }

  /// Empty while another node obtains a token.
  private Optional<AccessToken> look(@Nullable AccessToken refused) throws AccessTokenException {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var lease = now.plus(LEASE);
    return switch (claim(refused, now, lease)) {
      case Claim.Use use -> Optional.of(opened(use));
      case Claim.Make() -> Optional.of(makeUnder(lease, refused));
      case Claim.Wait() -> Optional.empty();
      case Claim.Gone() -> throw later("the provider was replaced or deleted");
    };
  }

  private Claim claim(@Nullable AccessToken refused, Instant now, Instant lease)
      throws AccessTokenException {
    try {
      return store.claim(name, refused == null ? null : refused.issued(), now, lease);
    } catch (Problem away) {
      throw later("the database, through which nodes share the access token, is unavailable");
    }
  }

  private AccessToken opened(Claim.Use use) throws AccessTokenException {
    try {
      return new AccessToken(
          new Secret(seal.open(use.secret(), place)), use.issued(), use.renewAt());
    } catch (CredentialException e) {
      throw new AccessTokenException(new Denied(Outcome.OURS + ": " + e.getMessage()), e);
    }
  }

  private AccessToken makeUnder(Instant lease, @Nullable AccessToken refused)
      throws AccessTokenException {
    try {
      var made = own.issue(refused);
      var issued = made.issued().truncatedTo(ChronoUnit.MILLIS);
      keep(lease, made, issued);
      return new AccessToken(made.secret(), issued, made.renewAt().truncatedTo(ChronoUnit.MILLIS));
    } catch (AccessTokenException | RuntimeException e) {
      release(lease);
      throw e;
    }
  }

  private void keep(Instant lease, AccessToken made, Instant issued) {
    try {
      store.keep(name, lease, seal.close(made.secret().value(), place), issued, made.renewAt());
    } catch (Problem away) {
      // This node can still use the token; another node obtains its own when the lease has expired.
    }
  }

  private void release(Instant lease) {
    try {
      store.release(name, lease);
    } catch (Problem away) {
      // The lease expires by itself after a minute.
    }
  }

  private static void pause() throws AccessTokenException {
    try {
      Thread.sleep(LOOK_AGAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw later("interrupted");
    }
  }

  private static AccessTokenException later(String why) {
    return new AccessTokenException(new Later(SOON, Pause.DELIVERY, Outcome.OURS + ": " + why));
  }
}

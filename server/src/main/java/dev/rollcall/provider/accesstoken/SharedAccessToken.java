package dev.rollcall.provider.accesstoken;

import dev.rollcall.problem.Problem;
import dev.rollcall.provider.accesstoken.AccessTokenStore.Claim;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.PauseScope;
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

  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final int MAX_POLLS = 400;
  private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

  private final AccessTokenStore store;
  private final AccessTokenName name;
  private final Seal seal;
  private final String associatedData;
  private final Clock clock;
  private final AccessTokenIssuer issuer;

  public SharedAccessToken(
      AccessTokenStore store,
      AccessTokenName name,
      Seal seal,
      String associatedData,
      Clock clock,
      AccessTokenIssuer issuer) {
    this.store = store;
    this.name = name;
    this.seal = seal;
    this.associatedData = associatedData;
    this.clock = clock;
    this.issuer = issuer;
  }

  @Override
  public AccessToken issue(@Nullable AccessToken refused) throws AccessTokenException {
    for (var poll = 0; poll < MAX_POLLS; poll++) {
      var accessToken = poll(refused);
      if (accessToken.isPresent()) {
        return accessToken.get();
      }
      pause();
    }
    throw later("another node is obtaining an access token and has not finished in time");
  }

  /// Empty while another node obtains a token.
  private Optional<AccessToken> poll(@Nullable AccessToken refused) throws AccessTokenException {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var lease = now.plus(LEASE);
    return switch (claim(refused, now, lease)) {
      case Claim.Use use -> Optional.of(decrypt(use));
      case Claim.Obtain() -> Optional.of(issueUnder(lease, refused));
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

  private AccessToken decrypt(Claim.Use use) throws AccessTokenException {
    try {
      return new AccessToken(
          new Secret(seal.decrypt(use.secret(), associatedData)), use.issued(), use.renewAt());
    } catch (CredentialException e) {
      throw new AccessTokenException(new Denied(Outcome.OURS + ": " + e.getMessage()), e);
    }
  }

  private AccessToken issueUnder(Instant lease, @Nullable AccessToken refused)
      throws AccessTokenException {
    try {
      var issuedToken = issuer.issue(refused);
      var issued = issuedToken.issued().truncatedTo(ChronoUnit.MILLIS);
      save(lease, issuedToken, issued);
      return new AccessToken(
          issuedToken.secret(), issued, issuedToken.renewAt().truncatedTo(ChronoUnit.MILLIS));
    } catch (AccessTokenException | RuntimeException e) {
      release(lease);
      throw e;
    }
  }

  private void save(Instant lease, AccessToken issuedToken, Instant issued) {
    try {
      store.save(
          name,
          lease,
          seal.encrypt(issuedToken.secret().value(), associatedData),
          issued,
          issuedToken.renewAt());
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
      Thread.sleep(POLL_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw later("interrupted");
    }
  }

  private static AccessTokenException later(String why) {
    return new AccessTokenException(
        new Later(RETRY_DELAY, PauseScope.DELIVERY, Outcome.OURS + ": " + why));
  }
}

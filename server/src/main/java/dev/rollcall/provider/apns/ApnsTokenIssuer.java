package dev.rollcall.provider.apns;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.auth.AuthenticationToken;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.secret.Secret;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Signs provider tokens, as Apple calls its access tokens.
///
/// Apple accepts one for an hour, and accepts a new one at most every twenty minutes.
final class ApnsTokenIssuer implements AccessTokenIssuer {
  static final Duration MIN_AGE = Duration.ofMinutes(20);
  static final Duration KEPT_FOR = Duration.ofMinutes(50);

  private final ApnsSigningKey key;
  private final Clock clock;

  ApnsTokenIssuer(ApnsSigningKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  @Override
  public AccessToken issue(@Nullable AccessToken refused) {
    var now = clock.instant();
    var header = new AuthenticationToken(key, now).getAuthorizationHeader().toString();
    return new AccessToken(new Secret(header), now, now.plus(KEPT_FOR));
  }
}

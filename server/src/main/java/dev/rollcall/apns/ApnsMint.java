package dev.rollcall.apns;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.auth.AuthenticationToken;
import dev.rollcall.delivery.Pass;
import dev.rollcall.delivery.Passes;
import dev.rollcall.delivery.Secret;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Signs provider tokens. Apple takes one for an hour, and a new one no oftener than every twenty
/// minutes.
final class ApnsMint implements Passes.Mint {
  static final Duration LEAST_AGE = Duration.ofMinutes(20);
  static final Duration KEPT_FOR = Duration.ofMinutes(50);

  private final ApnsSigningKey key;
  private final Clock clock;

  ApnsMint(ApnsSigningKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  @Override
  public Pass make(@Nullable Pass refused) {
    var now = clock.instant();
    var header = new AuthenticationToken(key, now).getAuthorizationHeader().toString();
    return new Pass(new Secret(header), now, now.plus(KEPT_FOR));
  }
}

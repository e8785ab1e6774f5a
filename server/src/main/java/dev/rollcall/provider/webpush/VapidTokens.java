package dev.rollcall.provider.webpush;

import com.zerodeplibs.webpush.jwt.VAPIDJWTParam;
import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.provider.accesstoken.AccessTokens;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.secret.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Caches one signed VAPID header for each push service and key, for half of its lifetime.
final class VapidTokens {
  /// Anybody can register an endpoint with a new host, so the cache is bounded.
  private static final int SERVICES = 1000;

  /// RFC 8292 allows up to a day.
  private static final Duration VALID = Duration.ofHours(12);

  private record Service(String origin, String publicKey) {}

  private final String subject;
  private final Clock clock;
  private final Map<Service, AccessTokens> services =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Service, AccessTokens> eldest) {
          return size() > SERVICES;
        }
      };

  VapidTokens(String subject, Clock clock) {
    this.subject = subject;
    this.clock = clock;
  }

  AccessToken current(URI endpoint, VapidKeys pair, Duration timeout) throws AccessTokenException {
    return of(EndpointGuard.origin(endpoint), pair).current(timeout);
  }

  private AccessTokens of(String origin, VapidKeys pair) {
    synchronized (services) {
      return services.computeIfAbsent(
          new Service(origin, pair.publicKey()),
          key -> new AccessTokens(clock, Duration.ZERO, refused -> sign(origin, pair)));
    }
  }

  private AccessToken sign(String origin, VapidKeys pair) {
    var now = clock.instant();
    var claims =
        VAPIDJWTParam.getBuilder()
            .resourceURLString(origin)
            .expirationTime(now.plus(VALID))
            .subject(subject)
            .build();
    return new AccessToken(
        new Secret(pair.signing().generateAuthorizationHeaderValue(claims)),
        now,
        now.plus(VALID.dividedBy(2)));
  }
}

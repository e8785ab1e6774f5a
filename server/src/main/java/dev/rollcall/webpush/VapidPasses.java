package dev.rollcall.webpush;

import com.zerodeplibs.webpush.jwt.VAPIDJWTParam;
import dev.rollcall.delivery.Pass;
import dev.rollcall.delivery.PassException;
import dev.rollcall.delivery.Passes;
import dev.rollcall.delivery.Secret;
import dev.rollcall.outward.EndpointGuard;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// One signed VAPID header for each push service and key, used for half of its life.
final class VapidPasses {
  /// Anybody can name a new push service, so only so many are kept.
  private static final int SERVICES = 1000;

  /// RFC 8292 allows a day.
  private static final Duration VALID = Duration.ofHours(12);

  private record Service(String origin, String publicKey) {}

  private final String subject;
  private final Clock clock;
  private final Map<Service, Passes> services =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Service, Passes> eldest) {
          return size() > SERVICES;
        }
      };

  VapidPasses(String subject, Clock clock) {
    this.subject = subject;
    this.clock = clock;
  }

  Pass current(URI endpoint, VapidKeys pair, Duration patience) throws PassException {
    return of(EndpointGuard.origin(endpoint), pair).current(patience);
  }

  private Passes of(String origin, VapidKeys pair) {
    synchronized (services) {
      return services.computeIfAbsent(
          new Service(origin, pair.publicKey()),
          key -> new Passes(clock, Duration.ZERO, refused -> sign(origin, pair)));
    }
  }

  private Pass sign(String origin, VapidKeys pair) {
    var now = clock.instant();
    var claims =
        VAPIDJWTParam.getBuilder()
            .resourceURLString(origin)
            .expirationTime(now.plus(VALID))
            .subject(subject)
            .build();
    return new Pass(
        new Secret(pair.signing().generateAuthorizationHeaderValue(claims)),
        now,
        now.plus(VALID.dividedBy(2)));
  }
}

package dev.rollcall.provider.fcm;

import com.google.api.client.http.HttpResponseException;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.rollcall.egress.TrustedClient;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.ClockSkew;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.secret.Secret;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Requests OAuth access tokens for a service account.
final class GoogleTokenIssuer implements AccessTokenIssuer {
  /// A token is renewed this long before it expires; Google's tokens last an hour.
  private static final Duration MARGIN = Duration.ofMinutes(5);

  private final ServiceAccountCredentials account;
  private final Clock clock;
  private final Backoff backoff;

  /// The name in errors.
  private final String google;

  GoogleTokenIssuer(
      FcmCredentials credentials, FcmEndpoint endpoint, Clock clock, Backoff backoff) {
    var transport = new GoogleTransport(new TrustedClient(endpoint.proxy(), endpoint.tls()));
    this.account = credentials.account().setHttpTransportFactory(() -> transport).build();
    this.clock = clock;
    this.backoff = backoff;
    this.google = endpoint.proxy().named("Google's OAuth", endpoint.token().getHost());
  }

  @Override
  public AccessToken issue(@Nullable AccessToken refused) throws AccessTokenException {
    try {
      return accessToken(account.refreshAccessToken());
    } catch (IOException e) {
      throw new AccessTokenException(outcome(e), e);
    }
  }

  // The library uses the machine's clock, so only the token's lifetime is taken from it.
  private AccessToken accessToken(com.google.auth.oauth2.AccessToken token) {
    var end = Objects.requireNonNull(token.getExpirationTime()).toInstant();
    var life = Duration.between(Instant.now(), end);
    var now = clock.instant();
    return new AccessToken(new Secret(token.getTokenValue()), now, now.plus(life).minus(MARGIN));
  }

  private Outcome outcome(IOException failure) {
    return answer(failure)
        .map(this::outcome)
        .orElseGet(() -> backoff.noAccessToken(google, failure));
  }

  private static Optional<HttpResponseException> answer(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpResponseException answer) {
        return Optional.of(answer);
      }
    }
    return Optional.empty();
  }

  private Outcome outcome(HttpResponseException answer) {
    var status = answer.getStatusCode();
    var reason = "oauth " + status + code(answer);
    var retryAfter = Optional.ofNullable(answer.getHeaders().getRetryAfter());
    if (status == 429) {
      return backoff.tooMany(0, retryAfter, PauseScope.PROVIDER, reason);
    }
    if (status >= 500) {
      return backoff.failure(0, retryAfter, PauseScope.IF_MOST_FAIL, reason);
    }
    var date = Optional.ofNullable(answer.getHeaders().getDate());
    return new Denied(reason + ClockSkew.description(date, clock.instant()));
  }

  private static String code(HttpResponseException answer) {
    return Optional.ofNullable(answer.getContent())
        .flatMap(JsonObject::parse)
        .flatMap(body -> body.string("error"))
        .filter(code -> code.matches("[a-z_]{1,40}"))
        .map(code -> " " + code)
        .orElse("");
  }
}

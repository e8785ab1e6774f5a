package dev.rollcall.account;

import dev.rollcall.http.HttpServer;
import dev.rollcall.http.Request;
import java.time.Clock;

/// Checks the credentials of a request before its body is read. The transaction that does what the
/// request asks for checks them again.
public final class CredentialCheck implements HttpServer.Admission {
  private final AppStore apps;
  private final SessionStore sessions;
  private final Clock clock;

  public CredentialCheck(AppStore apps, SessionStore sessions, Clock clock) {
    this.apps = apps;
    this.sessions = sessions;
    this.clock = clock;
  }

  /// Checks only those credentials that the route uses.
  @Override
  public void check(Request request) {
    if (request.needsApiKey() && request.apiKey().isPresent()) {
      // Whether the scope is sufficient is for the route to say.
      apps.require(Credentials.backEnd(request, Scope.AUTH_ONLY));
    } else if (request.needsAuthToken() && request.authToken().isPresent()) {
      var _ = sessions.signedIn(Credentials.device(request), clock.instant());
    }
  }
}

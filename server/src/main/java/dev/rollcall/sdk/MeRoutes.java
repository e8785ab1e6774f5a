package dev.rollcall.sdk;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.ClientInfoReader;
import dev.rollcall.account.Credentials;
import dev.rollcall.account.LogoutToken;
import dev.rollcall.account.SessionStore.SignedIn;
import dev.rollcall.account.UserJson;
import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.problem.Problem;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Ignored;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.SentAlong;
import dev.rollcall.token.TokenBody;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The routes that an SDK calls for its own user: the second request of a login, settings and
/// logout.
public final class MeRoutes {
  private final Accounts accounts;
  private final Tokens tokens;
  private final Settings settings;

  public MeRoutes(Accounts accounts, Tokens tokens, Supplier<String> publicHost) {
    this.accounts = accounts;
    this.tokens = tokens;
    this.settings = new Settings(publicHost);
  }

  public List<Route> routes() {
    return List.of(
        Route.versioned("PUT", "/me", this::startSession),
        Route.versioned("GET", "/me", this::me),
        Route.versioned("DELETE", "/me", this::logout),
        Route.plain("POST", "/v1/logout", this::logoutWithToken),
        Route.versioned("GET", "/settings", this::settings),
        Route.versioned("POST", "/user_sessions", this::telemetry));
  }

  private Response startSession(Request request) {
    var caller = Credentials.device(request);
    var body = request.body();
    var along = new SentAlong();
    var token = pushToken(request, body, along);
    var client = ClientInfoReader.read(request, body);
    ClientInfoReader.deviceIdFlaw(body).ifPresent(reason -> along.ignore("deviceId", reason));
    if (token.isEmpty()) {
      return me(accounts.recordSeen(caller, client), caller.token().value(), along.ignored());
    }
    tokens.register(new RequestedSession.Own(caller, client), token.stream().toList());
    return me(accounts.signedIn(caller), caller.token().value(), along.ignored());
  }

  /// The older way to register a token: `appInfo.pushNotification.fcmDeviceToken`.
  private static Optional<NewToken> pushToken(Request request, Body body, SentAlong along) {
    for (var said : List.of("platform", "deviceId")) {
      along.read(said, () -> body.string(said));
    }
    return along
        .read("appInfo", () -> body.object("appInfo"))
        .flatMap(
            info -> along.read("appInfo.pushNotification", () -> info.object("pushNotification")))
        .flatMap(
            push ->
                along.readToken(
                    "appInfo.pushNotification.fcmDeviceToken",
                    () -> TokenBody.read(push, "fcmDeviceToken", Channel.FCM)))
        .map(NewToken::of)
        .map(token -> token.withPlatform(TokenBody.platform(request, Channel.FCM).orElse(null)))
        .map(token -> token.withIgnored(along.ignored()));
  }

  private Response me(Request request) {
    var caller = Credentials.device(request);
    return me(accounts.signedIn(caller), caller.token().value(), List.of());
  }

  // The SDKs store the `authToken` of every answer, so the answer returns the one that they sent.
  private Response me(SignedIn signedIn, String authToken, List<Ignored> ignored) {
    var json = UserJson.own(signedIn.user());
    json.put("authToken", authToken);
    json.put("settings", settings.of(signedIn.session().app()));
    TokenBody.putIgnored(json, ignored);
    return Response.data(json);
  }

  private Response logout(Request request) {
    accounts.logout(Credentials.device(request));
    return Response.success("Logged out");
  }

  /// Logout with a logout token, for a client that no longer has its auth token or whose session
  /// may have ended.
  private Response logoutWithToken(Request request) {
    var appId = Credentials.appId(request);
    accounts.logout(appId, logoutToken(request.body()));
    return Response.success("Logged out");
  }

  private static LogoutToken logoutToken(Body body) {
    return body.string("logoutToken")
        .map(LogoutToken::new)
        .filter(it -> it.sessionId().isPresent())
        .orElseThrow(
            () ->
                Problem.badField(
                    "logoutToken",
                    "logoutToken must be the session's handle, '_' and 64 hex digits; docs/sdks.md"
                        + " explains how to compute it"));
  }

  private Response settings(Request request) {
    var signedIn = accounts.signedIn(Credentials.device(request));
    return Response.data(settings.of(signedIn.session().app()));
  }

  /// Stores nothing: the SDK only needs its own session id in the answer.
  private Response telemetry(Request request) {
    accounts.signedIn(Credentials.device(request));
    var sessionId =
        request
            .body()
            .string("sessionId", 255)
            .orElseThrow(() -> Problem.badField("sessionId", "sessionId is missing"));
    return Response.data(Map.of("sessionId", sessionId));
  }
}

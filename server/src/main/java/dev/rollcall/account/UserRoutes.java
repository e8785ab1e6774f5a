package dev.rollcall.account;

import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The routes with which a back end manages users and sessions, and an SDK logs in.
public final class UserRoutes {
  private final Accounts accounts;

  public UserRoutes(Accounts accounts) {
    this.accounts = accounts;
  }

  public List<Route> routes() {
    var sessions = "/users/{uid}/auth_tokens";
    return List.of(
        Route.versioned("POST", "/users", this::create),
        Route.versioned("GET", "/users", this::list),
        Route.versioned("GET", "/users/{uid}", this::read),
        Route.versioned("PUT", "/users/{uid}", this::update),
        Route.versioned("DELETE", "/users/{uid}", this::delete),
        Route.versioned("POST", sessions, this::login),
        Route.versioned("GET", sessions, this::sessions),
        Route.versioned("DELETE", sessions, this::endSessions),
        Route.versioned("GET", sessions + "/{authToken}", this::session),
        Route.versioned("PUT", sessions + "/{authToken}", this::updateSession),
        Route.versioned("DELETE", sessions + "/{authToken}", this::endSession));
  }

  private static Caller.BackEnd backEnd(Request request) {
    return Credentials.backEnd(request, Scope.FULL_ACCESS);
  }

  private Response create(Request request) {
    var caller = backEnd(request);
    var body = request.body();
    var uid =
        body.string("uid")
            .orElseThrow(() -> Problem.badField("uid", "uid is missing; send the user's id"));
    var withAuthToken = body.bool("withAuthToken").orElse(false);
    var created = accounts.createUser(caller, uid, UserJson.newProfile(body), withAuthToken);
    var json = UserJson.full(created.user());
    created.session().ifPresent(session -> json.put("authToken", session.token().value()));
    return Response.data(json);
  }

  private Response list(Request request) {
    return Pages.answer(accounts.users(backEnd(request), Pages.read(request)), UserJson::full);
  }

  private Response read(Request request) {
    return Response.data(UserJson.full(accounts.user(backEnd(request), request.path("uid"))));
  }

  private Response update(Request request) {
    var caller = backEnd(request);
    var body = request.body();
    return Response.data(
        UserJson.full(
            accounts.updateUser(
                caller, request.path("uid"), profile -> UserJson.changed(profile, body))));
  }

  private Response delete(Request request) {
    var caller = backEnd(request);
    var permanent = request.body().bool("permanent").orElse(false);
    accounts.deleteUser(caller, request.path("uid"), permanent);
    return Response.success(
        permanent
            ? "The user was permanently deleted"
            : "The user was deactivated, and its sessions have ended");
  }

  private Response login(Request request) {
    var caller = Credentials.backEnd(request, Scope.AUTH_ONLY);
    var client = ClientInfoReader.read(request, request.body());
    var session = accounts.login(caller, request.path("uid"), client);
    var json = new LinkedHashMap<String, Object>();
    json.put("uid", session.uid());
    json.put("authToken", session.token().value());
    json.put("createdAt", session.createdAt().getEpochSecond());
    noteIgnored(json, request.body());
    return Response.data(json);
  }

  private static void noteIgnored(Map<String, Object> json, Body body) {
    ClientInfoReader.deviceIdFlaw(body)
        .map(reason -> List.of(Map.of("field", "deviceId", "reason", reason)))
        .ifPresent(ignored -> json.put("ignored", ignored));
  }

  private Response sessions(Request request) {
    return Pages.answer(
        accounts.sessions(backEnd(request), request.path("uid"), Pages.read(request)),
        UserRoutes::json);
  }

  private Response session(Request request) {
    return Response.data(
        json(accounts.session(backEnd(request), request.path("uid"), named(request))));
  }

  private Response updateSession(Request request) {
    var caller = backEnd(request);
    var client = ClientInfoReader.read(request, request.body());
    var json = json(accounts.updateSession(caller, request.path("uid"), named(request), client));
    noteIgnored(json, request.body());
    return Response.data(json);
  }

  private Response endSession(Request request) {
    accounts.endSession(backEnd(request), request.path("uid"), named(request));
    return Response.success(
        "The auth token was deleted, and its session and push tokens have ended");
  }

  private Response endSessions(Request request) {
    accounts.endSessions(backEnd(request), request.path("uid"));
    return Response.success(
        "All auth tokens were deleted, and the sessions and push tokens have ended");
  }

  private static SessionRef named(Request request) {
    return new SessionRef(request.path("authToken"));
  }

  // Only the hash of an auth token is stored, so `authToken` shows the session's handle.
  private static Map<String, Object> json(Session session) {
    var json = new LinkedHashMap<String, Object>();
    json.put("uid", session.uid());
    json.put("authToken", session.handle());
    json.put("createdAt", session.createdAt() / 1000);
    json.put("lastSeenAt", session.lastSeen() / 1000);
    var platform = session.platform();
    if (platform != null) {
      json.put("platform", platform.wireName());
    }
    var deviceId = session.deviceId();
    if (deviceId != null) {
      json.put("deviceId", deviceId);
    }
    var expiresAt = session.expiresAt();
    if (expiresAt != null) {
      json.put("expiresAt", expiresAt / 1000);
    }
    return json;
  }
}

package dev.rollcall.client;

import org.jspecify.annotations.Nullable;

/// Ends sessions at the server: at once, or before a later call if the server cannot be reached.
///
/// A session is first forgotten here and its logout queued. The logout leaves the queue when the
/// server has ended the session, or has said that it never will.
final class Logouts {
  private final PersistentState state;
  private final Endpoints endpoints;
  private final Transport transport;
  private final String appId;

  Logouts(PersistentState state, Endpoints endpoints, Transport transport, String appId) {
    this.state = state;
    this.endpoints = endpoints;
    this.transport = transport;
    this.appId = appId;
  }

  /// Forgets who is logged in, queues the logout, and returns the login that was forgotten.
  PersistentState.@Nullable Login forget() throws RollcallException {
    var login = state.login();
    if (login != null) {
      queue(login.authToken);
    }
    return login;
  }

  private void queue(String authToken) throws RollcallException {
    state.queueLogout(authToken, LogoutToken.of(authToken));
  }

  /// Ends a session that was forgotten, and returns whether the server has ended it. If so, the queued
  /// logouts are sent too.
  boolean end(PersistentState.@Nullable Login login) throws RollcallException {
    if (login == null) {
      return true;
    }
    try {
      var request = endpoints.request("DELETE", endpoints.api("/me"));
      transport.send(request.header("authToken", login.authToken));
    } catch (RollcallException e) {
      if (!e.isSessionEnded()) {
        return false;
      }
    }
    state.removeLogout(LogoutToken.of(login.authToken));
    sendQueued();
    return true;
  }

  void endOrSendQueued(PersistentState.@Nullable Login login) throws RollcallException {
    if (login == null) {
      sendQueued();
    } else {
      end(login);
    }
  }

  /// Ends a session whose login failed after the server had opened it. Without the storage the logout
  /// cannot be queued, so it is tried just once.
  void endFailedLogin(String authToken) throws RollcallException {
    if (state.isReleased()) {
      endSession(LogoutToken.of(authToken), appId);
    } else {
      queue(authToken);
    }
  }

  /// Sends the queued logouts. One that fails does not stop the others, unless the network failed:
  /// then the others wait for the next call, which begins with another one.
  void sendQueued() throws RollcallException {
    for (var logout : state.queuedLogouts()) {
      var logoutToken = Json.text(logout, "logoutToken", "");
      switch (endSession(logoutToken, Json.text(logout, "app", appId))) {
        case FINAL:
          state.removeLogout(logoutToken);
          break;
        case NO_NETWORK:
          state.moveLogoutToEnd(logoutToken);
          return;
        case FAILED:
          break;
      }
    }
  }

  /// How a try to end a session ended.
  private enum Result {
    /// The session has ended, or the server will never accept this logout.
    FINAL,
    /// A later try may succeed.
    FAILED,
    NO_NETWORK
  }

  /// Only a refusal by Rollcall itself is final. A proxy's answer and a server error are not.
  private Result endSession(String logoutToken, String app) throws RollcallException {
    var request =
        endpoints
            .request("POST", endpoints.plain("/v1/logout"))
            .header("appId", app)
            .body(Json.object("logoutToken", logoutToken))
            .mayBeRepeated()
            .answeredOnce();
    try {
      transport.send(request);
      return Result.FINAL;
    } catch (RollcallException e) {
      if (e.isPermanentRefusal()) {
        return Result.FINAL;
      }
      return e.isNetworkFailure() ? Result.NO_NETWORK : Result.FAILED;
    }
  }
}

package dev.rollcall.client;

import okhttp3.HttpUrl;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// Calls the server in a session, and forgets the login when the server says that the session ended.
final class SessionCalls {
  private final PersistentState state;
  private final Endpoints endpoints;
  private final Transport transport;

  SessionCalls(PersistentState state, Endpoints endpoints, Transport transport) {
    this.state = state;
    this.endpoints = endpoints;
    this.transport = transport;
  }

  /// The auth token of the user who is logged in.
  String authToken() throws RollcallException {
    var login = state.login();
    if (login == null) {
      throw RollcallException.local(
          RollcallException.NOT_LOGGED_IN, "Nobody is logged in; call login first");
    }
    return login.authToken;
  }

  JSONObject get(String authToken, HttpUrl url) throws RollcallException {
    return asObject(send(authToken, endpoints.request("GET", url)));
  }

  /// Returns the `data` of the answer, which may be null.
  @Nullable Object send(String authToken, Request request) throws RollcallException {
    try {
      return transport.send(request.header("authToken", authToken));
    } catch (RollcallException e) {
      if (e.isSessionEnded()) {
        state.loggedOut(authToken);
      }
      throw e;
    }
  }

  /// The data itself, or if it is not an object, an object that contains it as `data`.
  static JSONObject asObject(@Nullable Object data) {
    return data instanceof JSONObject ? (JSONObject) data : Json.object("data", data);
  }
}

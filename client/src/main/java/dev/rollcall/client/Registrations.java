package dev.rollcall.client;

import java.util.Map;
import java.util.Objects;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// Registers the push tokens of this phone, and checks that the server still has them. The caller
/// makes sure that only one thread does so at a time.
final class Registrations {
  private final RollcallSettings settings;
  private final PersistentState state;
  private final Endpoints endpoints;
  private final SessionCalls calls;
  private final Logouts logouts;

  Registrations(
      RollcallSettings settings,
      PersistentState state,
      Endpoints endpoints,
      SessionCalls calls,
      Logouts logouts) {
    this.settings = settings;
    this.state = state;
    this.endpoints = endpoints;
    this.calls = calls;
    this.logouts = logouts;
  }

  /// Registers tokens, by field name, unless the session registered the same ones less than a day ago.
  Registered register(Map<String, String> tokens) throws RollcallException {
    var authToken = calls.authToken();
    return state.isFresh(authToken, tokens, settings.timing().now())
        ? Registered.UNCHANGED
        : send(authToken, tokens);
  }

  /// Registers the tokens of the session again if the server's revision is not the one kept here.
  Registered check() throws RollcallException {
    var authToken = calls.authToken();
    var tokens = state.registered();
    if (tokens.isEmpty()) {
      return Registered.UNCHANGED;
    }
    logouts.sendQueued();
    var data = calls.get(authToken, endpoints.plain("/v1/registration"));
    return Objects.equals(data.get("revision"), state.revision())
        ? Registered.UNCHANGED
        : send(authToken, tokens);
  }

  private Registered send(String authToken, Map<String, String> tokens) throws RollcallException {
    logouts.sendQueued();
    var now = settings.timing().now();
    var answer = sendInOrder(authToken, tokens, state.nextSequence(now));
    state.registered(authToken, tokens, Json.text(answer, "revision"), now);
    return Registered.SENT;
  }

  private JSONObject sendInOrder(String authToken, Map<String, String> tokens, long sequence)
      throws RollcallException {
    try {
      return send(authToken, tokens, sequence);
    } catch (RollcallException e) {
      if (!e.isSuperseded() || state.isReleased()) {
        throw e;
      }
      // This registration is the newest of this phone, so its numbers went back, or another phone
      // has
      // a copy of the state. Without a number the last registration wins.
      return send(authToken, tokens, null);
    }
  }

  private JSONObject send(String authToken, Map<String, String> tokens, @Nullable Long sequence)
      throws RollcallException {
    var body = new JSONObject();
    tokens.forEach((field, value) -> Json.put(body, field, value));
    Json.put(body, "deviceKey", deviceKey());
    Json.add(body, "sequence", sequence);
    var request = endpoints.request("POST", endpoints.tokens()).body(body).mayBeRepeated();
    return SessionCalls.asObject(calls.send(authToken, request));
  }

  private String deviceKey() {
    var given = settings.deviceKey();
    return given == null ? state.installation() : given;
  }
}

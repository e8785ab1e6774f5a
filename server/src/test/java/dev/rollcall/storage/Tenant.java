package dev.rollcall.storage;

import dev.rollcall.account.App;
import dev.rollcall.account.AppStore;
import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.Key;
import dev.rollcall.account.Scope;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.token.TokenStore.RequestedSession;

/// An app with the keys that open it.
public record Tenant(String id, Key authKey, Key apiKey) {

  public static Tenant create(AppStore store, String id, TokenPolicy policy) {
    var tenant = new Tenant(id, Key.random(), Key.random());
    var app = new App(0, id, "us", policy, StoreContract.NOON.toEpochMilli());
    if (!store.createApp(app, tenant.authKey, tenant.apiKey)) {
      throw new IllegalStateException(id + " is taken");
    }
    return tenant;
  }

  /// The back end, with the API key.
  public Caller.BackEnd backEnd() {
    return new Caller.BackEnd(id, apiKey, Scope.FULL_ACCESS);
  }

  /// A client that logs a user in, with the auth key.
  public Caller.BackEnd client() {
    return new Caller.BackEnd(id, authKey, Scope.AUTH_ONLY);
  }

  public Caller.Device device(AuthToken token) {
    return new Caller.Device(id, token);
  }

  /// The back end, speaking of a device's session.
  public RequestedSession.Named named(Caller.Device device) {
    return new RequestedSession.Named(backEnd(), new SessionRef(device.token().value()));
  }

  /// The back end, speaking of a session by the name that lists show.
  public RequestedSession.Named named(String handle) {
    return new RequestedSession.Named(backEnd(), new SessionRef(handle));
  }
}

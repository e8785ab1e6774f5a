package dev.rollcall.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.json.simple.JSONObject;
import org.json.simple.parser.ParseException;
import org.jspecify.annotations.Nullable;

/// The state of this installation, kept in a [Storage]: who is logged in, which push tokens are
/// registered, and the queued logouts.
///
/// A change is saved before it takes effect. No method calls the server, so its lock is never held
/// during a call.
final class PersistentState {
  /// Who is logged in, and by which auth token.
  static final class Login {
    final String authToken;
    final User user;

    Login(String authToken, User user) {
      this.authToken = authToken;
      this.user = user;
    }
  }

  private static final long DAY = 24L * 60 * 60 * 1000;
  private static final int MAX_LOGOUTS = 50;

  private final Storage storage;
  private final JSONObject json;
  private @Nullable Login login;
  private boolean released;

  private PersistentState(Storage storage, JSONObject json) {
    this.storage = storage;
    this.json = json;
    this.login = readLogin(json);
  }

  /// Reads the state of the app. Of another app's state, only the queued logouts are kept.
  static PersistentState open(Storage storage, String appId) throws RollcallException {
    try {
      var json = read(storage.load());
      if (!appId.equals(json.get("app"))) {
        json.remove("login");
        json.remove("registration");
        Json.put(json, "app", appId);
      }
      if (Json.text(json, "installation") == null) {
        Json.put(json, "installation", UUID.randomUUID().toString());
      }
      var state = new PersistentState(storage, json);
      state.save(json);
      return state;
    } catch (IOException | RuntimeException e) {
      throw storageFailed(e);
    }
  }

  // A text that this class did not write is ignored; the app logs in again.
  private static JSONObject read(@Nullable String text) {
    try {
      var json = text == null ? null : Json.parse(text);
      return json instanceof JSONObject ? (JSONObject) json : new JSONObject();
    } catch (ParseException | NumberFormatException e) {
      return new JSONObject();
    }
  }

  private static @Nullable Login readLogin(JSONObject json) {
    var kept = Json.object(json, "login", new JSONObject());
    var authToken = Json.text(kept, "authToken");
    return authToken == null
        ? null
        : new Login(authToken, User.of(Json.object(kept, "user", new JSONObject())));
  }

  private static RollcallException storageFailed(Exception e) {
    return RollcallException.local(
        RollcallException.STORAGE, "The storage cannot be read or written", e);
  }

  /// Saves a changed copy first, so that nothing changes if the storage fails.
  private void change(Change change) throws RollcallException {
    checkNotReleased();
    var copy = Json.copy(json);
    change.on(copy);
    try {
      save(copy);
    } catch (IOException | RuntimeException e) {
      throw storageFailed(e);
    }
    json.clear();
    Json.entries(json).putAll(Json.entries(copy));
    login = readLogin(json);
  }

  private void save(JSONObject fresh) throws IOException {
    storage.save(fresh.toJSONString());
  }

  private interface Change {
    void on(JSONObject json);
  }

  /// Releases the storage to another client. This one writes to it no more once this returns.
  synchronized void releaseStorage() {
    released = true;
  }

  /// Takes the storage back from a client that could not be opened.
  synchronized void reclaimStorage() {
    released = false;
  }

  synchronized boolean isReleased() {
    return released;
  }

  synchronized void checkNotReleased() throws RollcallException {
    if (released) {
      throw RollcallException.local(
          RollcallException.CLOSED, "The client was closed, and another client uses its storage");
    }
  }

  synchronized @Nullable Login login() {
    return login;
  }

  synchronized String installation() {
    return Json.text(json, "installation", "");
  }

  /// Keeps the login, and removes a queued logout of the same session.
  synchronized void loggedIn(String authToken, User user) throws RollcallException {
    boolean same = login != null && login.authToken.equals(authToken);
    change(
        it -> {
          Json.put(it, "login", Json.put(Json.object("authToken", authToken), "user", user.json()));
          if (!same) {
            it.remove("registration");
          }
          Json.put(it, "logouts", Json.array(without(it, LogoutToken.of(authToken))));
        });
  }

  /// Forgets the login and its registration, if it is still the current one.
  synchronized void loggedOut(String authToken) throws RollcallException {
    if (isCurrent(authToken) && !released) {
      change(
          it -> {
            it.remove("login");
            it.remove("registration");
          });
    }
  }

  /// Forgets the login and queues its logout, in one write.
  synchronized void queueLogout(String authToken, String logoutToken) throws RollcallException {
    boolean current = isCurrent(authToken);
    change(
        it -> {
          if (current) {
            it.remove("login");
            it.remove("registration");
          }
          var queue = without(it, logoutToken);
          var app = Json.text(it, "app", "");
          queue.add(Json.put(Json.object("logoutToken", logoutToken), "app", app));
          // The server ends a user's oldest sessions by itself, so the oldest logouts may go.
          var from = Math.max(0, queue.size() - MAX_LOGOUTS);
          Json.put(it, "logouts", Json.array(queue.subList(from, queue.size())));
        });
  }

  private boolean isCurrent(String authToken) {
    return login != null && login.authToken.equals(authToken);
  }

  /// The `logoutToken` and `app` of each queued logout, in their order.
  synchronized List<JSONObject> queuedLogouts() {
    return new ArrayList<>(Json.objects(json.get("logouts")));
  }

  private static List<JSONObject> without(JSONObject json, String logoutToken) {
    var others = Json.objects(json.get("logouts"));
    others.removeIf(it -> logoutToken.equals(Json.text(it, "logoutToken", "")));
    return others;
  }

  /// Removes a logout from the queue. If the storage is released, the other client sends it again.
  synchronized void removeLogout(String logoutToken) throws RollcallException {
    if (!released) {
      change(it -> Json.put(it, "logouts", Json.array(without(it, logoutToken))));
    }
  }

  /// Moves a logout to the end of the queue.
  synchronized void moveLogoutToEnd(String logoutToken) throws RollcallException {
    if (released || Json.objects(json.get("logouts")).size() < 2) {
      return;
    }
    change(
        it -> {
          var moved = Json.objects(it.get("logouts"));
          var queue = without(it, logoutToken);
          moved.removeAll(queue);
          queue.addAll(moved);
          Json.put(it, "logouts", Json.array(queue));
        });
  }

  /// The sequence number of the next registration. It grows even if the clock is set back.
  synchronized long nextSequence(long now) throws RollcallException {
    var next = Math.max(now, Json.number(json, "sequence", 0) + 1);
    change(it -> Json.put(it, "sequence", next));
    return next;
  }

  /// Whether the session registered exactly these tokens less than a day ago.
  synchronized boolean isFresh(String authToken, Map<String, String> tokens, long now) {
    var kept = registration();
    for (var token : tokens.entrySet()) {
      var one = Json.object(kept, token.getKey(), new JSONObject());
      var age = now - Json.number(one, "at", Long.MIN_VALUE / 2);
      if (!token.getValue().equals(one.get("value")) || age < 0 || age >= DAY) {
        return false;
      }
    }
    return isCurrent(authToken);
  }

  /// The registered tokens of the session, by field name.
  synchronized Map<String, String> registered() {
    var all = new LinkedHashMap<String, String>();
    var kept = registration();
    for (var field : TokenShape.FIELDS) {
      var value = Json.text(Json.object(kept, field, new JSONObject()), "value");
      if (value != null) {
        all.put(field, value);
      }
    }
    return all;
  }

  synchronized @Nullable String revision() {
    return Json.text(registration(), "revision");
  }

  private JSONObject registration() {
    return Json.object(json, "registration", new JSONObject());
  }

  synchronized void registered(
      String authToken, Map<String, String> tokens, @Nullable String revision, long now)
      throws RollcallException {
    if (isCurrent(authToken) && !released) {
      change(
          it -> {
            var kept = Json.object(it, "registration", new JSONObject());
            for (var token : tokens.entrySet()) {
              var one = Json.put(Json.object("value", token.getValue()), "at", now);
              Json.put(kept, token.getKey(), one);
            }
            Json.put(kept, "revision", revision);
            Json.put(it, "registration", kept);
          });
    }
  }

  /// Forgets what is registered, so that the next registration is sent.
  synchronized void forgetRegistration(String authToken) throws RollcallException {
    if (isCurrent(authToken) && json.containsKey("registration")) {
      change(it -> it.remove("registration"));
    }
  }
}

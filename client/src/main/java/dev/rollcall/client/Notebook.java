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

/// What this installation remembers, kept in a [Storage]: who is logged in, what it has registered,
/// and the logouts that the server has not heard of.
///
/// Every change is saved before it counts. No method talks to the network, and none is called while
/// one does.
final class Notebook {
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
  private static final int MOST_LOGOUTS = 50;

  private final Storage storage;
  private final JSONObject json;
  private @Nullable Login login;
  private boolean frozen;

  private Notebook(Storage storage, JSONObject json) {
    this.storage = storage;
    this.json = json;
    this.login = readLogin(json);
  }

  /// Reads what was kept for the app. What another app left is forgotten, but for its logouts.
  static Notebook open(Storage storage, String appId) throws RollcallException {
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
      var notebook = new Notebook(storage, json);
      notebook.save(json);
      return notebook;
    } catch (IOException | RuntimeException e) {
      throw lost(e);
    }
  }

  // A text that is none of ours has nothing to tell; the app logs in again.
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

  private static RollcallException lost(Exception e) {
    return RollcallException.local(
        RollcallException.STORAGE, "What has to outlive the process cannot be kept or read", e);
  }

  /// Saves a changed copy first, so that a storage that fails leaves everything as it was.
  private void change(Change change) throws RollcallException {
    checkOpen();
    var copy = Json.copy(json);
    change.on(copy);
    try {
      save(copy);
    } catch (IOException | RuntimeException e) {
      throw lost(e);
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

  /// Leaves the storage to another, which may read it as soon as this returns.
  synchronized void freeze() {
    frozen = true;
  }

  synchronized void thaw() {
    frozen = false;
  }

  synchronized boolean isFrozen() {
    return frozen;
  }

  synchronized void checkOpen() throws RollcallException {
    if (frozen) {
      throw RollcallException.local(
          RollcallException.CLOSED, "The client was closed, and another one has its storage");
    }
  }

  synchronized @Nullable Login login() {
    return login;
  }

  synchronized String installation() {
    return Json.text(json, "installation", "");
  }

  /// A logout of this very session that still waits is taken back.
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

  /// Forgets the session, if it is still this one.
  synchronized void loggedOut(String authToken) throws RollcallException {
    if (isCurrent(authToken) && !frozen) {
      change(
          it -> {
            it.remove("login");
            it.remove("registration");
          });
    }
  }

  /// Forgets the session, and keeps what it takes to end it later, in one step.
  synchronized void loggedOutUnheard(String authToken, String logoutToken)
      throws RollcallException {
    boolean current = isCurrent(authToken);
    change(
        it -> {
          if (current) {
            it.remove("login");
            it.remove("registration");
          }
          var waiting = without(it, logoutToken);
          var app = Json.text(it, "app", "");
          waiting.add(Json.put(Json.object("logoutToken", logoutToken), "app", app));
          // The server ends the oldest sessions of a user by itself.
          var from = Math.max(0, waiting.size() - MOST_LOGOUTS);
          Json.put(it, "logouts", Json.array(waiting.subList(from, waiting.size())));
        });
  }

  private boolean isCurrent(String authToken) {
    return login != null && login.authToken.equals(authToken);
  }

  /// The logouts that the server has not heard of: `logoutToken` and `app` of each.
  synchronized List<JSONObject> unheardLogouts() {
    return new ArrayList<>(Json.objects(json.get("logouts")));
  }

  private static List<JSONObject> without(JSONObject json, String logoutToken) {
    var others = Json.objects(json.get("logouts"));
    others.removeIf(it -> logoutToken.equals(Json.text(it, "logoutToken", "")));
    return others;
  }

  /// The server knows of the logout. Where another has the storage, that one tells it once more.
  synchronized void heard(String logoutToken) throws RollcallException {
    if (!frozen) {
      change(it -> Json.put(it, "logouts", Json.array(without(it, logoutToken))));
    }
  }

  /// Lets the other logouts go before this one.
  synchronized void tryLast(String logoutToken) throws RollcallException {
    if (frozen || Json.objects(json.get("logouts")).size() < 2) {
      return;
    }
    change(
        it -> {
          var waiting = Json.objects(it.get("logouts"));
          var order = without(it, logoutToken);
          waiting.removeAll(order);
          order.addAll(waiting);
          Json.put(it, "logouts", Json.array(order));
        });
  }

  /// The number of the next registration. It grows even when the clock is put back.
  synchronized long nextSequence(long now) throws RollcallException {
    var next = Math.max(now, Json.number(json, "sequence", 0) + 1);
    change(it -> Json.put(it, "sequence", next));
    return next;
  }

  /// True when the session registered just these less than a day ago.
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

  /// What the session has registered, by the name of its key.
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
    if (isCurrent(authToken) && !frozen) {
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

  /// From now on nothing counts as registered, so the next registration is sent.
  synchronized void forgetRegistration(String authToken) throws RollcallException {
    if (isCurrent(authToken) && json.containsKey("registration")) {
      change(it -> it.remove("registration"));
    }
  }
}

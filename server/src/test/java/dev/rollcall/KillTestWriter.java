package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/// A user with two sessions that registers, replaces, deletes and logs out, one thing after another,
/// and knows from the answers which tokens there must be.
final class KillTestWriter {
  static final String APP = "kill";
  static final String API_KEY = "the-api-key-of-the-test";
  private static final List<String> KEYS = List.of("fcmToken", "apnsToken", "voipToken");

  /// One login. Its tokens, by body key, are one of `possible`: exactly one as long as every
  /// request was answered, two after one that was not.
  private static final class Login {
    final String authToken;
    List<Map<String, String>> possible = List.of(Map.of());
    boolean mayBeOut;

    Login(String authToken) {
      this.authToken = authToken;
    }

    String handle() {
      return authToken.substring(0, authToken.lastIndexOf('_'));
    }

    /// What the tokens are, or else become.
    void mayBe(Map<String, String> next) {
      possible = List.of(possible.getFirst(), next);
    }

    void are(Map<String, String> now) {
      possible = List.of(now);
    }
  }

  private final int number;
  private final Random random;
  private final List<Login> logins = new ArrayList<>();
  private final List<String> loggedOut = new ArrayList<>();
  private int values;
  private int unanswered;
  private boolean exists;

  KillTestWriter(int number, Random random) {
    this.number = number;
    this.random = random;
  }

  /// How many requests a kill left without an answer.
  int unanswered() {
    return unanswered;
  }

  private String uid() {
    return "writer-" + number;
  }

  /// Works until the server is gone. Whatever was on its way then may have happened or not.
  void writeUntilKilled(int port, Runnable answered) {
    try (var wire = new Wire(port)) {
      while (true) {
        act(wire);
        answered.run();
      }
    } catch (IOException killed) {
      unanswered++;
    }
  }

  private void act(Wire wire) throws IOException {
    if (logins.size() < 2) {
      logins.add(new Login(logIn(wire)));
      return;
    }
    var login = logins.get(random.nextInt(logins.size()));
    switch (random.nextInt(10)) {
      case 0 -> delete(wire, login, List.of(login), false);
      case 1 -> delete(wire, login, logins, true);
      case 2 -> logOut(wire, login);
      case 3 -> register(wire, login, KEYS);
      default -> register(wire, login, List.of(KEYS.get(random.nextInt(KEYS.size()))));
    }
  }

  private String logIn(Wire wire) throws IOException {
    var path = "/v3/users/" + uid() + "/auth_tokens";
    return ok(wire.send("POST", path, APP, "apiKey", API_KEY, "{}"))
        .data()
        .path("authToken")
        .stringValue();
  }

  private void register(Wire wire, Login login, List<String> keys) throws IOException {
    var fresh = new HashMap<String, String>();
    // Hexadecimal with a letter, so that every channel takes it, and never used before.
    keys.forEach(key -> fresh.put(key, "fa%04x%08x".formatted(number, values++)));
    var next = new HashMap<>(login.possible.getFirst());
    next.putAll(fresh);
    login.mayBe(next);
    device(wire, login, "POST", "/v2/tokens", json(fresh));
    login.are(next);
  }

  private void delete(Wire wire, Login login, List<Login> reached, boolean all) throws IOException {
    reached.forEach(one -> one.mayBe(Map.of()));
    device(wire, login, "DELETE", "/v2/tokens", "{\"all\":" + all + "}");
    reached.forEach(one -> one.are(Map.of()));
  }

  private void logOut(Wire wire, Login login) throws IOException {
    login.mayBe(Map.of());
    login.mayBeOut = true;
    device(wire, login, "DELETE", "/me", "");
    isOut(login);
  }

  private void isOut(Login login) {
    logins.remove(login);
    loggedOut.add(login.authToken);
  }

  /// Holds what the server has against what it answered; then, all is known again.
  void check(int port) throws IOException {
    try (var wire = new Wire(port)) {
      if (!exists) {
        var user = "{\"uid\":\"%s\",\"name\":\"Writer\"}".formatted(uid());
        ok(wire.send("POST", "/v3/users", APP, "apiKey", API_KEY, user));
        exists = true;
      }
      for (var login : List.copyOf(logins)) {
        if (login.mayBeOut && isRefused(wire, login.authToken)) {
          isOut(login);
        }
        login.mayBeOut = false;
      }
      for (var authToken : loggedOut) {
        assertTrue(isRefused(wire, authToken), "a logged-out session of " + uid() + " is back");
      }
      checkTokens(tokensByHandle(wire));
    }
  }

  private void checkTokens(Map<String, Map<String, String>> actual) {
    for (var login : logins) {
      var tokens = actual.getOrDefault(login.handle(), Map.of());
      actual.remove(login.handle());
      assertTrue(
          login.possible.contains(tokens),
          () -> login.handle() + " has " + tokens + " instead of " + login.possible);
      login.are(tokens);
    }
    assertEquals(Map.of(), actual, "tokens of sessions that are out");
  }

  private Map<String, Map<String, String>> tokensByHandle(Wire wire) throws IOException {
    var auditor = logIn(wire);
    var path = "/v3/notifications/push/v1/tokens?all=true&authToken=" + auditor;
    var list = ok(wire.send("GET", path, APP, "apiKey", API_KEY, "")).data().path("pushTokens");
    ok(wire.send("DELETE", "/me", APP, "authToken", auditor, ""));
    return list.valueStream()
        .collect(
            Collectors.groupingBy(
                token -> token.path("authToken").stringValue(),
                HashMap::new,
                Collectors.toMap(
                    token -> key(token.path("platform").stringValue()),
                    token -> token.path("pushToken").stringValue())));
  }

  private static String key(String pushPlatform) {
    if (pushPlatform.startsWith("fcm")) {
      return "fcmToken";
    }
    return pushPlatform.endsWith("voip") ? "voipToken" : "apnsToken";
  }

  private static boolean isRefused(Wire wire, String authToken) throws IOException {
    var answer = wire.send("GET", "/v2/tokens", APP, "authToken", authToken, "");
    return answer.code().equals("AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
  }

  private static void device(Wire wire, Login login, String method, String path, String body)
      throws IOException {
    ok(wire.send(method, path, APP, "authToken", login.authToken, body));
  }

  private static Wire.Answer ok(Wire.Answer answer) {
    assertEquals(200, answer.status(), () -> answer.json().toString());
    return answer;
  }

  private static String json(Map<String, String> tokens) {
    return tokens.entrySet().stream()
        .map(token -> "\"%s\":\"%s\"".formatted(token.getKey(), token.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }
}

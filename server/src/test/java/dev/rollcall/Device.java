package dev.rollcall;

import dev.rollcall.RunningServer.TestApp;
import dev.rollcall.account.Hash;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// An SDK on a device: one login of one user.
record Device(RunningServer server, TestApp app, String authToken) {

  String handle() {
    return authToken.substring(0, authToken.lastIndexOf('_'));
  }

  String uid() {
    return handle().substring(0, handle().lastIndexOf('_'));
  }

  Call call(String method, String path) {
    return server.call(method, path).header("appId", app.id()).header("authToken", authToken);
  }

  /// What `callExtension` sends.
  Answer register(String body) {
    return call("POST", "/v2/tokens").json(body).send();
  }

  void registerFcm(String token) {
    register("{'fcmToken':'%s'}".formatted(token)).data();
  }

  Answer delete(String body) {
    return call("DELETE", "/v2/tokens").json(body).send();
  }

  /// What a client keeps to log out later: made of the auth token, as docs/sdks.md tells.
  String logoutToken() {
    return handle() + "_" + sha256("logout:" + sha256(authToken));
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(Hash.of(text));
  }

  void logout() {
    call("DELETE", "/v3.0/me").send().data();
  }

  /// The user's tokens in one of the lists `ios`, `web` and `android`.
  List<String> tokens(String list) {
    var tokens = new ArrayList<String>();
    call("GET", "/v2/tokens").send().data().get(list).forEach(it -> tokens.add(it.stringValue()));
    return tokens;
  }

  /// The user's tokens in all of them.
  List<String> tokens() {
    var tokens = new ArrayList<String>();
    List.of("ios", "web", "android").forEach(list -> tokens.addAll(tokens(list)));
    return tokens;
  }
}

package dev.rollcall.client;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import okhttp3.HttpUrl;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// Rollcall as a back end sees it, with the API key: users, auth tokens, push tokens and
/// notifications.
///
/// Make one and keep it. The methods block until there is an answer, and any thread may call them,
/// many at once. What is safe to do twice is tried again when the network breaks or the server is
/// busy; making a user or an auth token is not, unless the server said that it did nothing.
///
/// Every method may throw a [RollcallException]: with [RollcallException#BAD_REQUEST], before anything
/// is sent, when a text is missing or blank, or would lead to another path: `..`, or one with a slash
/// in it. Sessions are named by their handle, or by their whole auth token.
///
/// A deletion whose answer was lost is tried again, and finds nothing the second time; that counts as
/// done.
public final class RollcallBackEnd implements Closeable {
  private static final String USERS = "/v3/users";
  private static final String NOTIFICATIONS = "/v1/notifications";
  private static final String TOKENS = "/v3/notifications/push/v1/tokens";

  private final Endpoints endpoints;
  private final Transport transport;

  private RollcallBackEnd(RollcallSettings settings, String apiKey) {
    this.endpoints = Endpoints.ofBackEnd(settings, apiKey);
    this.transport = new Transport(settings);
  }

  /// Makes one. No call is made.
  ///
  /// @param settings where the server is
  /// @param apiKey the app's API key, with full access: never give it to a client
  /// @return the back end
  /// @throws IllegalArgumentException when the key is blank
  public static RollcallBackEnd open(RollcallSettings settings, String apiKey) {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(apiKey, "apiKey");
    if (apiKey.trim().isEmpty()) {
      throw new IllegalArgumentException("apiKey is blank");
    }
    return new RollcallBackEnd(settings, apiKey);
  }

  /// Makes a user.
  ///
  /// @param uid 1 to 100 characters of a-z, 0-9, `-` and `_`; case is ignored
  /// @param profile what to say of it; a name is needed
  /// @return the user
  /// @throws RollcallException see the class; `ERR_UID_ALREADY_EXISTS` when there is one
  public User createUser(String uid, UserProfile profile) throws RollcallException {
    Objects.requireNonNull(profile, "profile");
    var body = Json.put(profile.json(), "uid", Argument.text("uid", uid));
    return User.of(object("POST", endpoints.plain(USERS), body));
  }

  /// Reads a user.
  ///
  /// @param uid the user
  /// @return the user
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is none
  public User user(String uid) throws RollcallException {
    return User.of(object("GET", ofUser(uid), null));
  }

  /// Lists users, oldest first.
  ///
  /// @param page which page, from 1
  /// @param perPage how many to a page, 1 to 1000
  /// @return the page
  /// @throws RollcallException see the class
  public Page<User> users(int page, int perPage) throws RollcallException {
    return page(endpoints.plain(USERS), page, perPage, User::of);
  }

  /// Changes a user; what the profile does not say stays as it is.
  ///
  /// @param uid the user
  /// @param profile what to change
  /// @return the user as it is now
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is none
  public User updateUser(String uid, UserProfile profile) throws RollcallException {
    Objects.requireNonNull(profile, "profile");
    return User.of(object("PUT", ofUser(uid), profile.json()));
  }

  /// Deletes a user; its sessions and push tokens end at once.
  ///
  /// @param uid the user
  /// @param forGood false for a user that can be made again as it was, true to forget it with its
  ///     history
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is none
  public void deleteUser(String uid, boolean forGood) throws RollcallException {
    var body = Json.object("permanent", forGood);
    send(request("DELETE", ofUser(uid), body).goneWith("ERR_UID_NOT_FOUND"));
  }

  /// Logs a user in: opens a session, and answers what opens it. Each call opens another.
  ///
  /// @param uid the user
  /// @return the auth token, which is not shown again
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is no such user
  public AuthToken createAuthToken(String uid) throws RollcallException {
    var data = object("POST", sessionsOf(uid), null);
    var value = Json.text(data, "authToken");
    if (value == null) {
      throw RollcallException.unexpected("it holds no auth token", 200, -1);
    }
    return new AuthToken(Json.text(data, "uid", uid), value);
  }

  /// Lists the sessions of a user, newest first.
  ///
  /// @param uid the user
  /// @param page which page, from 1
  /// @param perPage how many to a page, 1 to 1000
  /// @return the page
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is no such user
  public Page<Session> sessions(String uid, int page, int perPage) throws RollcallException {
    return page(sessionsOf(uid), page, perPage, Session::of);
  }

  /// Ends a session and its push tokens.
  ///
  /// @param uid whose it is
  /// @param session its handle or its auth token
  /// @throws RollcallException see the class; `ERR_AUTH_TOKEN_NOT_FOUND` when there is none
  public void deleteAuthToken(String uid, String session) throws RollcallException {
    var url = Endpoints.segment(sessionsOf(uid), "session", session);
    send(request("DELETE", url, null).goneWith("ERR_AUTH_TOKEN_NOT_FOUND"));
  }

  /// Ends all sessions of a user, and their push tokens.
  ///
  /// @param uid the user
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is no such user
  public void deleteAuthTokens(String uid) throws RollcallException {
    send(request("DELETE", sessionsOf(uid), null));
  }

  /// Registers a push token for a session.
  ///
  /// @param session its handle or its auth token
  /// @param platform what kind of token it is, such as `fcm_android` or `apns_ios_device`; the
  ///     server's OpenAPI document lists them
  /// @param token the token
  /// @throws RollcallException see the class; one of the codes that begin with `TOKEN_` or
  ///     `APNS_TOKEN_`, before anything is sent, when this cannot be a token
  public void registerPushToken(String session, String platform, String token)
      throws RollcallException {
    var shape = shape(Argument.text("platform", platform));
    var body = Json.put(ofSession(session), "platform", platform);
    Json.put(body, keyOf(shape), TokenShape.canonical(shape, token));
    send(request("POST", endpoints.plain(TOKENS), body).mayBeRepeated());
  }

  private static String shape(String platform) {
    var lower = platform.toLowerCase(Locale.ROOT);
    if (lower.startsWith("fcm")) {
      return TokenShape.FCM;
    }
    return lower.endsWith("voip") ? TokenShape.VOIP : TokenShape.APNS;
  }

  private static String keyOf(String shape) {
    return shape.equals(TokenShape.APNS) ? "deviceToken" : shape;
  }

  /// Lists push tokens.
  ///
  /// @param session a handle or an auth token
  /// @param scope those of the session, or all of its user's
  /// @return a list that may be changed, maybe empty
  /// @throws RollcallException see the class; `ERR_AUTH_TOKEN_NOT_FOUND` when there is no such session
  public List<PushToken> pushTokens(String session, Scope scope) throws RollcallException {
    var url = tokens(scope).newBuilder();
    url.addQueryParameter("authToken", Argument.text("session", session));
    return pushTokens(object("GET", url.build(), null));
  }

  /// Deletes push tokens. Deleting when there is nothing succeeds.
  ///
  /// @param session a handle or an auth token
  /// @param scope those of the session, or all of its user's
  /// @return those that went; where the answer was lost and the call tried again, those that were left
  /// @throws RollcallException see the class; `ERR_AUTH_TOKEN_NOT_FOUND` when there is no such session
  public List<PushToken> deletePushTokens(String session, Scope scope) throws RollcallException {
    return pushTokens(object("DELETE", tokens(scope), ofSession(session)));
  }

  /// Deletes one push token, if a session's user still holds it. Beware that proxies may log its
  /// path, which holds the token.
  ///
  /// @param session a handle or an auth token
  /// @param token the push token
  /// @return what went; nothing where the answer that would say so was lost on the way
  /// @throws RollcallException see the class; `ERR_TOKEN_NOT_FOUND` when the user does not hold it
  public List<PushToken> deletePushToken(String session, String token) throws RollcallException {
    var url = Endpoints.segment(endpoints.plain(TOKENS), "token", token);
    var request = request("DELETE", url, ofSession(session)).goneWith("ERR_TOKEN_NOT_FOUND");
    return pushTokens(transport.sendForObject(request));
  }

  /// Has a notification sent. It is queued durably when this returns, and queued once, although
  /// the call is tried again when the network breaks.
  ///
  /// @param notification what, and to whom
  /// @return the id to look it up with
  /// @throws RollcallException see the class; `ERR_MESSAGE_REFUSED` when a provider would not take it
  public String send(Notification notification) throws RollcallException {
    return send(notification, UUID.randomUUID().toString());
  }

  /// Has a notification sent, once for each key, also when the process was gone in between.
  ///
  /// @param notification what, and to whom
  /// @param idempotencyKey your own name for it, at most 255 characters
  /// @return the id to look it up with; that of the first time, if there was one
  /// @throws RollcallException see the class; `ERR_IDEMPOTENCY_KEY_REUSED` when the key came with
  ///     another notification before
  public String send(Notification notification, String idempotencyKey) throws RollcallException {
    var body = Objects.requireNonNull(notification, "notification").json();
    var request =
        request("POST", endpoints.plain(NOTIFICATIONS), body)
            .header("Idempotency-Key", Argument.text("idempotencyKey", idempotencyKey))
            .mayBeRepeated();
    var id = Json.text(transport.sendForObject(request), "id");
    if (id == null) {
      throw RollcallException.unexpected("it holds no id", 202, -1);
    }
    return id;
  }

  /// Tells what became of a notification.
  ///
  /// @param id as `send` answered it
  /// @return where it stands
  /// @throws RollcallException see the class; `ERR_NOTIFICATION_NOT_FOUND` when it is not there, or
  ///     was forgotten some days after it ended
  public NotificationReport notification(String id) throws RollcallException {
    return NotificationReport.of(object("GET", ofNotification(id), null));
  }

  /// Calls off what is not sent yet. Calling off twice succeeds.
  ///
  /// @param id as `send` answered it
  /// @throws RollcallException see the class; `ERR_NOTIFICATION_NOT_FOUND` when it is not there
  public void cancelNotification(String id) throws RollcallException {
    send(request("DELETE", ofNotification(id), null));
  }

  private HttpUrl ofNotification(String id) throws RollcallException {
    return Endpoints.segment(endpoints.plain(NOTIFICATIONS), "id", id);
  }

  private HttpUrl tokens(Scope scope) throws RollcallException {
    Objects.requireNonNull(scope, "scope");
    var all = String.valueOf(scope == Scope.ALL);
    return endpoints.plain(TOKENS).newBuilder().addQueryParameter("all", all).build();
  }

  private static JSONObject ofSession(String session) throws RollcallException {
    return Json.object("authToken", Argument.text("session", session));
  }

  private static List<PushToken> pushTokens(JSONObject data) {
    return map(data.get("pushTokens"), PushToken::of);
  }

  private static <T> List<T> map(@Nullable Object array, Function<JSONObject, T> of) {
    var all = new ArrayList<T>();
    for (var object : Json.objects(array)) {
      all.add(of.apply(object));
    }
    return all;
  }

  private <T> Page<T> page(HttpUrl url, int page, int perPage, Function<JSONObject, T> of)
      throws RollcallException {
    var paged =
        url.newBuilder()
            .addQueryParameter("page", String.valueOf(page))
            .addQueryParameter("perPage", String.valueOf(perPage))
            .build();
    var answer = transport.sendForAll(request("GET", paged, null));
    var meta = Json.object(answer, "meta", new JSONObject());
    return new Page<>(
        map(answer.get("data"), of), Json.object(meta, "pagination", new JSONObject()));
  }

  private HttpUrl ofUser(String uid) throws RollcallException {
    return Endpoints.segment(endpoints.plain(USERS), "uid", uid);
  }

  private HttpUrl sessionsOf(String uid) throws RollcallException {
    return ofUser(uid).newBuilder().addPathSegment("auth_tokens").build();
  }

  private JSONObject object(String method, HttpUrl url, @Nullable JSONObject body)
      throws RollcallException {
    return transport.sendForObject(request(method, url, body));
  }

  private void send(Request request) throws RollcallException {
    transport.sendForObject(request);
  }

  private Request request(String method, HttpUrl url, @Nullable JSONObject body) {
    return endpoints.request(method, url).body(body);
  }

  /// Lets go of connections. A back end that is never closed keeps no process alive.
  @Override
  public void close() {
    transport.close();
  }
}

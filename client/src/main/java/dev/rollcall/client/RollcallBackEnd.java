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

/// The client of a back end, with the API key: users, auth tokens, push tokens and notifications.
///
/// Create one and keep it. The methods block until there is an answer. Any number of threads may call
/// them at the same time. Idempotent calls are tried again when the network fails or the server is busy.
/// Creating a user or an auth token is tried again only if the server said that it has done nothing.
///
/// Every method may throw a [RollcallException]. The code is [RollcallException#BAD_REQUEST], before
/// anything is sent, when a text is missing or blank, or would lead to another path: `..`, or a text
/// with a slash. A session is named by its handle or by its auth token.
///
/// A deletion whose answer was lost is tried again. If it then finds nothing, it has succeeded.
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

  /// Opens a back end. The server is not called.
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

  /// Creates a user.
  ///
  /// @param uid 1 to 100 letters and digits of any script, and signs of `-._~!$&'()*+=:@|`; case is ignored
  /// @param profile its fields; a name is required
  /// @return the user
  /// @throws RollcallException see the class; `ERR_UID_ALREADY_EXISTS` when the user exists
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
  /// @param page the number of the page, from 1
  /// @param perPage the number of rows on a page, 1 to 1000
  /// @return the page
  /// @throws RollcallException see the class
  public Page<User> users(int page, int perPage) throws RollcallException {
    return page(endpoints.plain(USERS), page, perPage, User::of);
  }

  /// Updates a user. Fields that the profile does not set stay unchanged.
  ///
  /// @param uid the user
  /// @param profile the fields to change
  /// @return the updated user
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is none
  public User updateUser(String uid, UserProfile profile) throws RollcallException {
    Objects.requireNonNull(profile, "profile");
    return User.of(object("PUT", ofUser(uid), profile.json()));
  }

  /// Deletes a user; its sessions and push tokens end at once.
  ///
  /// @param uid the user
  /// @param forGood true to delete the user with its token history, false to deactivate it
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is none
  public void deleteUser(String uid, boolean forGood) throws RollcallException {
    var body = Json.object("permanent", forGood);
    send(request("DELETE", ofUser(uid), body).goneWith("ERR_UID_NOT_FOUND"));
  }

  /// Logs a user in: opens a session and returns its auth token. Each call opens another session.
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
  /// @param page the number of the page, from 1
  /// @param perPage the number of rows on a page, 1 to 1000
  /// @return the page
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is no such user
  public Page<Session> sessions(String uid, int page, int perPage) throws RollcallException {
    return page(sessionsOf(uid), page, perPage, Session::of);
  }

  /// Ends a session and its push tokens.
  ///
  /// @param uid the user
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
  /// @param platform the kind of token, such as `fcm_android` or `apns_ios_device`; the
  ///     server's OpenAPI document lists them
  /// @param token the token
  /// @throws RollcallException see the class; one of the codes that begin with `TOKEN_` or
  ///     `APNS_TOKEN_`, before anything is sent, when this is not a token
  public void registerPushToken(String session, String platform, String token)
      throws RollcallException {
    var shape = shape(Argument.text("platform", platform));
    var body = Json.put(ofSession(session), "platform", platform);
    Json.put(body, keyOf(shape), TokenShape.canonical(shape, token));
    send(request("POST", endpoints.plain(TOKENS), body).mayBeRepeated());
  }

  private static String shape(String platform) throws RollcallException {
    var lower = platform.toLowerCase(Locale.ROOT);
    if (lower.startsWith("fcm")) {
      return TokenShape.FCM;
    }
    if (lower.startsWith("apns")) {
      return lower.endsWith("voip") ? TokenShape.VOIP : TokenShape.APNS;
    }
    throw RollcallException.bad(
        RollcallException.BAD_REQUEST,
        "platform",
        "platform must begin with fcm_ or apns_; this SDK registers no other tokens");
  }

  private static String keyOf(String shape) {
    return shape.equals(TokenShape.APNS) ? "deviceToken" : shape;
  }

  /// Lists push tokens.
  ///
  /// @param session a handle or an auth token
  /// @param scope those of the session, or all of its user's
  /// @return a mutable list, maybe empty
  /// @throws RollcallException see the class; `ERR_AUTH_TOKEN_NOT_FOUND` when there is no such session
  public List<PushToken> pushTokens(String session, Scope scope) throws RollcallException {
    var url = tokens(scope).newBuilder();
    url.addQueryParameter("authToken", Argument.text("session", session));
    return pushTokens(object("GET", url.build(), null));
  }

  /// Deletes push tokens. Without any, the call succeeds too.
  ///
  /// @param session a handle or an auth token
  /// @param scope those of the session, or all of its user's
  /// @return the deleted tokens; after a retry, only those that the last try deleted
  /// @throws RollcallException see the class; `ERR_AUTH_TOKEN_NOT_FOUND` when there is no such session
  public List<PushToken> deletePushTokens(String session, Scope scope) throws RollcallException {
    return pushTokens(object("DELETE", tokens(scope), ofSession(session)));
  }

  /// Deletes one push token, if the session's user still has it. The token is part of the path, which
  /// proxies may log.
  ///
  /// @param session a handle or an auth token
  /// @param token the push token
  /// @return the deleted token; an empty list if the answer to the first try was lost
  /// @throws RollcallException see the class; `ERR_TOKEN_NOT_FOUND` when the user does not have it
  public List<PushToken> deletePushToken(String session, String token) throws RollcallException {
    var url = Endpoints.segment(endpoints.plain(TOKENS), "token", token);
    var request = request("DELETE", url, ofSession(session)).goneWith("ERR_TOKEN_NOT_FOUND");
    return pushTokens(transport.sendForObject(request));
  }

  /// Queues a notification. It is stored durably when this returns, and it is queued once even if the
  /// call is tried again.
  ///
  /// @param notification the notification
  /// @return its id
  /// @throws RollcallException see the class; `ERR_MESSAGE_REFUSED` when a provider would refuse it
  public String send(Notification notification) throws RollcallException {
    return send(notification, UUID.randomUUID().toString());
  }

  /// Queues a notification once for each idempotency key, also across restarts of the process.
  ///
  /// @param notification the notification
  /// @param idempotencyKey your own name for it, at most 255 characters
  /// @return its id; the id from the first call with the key, if there was one
  /// @throws RollcallException see the class; `ERR_IDEMPOTENCY_KEY_REUSED` when the key was
  ///     used for another notification
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

  /// Returns the state of a notification and of its deliveries.
  ///
  /// @param id the id that `send` returned
  /// @return the report
  /// @throws RollcallException see the class; `ERR_NOTIFICATION_NOT_FOUND` when it does not exist,
  ///     or was deleted some days after it ended
  public NotificationReport notification(String id) throws RollcallException {
    return NotificationReport.of(object("GET", ofNotification(id), null));
  }

  /// Cancels the deliveries that are not sent yet. Cancelling twice succeeds.
  ///
  /// @param id the id that `send` returned
  /// @throws RollcallException see the class; `ERR_NOTIFICATION_NOT_FOUND` when it does not exist
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

  /// Closes the connections. A back end that is never closed does not keep the process alive.
  @Override
  public void close() {
    transport.close();
  }
}

package dev.rollcall.client;

import dev.rollcall.client.Rollcall.CallbackListener;
import java.io.Closeable;
import java.text.Normalizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// The client of an app: logs one user in, and registers the push tokens of this phone.
///
/// Create one for each app id and [Storage], and keep it for as long as the process lives. The methods
/// block until there is an answer. Any number of threads may call them at the same time; [#async] runs
/// a call on a thread of the SDK's. Calls that change the push tokens of the phone run one after the
/// other, in the order in which they were made. Interrupting a thread ends its wait for another call or
/// between two tries. It does not end a try that has begun, which lasts until its timeout at most.
///
/// Idempotent calls are tried again when the network fails or the server is busy. The pauses grow, and
/// the server may ask for longer ones. A login without an answer is not tried again, because it may
/// have opened a session.
///
/// A logout that did not reach the server is queued, and sent before the next call.
///
/// Every method may throw a [RollcallException]. `AUTH_ERR_AUTH_TOKEN_NOT_FOUND` means that the session
/// has ended, for example by a logout elsewhere. The client then forgets the user.
public final class RollcallClient implements Closeable {
  static final String VERSION = "0.1.0";

  private final RollcallSettings settings;
  private final Transport transport;
  private final PersistentState state;
  private final Endpoints endpoints;
  private final SessionCalls calls;
  private final Logouts logouts;
  private final Registrations registrations;
  private final Workers workers = new Workers();
  private final ReentrantLock sessionLock = new ReentrantLock();
  private final ReentrantLock tokenLock = new ReentrantLock(true);

  private RollcallClient(RollcallSettings settings, PersistentState state) {
    this.settings = settings;
    this.state = state;
    this.transport = new Transport(settings);
    var resource = ClientInfo.resource(settings.timing().now());
    this.endpoints = Endpoints.ofClient(settings, resource);
    this.calls = new SessionCalls(state, endpoints, transport);
    this.logouts = new Logouts(state, endpoints, transport, settings.appId());
    this.registrations = new Registrations(settings, state, endpoints, calls, logouts);
  }

  /// Opens a client with the user that the storage holds, if any. The server is not called.
  ///
  /// @param settings where the server is
  /// @param storage keeps what must survive a restart of the process
  /// @return the client
  /// @throws RollcallException with [RollcallException#STORAGE] when the storage fails
  public static RollcallClient open(RollcallSettings settings, Storage storage)
      throws RollcallException {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(storage, "storage");
    return new RollcallClient(settings, PersistentState.open(storage, settings.appId()));
  }

  /// The user that is logged in here, as far as this client knows. The server is not called.
  ///
  /// @return the user as the login returned it, or null
  public @Nullable User user() {
    var login = state.login();
    return login == null ? null : login.user;
  }

  /// Logs a user in with the auth key, which an app may contain. If the user is logged in already,
  /// the server is not called. If another user is logged in, that user is logged out first.
  ///
  /// @param uid the user, created by a back end; in any case
  /// @param authKey the app's auth key
  /// @return the user
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is no such user;
  ///     [RollcallException#BAD_REQUEST], before anything is sent, when the uid contains a slash
  public User login(String uid, String authKey) throws RollcallException {
    Argument.segment("uid", uid);
    Argument.text("authKey", authKey);
    return locked(
        sessionLock,
        it -> {
          state.checkNotReleased();
          var current = state.login();
          if (current != null && current.user.uid().equals(stored(uid))) {
            return current.user;
          }
          logouts.endOrSendQueued(logouts.forget());
          return startOrEndSession(newAuthToken(uid, authKey));
        });
  }

  /// The form in which the server stores a uid.
  private static String stored(String uid) {
    var lower = Normalizer.normalize(uid, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    return Normalizer.normalize(lower, Normalizer.Form.NFC);
  }

  private String newAuthToken(String uid, String authKey) throws RollcallException {
    var user = Endpoints.segment(endpoints.api("/users"), "uid", uid);
    var url = user.newBuilder().addPathSegment("auth_tokens").build();
    var request = endpoints.request("POST", url).header("apiKey", authKey).body(clientInfo());
    var authToken = Json.text(transport.sendForObject(request), "authToken");
    if (authToken == null) {
      throw RollcallException.unexpected("it holds no auth token", 200, -1);
    }
    return authToken;
  }

  /// Logs a user in with an auth token from a back end. If another user is logged in, that user is
  /// logged out first.
  ///
  /// @param authToken the auth token
  /// @return the user
  /// @throws RollcallException see the class
  public User login(String authToken) throws RollcallException {
    Argument.text("authToken", authToken);
    return locked(
        sessionLock,
        it -> {
          state.checkNotReleased();
          var current = state.login();
          boolean same = current == null || current.authToken.equals(authToken);
          logouts.endOrSendQueued(same ? null : logouts.forget());
          return startSession(authToken);
        });
  }

  private User startOrEndSession(String authToken) throws RollcallException {
    try {
      return startSession(authToken);
    } catch (RollcallException e) {
      logouts.endFailedLogin(authToken);
      throw e;
    }
  }

  private User startSession(String authToken) throws RollcallException {
    var request = endpoints.request("PUT", endpoints.api("/me")).body(clientInfo());
    var user = User.of(Transport.object(calls.send(authToken, request)));
    state.loggedIn(authToken, user);
    return user;
  }

  private JSONObject clientInfo() {
    return ClientInfo.json(settings.appId(), state.installation());
  }

  /// Registers the FCM token of this app. Call it at every start of the app and whenever Firebase
  /// issues a new token. A token that was registered less than a day ago is not sent again.
  ///
  /// @param token an FCM registration token or Firebase installation id, as Firebase gave it
  /// @return whether it was sent
  /// @throws RollcallException see the class; one of the codes that begin with `TOKEN_`, before
  ///     anything is sent, when this is not a token
  public Registered registerFcm(String token) throws RollcallException {
    var canonical = TokenShape.canonical(TokenShape.FCM, token);
    return register(Collections.singletonMap(TokenShape.FCM, canonical));
  }

  /// Registers the APNs tokens of an app on one of Apple's systems, as hexadecimal digits.
  ///
  /// @param token the device token for alerts, or null
  /// @param voip the device token of PushKit, or null
  /// @return whether they were sent
  /// @throws RollcallException see the class; one of the codes that begin with `TOKEN_` or
  ///     `APNS_TOKEN_`, before anything is sent, when one is not a token or both are null
  public Registered registerApns(@Nullable String token, @Nullable String voip)
      throws RollcallException {
    var tokens = new LinkedHashMap<String, String>();
    if (token != null || voip == null) {
      tokens.put(TokenShape.APNS, TokenShape.canonical(TokenShape.APNS, token));
    }
    if (voip != null) {
      tokens.put(TokenShape.VOIP, TokenShape.canonical(TokenShape.VOIP, voip));
    }
    return register(tokens);
  }

  private Registered register(Map<String, String> tokens) throws RollcallException {
    return locked(tokenLock, it -> registrations.register(tokens));
  }

  /// Asks the server whether it still has the push tokens of this session, and registers them again
  /// if not. The server may have lost them when a backup was restored, or when another app registered
  /// them. Call it when the app comes to the foreground; it is one small request.
  ///
  /// @return [Registered#UNCHANGED] when the server has them or nothing was ever registered
  /// @throws RollcallException see the class
  public Registered checkRegistration() throws RollcallException {
    return locked(tokenLock, it -> registrations.check());
  }

  /// Lists the push tokens of the user, of all sessions.
  ///
  /// @return the tokens
  /// @throws RollcallException see the class
  public TokenLists tokens() throws RollcallException {
    var authToken = calls.authToken();
    logouts.sendQueued();
    return TokenLists.of(calls.get(authToken, endpoints.tokens()));
  }

  /// Deletes push tokens. Without any, the call succeeds too.
  ///
  /// @param scope those of this session, or all of the user's
  /// @throws RollcallException see the class
  public void deleteTokens(Scope scope) throws RollcallException {
    Objects.requireNonNull(scope, "scope");
    var body = Json.object("all", scope == Scope.ALL);
    var request = endpoints.request("DELETE", endpoints.tokens()).body(body);
    change(calls.authToken(), request);
  }

  private @Nullable Object change(String authToken, Request request) throws RollcallException {
    return locked(
            tokenLock,
            it -> {
              logouts.sendQueued();
              state.forgetRegistration(authToken);
              return Optional.ofNullable(calls.send(authToken, request));
            })
        .orElse(null);
  }

  /// Logs the user out. The client forgets the user at once, before it asks the server to end the
  /// session and its push tokens: [#user] is null from then on, however long the network takes. If the
  /// server cannot be reached, the logout is queued and sent before the next call, also when another
  /// user is logged in by then. It does not touch what that user has registered.
  ///
  /// @return whether the server has ended the session; [LoggedOut#DONE] also when nobody was logged in
  /// @throws RollcallException see the class, but never because of the network;
  ///     [RollcallException#STORAGE] when the storage fails, and then the user may still be logged in
  public LoggedOut logout() throws RollcallException {
    // Without the lock, which a login may hold while it waits for the network.
    var first = logouts.forget();
    return locked(
        sessionLock,
        it -> {
          var second = logouts.forget();
          return logouts.end(first) && logouts.end(second) ? LoggedOut.DONE : LoggedOut.QUEUED;
        });
  }

  /// Calls an extension, as in the vendor's documentation. Rollcall has one extension,
  /// `push-notification`.
  ///
  /// @param slug the extension
  /// @param method `GET`, `POST`, `PUT`, `PATCH` or `DELETE`, in any case
  /// @param endpoint the path, with or without a slash before it: `/v2/tokens`
  /// @param body what to send: as JSON, or for `GET` as the query; null or empty for nothing
  /// @return the `data` of the answer; if it is not an object, an object that contains it as `data`
  /// @throws RollcallException see the class; a push token in the body is checked before anything is
  ///     sent
  public JSONObject callExtension(
      String slug, String method, String endpoint, @Nullable JSONObject body)
      throws RollcallException {
    Argument.text("slug", slug);
    Argument.text("method", method);
    Argument.text("endpoint", endpoint);
    Argument.extension("slug", slug);
    var verb = Argument.httpMethod("method", method);
    var path = "/" + endpoint.replaceFirst("^/+", "");
    var given = body == null || body.isEmpty() ? null : body;
    if (verb.equals("POST") && path.equals(Endpoints.TOKENS)) {
      TokenShape.check(given);
    }
    var authToken = calls.authToken();
    var url = endpoints.extension(path);
    if (!verb.equals("GET")) {
      return SessionCalls.asObject(change(authToken, endpoints.request(verb, url).body(given)));
    }
    logouts.sendQueued();
    return calls.get(authToken, Endpoints.withQuery(url, given));
  }

  /// Calls an extension and gives the answer to a listener. It returns at once.
  ///
  /// @param slug the extension
  /// @param method see [#callExtension(String, String, String, JSONObject)]
  /// @param endpoint see there
  /// @param body see there; it must not be changed before the listener is called
  /// @param listener called once, see [Rollcall.CallbackListener]
  public void callExtension(
      String slug,
      String method,
      String endpoint,
      @Nullable JSONObject body,
      CallbackListener<JSONObject> listener) {
    runAndNotify(listener, it -> it.callExtension(slug, method, endpoint, body));
  }

  // A call holds the lock until its answer has come, so that no older answer is kept as the newest.
  private <T> T locked(ReentrantLock lock, Task<T> task) throws RollcallException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RollcallException.local(RollcallException.INTERRUPTED, "The thread was interrupted", e);
    }
    try {
      return task.run(this);
    } finally {
      lock.unlock();
    }
  }

  /// One or more calls of a client, such as `it -> it.registerFcm(token)`.
  ///
  /// @param <T> the result
  @FunctionalInterface
  public interface Task<T> {
    /// Makes the calls.
    ///
    /// @param client the client
    /// @return the result
    /// @throws RollcallException when a call fails
    T run(RollcallClient client) throws RollcallException;
  }

  /// Runs one or more calls on a thread of the SDK's: `client.async(it -> it.registerFcm(token))`.
  /// The future completes on that thread. [RollcallSettings.Builder#callbacks] does not apply: pass an
  /// executor to `whenCompleteAsync` to continue elsewhere.
  ///
  /// @param <T> the result
  /// @param task the calls
  /// @return the future of the result; it fails with a [RollcallException]. Cancelling it does not
  ///     stop a call that has begun
  public <T> CompletableFuture<T> async(Task<T> task) {
    Objects.requireNonNull(task, "task");
    return workers.future(() -> task.run(this));
  }

  /// Runs a task and gives the result to the listener.
  <T> void runAndNotify(CallbackListener<T> listener, Task<T> task) {
    Objects.requireNonNull(listener, "listener");
    workers.runAndNotify(listener, settings.callbacks(), () -> task.run(this));
  }

  /// Releases the storage to another client. A call that still runs and has to write to it fails with
  /// [RollcallException#CLOSED].
  void releaseStorage() {
    state.releaseStorage();
  }

  /// Takes the storage back from a client that could not be opened.
  void reclaimStorage() {
    state.reclaimStorage();
  }

  /// Closes the connections and ends the threads. Tasks that were submitted before are finished; later
  /// ones fail with [RollcallException#CLOSED]. The user stays logged in. A client that is never closed
  /// does not keep the process alive. Give its storage to another client only when no call of this one
  /// runs any more; [Rollcall#init] takes care of that itself.
  @Override
  public void close() {
    // Android forbids closing a TLS connection on its main thread.
    workers.close(transport::close);
  }
}

package dev.rollcall.client;

import dev.rollcall.client.Rollcall.CallbackListener;
import java.io.Closeable;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.HttpUrl;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// Rollcall as an app sees it: logs one user in, and registers the push tokens of this phone.
///
/// Make one for each app id and [Storage], and keep it for as long as the process lives. The methods
/// block until there is an answer, and any thread may call them, many at once; [#async] runs one of
/// them on a thread of the SDK's. What changes the push tokens of a phone goes one by one, in the
/// order of the calls. Interrupting a thread ends its wait between two tries or for its
/// turn; a try that is on its way goes on, for its timeout at most.
///
/// What is safe to do twice is tried again when the network breaks or the server is busy, after a
/// pause that grows and that the server may ask for. A login that got no answer is not tried again,
/// since it may have opened a session.
///
/// Logouts that the server did not hear of are told before the next call.
///
/// Every method may throw a [RollcallException]. `AUTH_ERR_AUTH_TOKEN_NOT_FOUND` says that the session
/// has ended, by logout elsewhere, say; nobody is logged in then any more.
public final class RollcallClient implements Closeable {
  static final String VERSION = "0.1.0";
  private static final String PUSH = "push-notification";
  private static final String TOKENS = "/v2/tokens";
  private static final List<String> METHODS =
      Arrays.asList("GET", "POST", "PUT", "PATCH", "DELETE");

  private final RollcallSettings settings;
  private final Transport transport;
  private final Notebook notebook;
  private final Workers workers;
  private final ReentrantLock sessionChange = new ReentrantLock();
  private final ReentrantLock tokenChange = new ReentrantLock(true);
  private final String resource;

  private RollcallClient(RollcallSettings settings, Notebook notebook) {
    this.settings = settings;
    this.notebook = notebook;
    this.transport = new Transport(settings);
    this.workers = new Workers();
    this.resource =
        String.format(
            Locale.ROOT,
            "%s-%s-%s-%d",
            platform(),
            VERSION.replace('.', '_'),
            UUID.randomUUID(),
            settings.world().now());
  }

  /// Makes a client, with whoever was logged in when the storage was last used. No call is made.
  ///
  /// @param settings where the server is
  /// @param storage what outlives the process
  /// @return the client
  /// @throws RollcallException with [RollcallException#STORAGE] when the storage fails
  public static RollcallClient open(RollcallSettings settings, Storage storage)
      throws RollcallException {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(storage, "storage");
    return new RollcallClient(settings, Notebook.open(storage, settings.appId()));
  }

  private static String platform() {
    return isAndroid() ? "ANDROID" : "JAVA";
  }

  static boolean isAndroid() {
    return "Dalvik".equals(System.getProperty("java.vm.name"));
  }

  /// Who is logged in here, as far as this side knows; no call is made.
  ///
  /// @return the user as the login showed it, or null
  public @Nullable User user() {
    var login = notebook.login();
    return login == null ? null : login.user;
  }

  /// Logs a user in with the auth key, which a client may hold. If it is logged in already, nothing
  /// is sent; if somebody else is, that one is logged out first.
  ///
  /// @param uid the user, made by a back end; in any case
  /// @param authKey the app's auth key
  /// @return the user
  /// @throws RollcallException see the class; `ERR_UID_NOT_FOUND` when there is no such user;
  ///     [RollcallException#BAD_REQUEST], before anything is sent, when the uid holds a slash
  public User login(String uid, String authKey) throws RollcallException {
    Argument.segment("uid", uid);
    Argument.text("authKey", authKey);
    lock(sessionChange);
    try {
      notebook.checkOpen();
      var current = notebook.login();
      if (current != null && current.user.uid().equals(uid.toLowerCase(Locale.ROOT))) {
        return current.user;
      }
      endOrTellLogouts(forget());
      return arriveOrEnd(newAuthToken(uid, authKey));
    } finally {
      sessionChange.unlock();
    }
  }

  private String newAuthToken(String uid, String authKey) throws RollcallException {
    var url = api("/users").newBuilder().addPathSegment(uid).addPathSegment("auth_tokens").build();
    var request = new Request("POST", url).header("apiKey", authKey).body(clientInfo());
    var data = transport.sendForObject(common(request));
    var authToken = Json.text(data, "authToken");
    if (authToken == null) {
      throw RollcallException.unexpected("it holds no auth token", 200, -1);
    }
    return authToken;
  }

  /// Logs in with an auth token that a back end got for the user. If somebody else is logged in,
  /// that one is logged out first.
  ///
  /// @param authToken the auth token
  /// @return the user
  /// @throws RollcallException see the class
  public User login(String authToken) throws RollcallException {
    Argument.text("authToken", authToken);
    lock(sessionChange);
    try {
      notebook.checkOpen();
      var current = notebook.login();
      var other = current == null || current.authToken.equals(authToken) ? null : forget();
      endOrTellLogouts(other);
      return arrive(authToken);
    } finally {
      sessionChange.unlock();
    }
  }

  private User arriveOrEnd(String authToken) throws RollcallException {
    try {
      return arrive(authToken);
    } catch (RollcallException e) {
      abandon(authToken);
      throw e;
    }
  }

  // A session that nobody gets to know is ended, now or later.
  private void abandon(String authToken) throws RollcallException {
    if (notebook.isFrozen()) {
      sayGoodbye(LogoutToken.of(authToken), settings.appId());
    } else {
      notebook.loggedOutUnheard(authToken, LogoutToken.of(authToken));
    }
  }

  private User arrive(String authToken) throws RollcallException {
    var request = new Request("PUT", api("/me")).body(clientInfo());
    var user = User.of(Transport.object(ofSession(authToken, request)));
    notebook.loggedIn(authToken, user);
    return user;
  }

  private JSONObject clientInfo() {
    var info = Json.object("platform", platform());
    Json.put(info, "deviceId", settings.appId() + "_" + notebook.installation());
    return Json.put(
        info, "appInfo", Json.put(Json.object("version", "v" + VERSION), "apiVersion", "v3.0"));
  }

  /// Registers the FCM token of this app, as Firebase gave it. Call it at every start and whenever
  /// Firebase has a new one: what has not changed within a day is not sent.
  ///
  /// @param token an FCM registration token or Firebase installation id
  /// @return what became of it
  /// @throws RollcallException see the class; one of the codes that begin with `TOKEN_`, before
  ///     anything is sent, when this cannot be a token
  public Registered registerFcm(String token) throws RollcallException {
    return register(
        Collections.singletonMap(TokenShape.FCM, TokenShape.canonical(TokenShape.FCM, token)));
  }

  /// Registers the APNs tokens of this app, as hexadecimal digits, for an app that runs on Apple's
  /// systems by way of a JVM or that speaks for one that does.
  ///
  /// @param token the device token for alerts, or null
  /// @param voip the device token of PushKit, or null
  /// @return what became of it
  /// @throws RollcallException see the class; one of the codes that begin with `TOKEN_` or
  ///     `APNS_TOKEN_`, before anything is sent, when one cannot be a token or both are null
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
    return inTurn(
        it -> {
          var authToken = authToken();
          return notebook.isFresh(authToken, tokens, settings.world().now())
              ? Registered.UNCHANGED
              : send(authToken, tokens);
        });
  }

  private Registered send(String authToken, Map<String, String> tokens) throws RollcallException {
    tellLogouts();
    var now = settings.world().now();
    var sequence = notebook.nextSequence(now);
    var answer = send(authToken, tokens, sequence);
    if (answer.containsKey("superseded") && !notebook.isFrozen()) {
      // This is the newest, so the count of this phone was lost: by a reinstall with a clock that
      // was put back, say. Without a number the last one wins.
      answer = send(authToken, tokens, null);
    }
    notebook.registered(authToken, tokens, Json.text(answer, "revision"), now);
    return Registered.SENT;
  }

  private JSONObject send(String authToken, Map<String, String> tokens, @Nullable Long sequence)
      throws RollcallException {
    var body = new JSONObject();
    tokens.forEach((field, value) -> Json.put(body, field, value));
    Json.put(body, "deviceKey", deviceKey());
    Json.add(body, "sequence", sequence);
    var request = new Request("POST", extension(TOKENS)).body(body).mayBeRepeated();
    return asObject(ofSession(authToken, request));
  }

  private String deviceKey() {
    var given = settings.deviceKey();
    return given == null ? notebook.installation() : given;
  }

  /// Asks the server whether it still holds what this session registered, and registers it again if
  /// not: after a restored backup, say, or when another app took the token. Call it when the app
  /// comes to the front; it is one small request.
  ///
  /// @return [Registered#UNCHANGED] when all is well or nothing was ever registered
  /// @throws RollcallException see the class
  public Registered checkRegistration() throws RollcallException {
    return inTurn(it -> check());
  }

  private Registered check() throws RollcallException {
    var authToken = authToken();
    var tokens = notebook.registered();
    if (tokens.isEmpty()) {
      return Registered.UNCHANGED;
    }
    tellLogouts();
    var data = asObject(ofSession(authToken, new Request("GET", plain("/v1/registration"))));
    return Objects.equals(data.get("revision"), notebook.revision())
        ? Registered.UNCHANGED
        : send(authToken, tokens);
  }

  /// Lists the push tokens of the user, over all sessions.
  ///
  /// @return the tokens
  /// @throws RollcallException see the class
  public TokenLists tokens() throws RollcallException {
    var authToken = authToken();
    tellLogouts();
    return TokenLists.of(asObject(ofSession(authToken, new Request("GET", extension(TOKENS)))));
  }

  /// Deletes push tokens. Deleting when there is nothing succeeds.
  ///
  /// @param scope those of this session, or all of the user's
  /// @throws RollcallException see the class
  public void deleteTokens(Scope scope) throws RollcallException {
    Objects.requireNonNull(scope, "scope");
    var body = Json.object("all", scope == Scope.ALL);
    change(authToken(), new Request("DELETE", extension(TOKENS)).body(body));
  }

  private @Nullable Object change(String authToken, Request request) throws RollcallException {
    return inTurn(
        it -> {
          tellLogouts();
          notebook.forgetRegistration(authToken);
          return ofSession(authToken, request);
        });
  }

  /// Logs the user out. This side forgets the user at once, before it asks the server to end the
  /// session and its push tokens: [#user] is null from then on, however long the network takes. A
  /// server that cannot be reached is told before the next call, by whichever user of this
  /// installation; what another user has registered by then is not touched.
  ///
  /// @return whether the server knows already; [LoggedOut#DONE] also when nobody was logged in
  /// @throws RollcallException see the class, but never because of the network;
  ///     [RollcallException#STORAGE] when the storage fails, and then the user may still be logged in
  public LoggedOut logout() throws RollcallException {
    // Before its turn: a login that waits for the network must not keep this side from forgetting.
    var first = forget();
    lock(sessionChange);
    try {
      var second = forget();
      return end(first) && end(second) ? LoggedOut.DONE : LoggedOut.QUEUED;
    } finally {
      sessionChange.unlock();
    }
  }

  /// Nobody is logged in any more. Until the server has heard of it, the logout waits.
  private Notebook.@Nullable Login forget() throws RollcallException {
    var login = notebook.login();
    if (login != null) {
      notebook.loggedOutUnheard(login.authToken, LogoutToken.of(login.authToken));
    }
    return login;
  }

  /// Ends a session that was forgotten, and says whether the server knows. Where it does, those that
  /// wait are told too.
  private boolean end(Notebook.@Nullable Login login) throws RollcallException {
    if (login == null) {
      return true;
    }
    try {
      var request = new Request("DELETE", api("/me")).header("authToken", login.authToken);
      transport.send(common(request));
    } catch (RollcallException e) {
      if (!e.saysThatTheSessionEnded()) {
        return false;
      }
    }
    notebook.heard(LogoutToken.of(login.authToken));
    tellLogouts();
    return true;
  }

  private void endOrTellLogouts(Notebook.@Nullable Login login) throws RollcallException {
    if (login == null) {
      tellLogouts();
    } else {
      end(login);
    }
  }

  /// Tells the server of the logouts that it has not heard of, each by itself: one that fails keeps
  /// none from being told. Only where there is no network, the others wait for the next call, which
  /// begins with another.
  private void tellLogouts() throws RollcallException {
    for (var logout : notebook.unheardLogouts()) {
      var logoutToken = Json.text(logout, "logoutToken", "");
      var told = sayGoodbye(logoutToken, Json.text(logout, "app", settings.appId()));
      if (told == Told.HEARD) {
        notebook.heard(logoutToken);
      } else if (told == Told.NO_NETWORK) {
        notebook.tryLast(logoutToken);
        return;
      }
    }
  }

  private enum Told {
    HEARD,
    NOT_NOW,
    NO_NETWORK
  }

  /// One that Rollcall refuses is never going to pass. What something in between answers, or Rollcall
  /// in trouble, is no final word.
  private Told sayGoodbye(String logoutToken, String app) throws RollcallException {
    var body = Json.object("logoutToken", logoutToken);
    var request =
        new Request("POST", plain("/v1/logout")).body(body).mayBeRepeated().answeredOnce();
    try {
      transport.send(common(request).header("appId", app));
      return Told.HEARD;
    } catch (RollcallException e) {
      if (e.isFinalWordOfTheServer()) {
        return Told.HEARD;
      }
      return e.isAboutTheNetwork() ? Told.NO_NETWORK : Told.NOT_NOW;
    }
  }

  /// Calls an extension, as the vendor's documentation shows it. Rollcall has one,
  /// `push-notification`.
  ///
  /// @param slug the extension
  /// @param method `GET`, `POST`, `PUT`, `PATCH` or `DELETE`, in any case
  /// @param endpoint the path, with or without a slash before it: `/v2/tokens`
  /// @param body what to send: as JSON, or for `GET` as the query; null or empty for nothing
  /// @return what the answer carries as `data`; a `data` that is no object under that name
  /// @throws RollcallException see the class; a push token in the body is checked before anything is
  ///     sent
  public JSONObject callExtension(
      String slug, String method, String endpoint, @Nullable JSONObject body)
      throws RollcallException {
    Argument.text("slug", slug);
    Argument.text("method", method);
    Argument.text("endpoint", endpoint);
    if (!slug.equals(PUSH)) {
      throw RollcallException.bad(
          "ERR_ROUTE_NOT_FOUND", "slug", "There is no extension but " + PUSH);
    }
    var verb = method.toUpperCase(Locale.ROOT);
    if (!METHODS.contains(verb)) {
      throw RollcallException.bad(
          RollcallException.BAD_REQUEST, "method", "method must be one of " + METHODS);
    }
    var path = "/" + endpoint.replaceFirst("^/+", "");
    var given = body == null || body.isEmpty() ? null : body;
    if (verb.equals("POST") && path.equals(TOKENS)) {
      TokenShape.check(given);
    }
    var authToken = authToken();
    var url = extension(path);
    if (!verb.equals("GET")) {
      return asObject(change(authToken, new Request(verb, url).body(given)));
    }
    tellLogouts();
    return asObject(ofSession(authToken, new Request(verb, withQuery(url, given))));
  }

  private static HttpUrl withQuery(HttpUrl url, @Nullable JSONObject query) {
    var builder = url.newBuilder();
    if (query != null) {
      Json.entries(query)
          .forEach((name, value) -> builder.addQueryParameter(name, String.valueOf(value)));
    }
    return builder.build();
  }

  /// The same, with the answer to a listener. It returns at once.
  ///
  /// @param slug the extension
  /// @param method see [#callExtension(String, String, String, JSONObject)]
  /// @param endpoint see there
  /// @param body see there; it must not be changed until the answer is there
  /// @param listener told once, see [Rollcall.CallbackListener]
  public void callExtension(
      String slug,
      String method,
      String endpoint,
      @Nullable JSONObject body,
      CallbackListener<JSONObject> listener) {
    tell(listener, it -> it.callExtension(slug, method, endpoint, body));
  }

  private @Nullable Object ofSession(String authToken, Request request) throws RollcallException {
    try {
      return transport.send(common(request).header("authToken", authToken));
    } catch (RollcallException e) {
      if (e.saysThatTheSessionEnded()) {
        notebook.loggedOut(authToken);
      }
      throw e;
    }
  }

  private Request common(Request request) {
    return request
        .header("appId", settings.appId())
        .header("resource", resource)
        .header("sdk", "rollcall-java@" + VERSION)
        .header("chatApiVersion", "v3.0");
  }

  private static JSONObject asObject(@Nullable Object data) {
    return data instanceof JSONObject ? (JSONObject) data : Json.object("data", data);
  }

  private HttpUrl api(String path) throws RollcallException {
    return plain("/v3.0" + path);
  }

  private HttpUrl plain(String path) throws RollcallException {
    return Transport.url(settings.host(), path);
  }

  private HttpUrl extension(String path) throws RollcallException {
    var region = settings.region();
    var host = settings.host();
    return Transport.url(region == null ? host : PUSH + "-" + region + "." + host, path);
  }

  private String authToken() throws RollcallException {
    var login = notebook.login();
    if (login == null) {
      throw RollcallException.local(
          RollcallException.NOT_LOGGED_IN, "Nobody is logged in; call login first");
    }
    return login.authToken;
  }

  // An answer that comes late must not pass for the newest.
  private <T> T inTurn(Task<T> change) throws RollcallException {
    lock(tokenChange);
    try {
      return change.run(this);
    } finally {
      tokenChange.unlock();
    }
  }

  private static void lock(ReentrantLock lock) throws RollcallException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RollcallException.local(RollcallException.INTERRUPTED, "The thread was interrupted", e);
    }
  }

  /// Something to do with a client, such as `it -> it.registerFcm(token)`.
  ///
  /// @param <T> what comes of it
  @FunctionalInterface
  public interface Task<T> {
    /// Does it.
    ///
    /// @param client the client
    /// @return what comes of it
    /// @throws RollcallException when it fails
    T run(RollcallClient client) throws RollcallException;
  }

  /// Runs one or more calls on a thread of the SDK's: `client.async(it -> it.registerFcm(token))`.
  /// The future completes on that thread, and [RollcallSettings.Builder#callbacks] has no part in
  /// it: what has to happen elsewhere is given to `whenCompleteAsync` with its executor.
  ///
  /// @param <T> what comes of them
  /// @param task the calls
  /// @return their future; when it fails, then with a [RollcallException]. Cancelling it does not
  ///     stop a call that has begun
  public <T> CompletableFuture<T> async(Task<T> task) {
    Objects.requireNonNull(task, "task");
    var future = new CompletableFuture<T>();
    workers.run(
        () -> {
          try {
            future.complete(task.run(this));
          } catch (Throwable e) {
            future.completeExceptionally(typed(e));
          }
        },
        future::completeExceptionally);
    return future;
  }

  /// Runs a task and tells the listener what came of it, where callbacks are called.
  <T> void tell(CallbackListener<T> listener, Task<T> task) {
    Objects.requireNonNull(listener, "listener");
    workers.run(
        () -> callBack(outcome(listener, task), Runnable::run),
        e -> callBack(() -> listener.onError(e), Workers::aside));
  }

  private <T> Runnable outcome(CallbackListener<T> listener, Task<T> task) {
    try {
      var result = task.run(this);
      return () -> listener.onSuccess(result);
    } catch (Throwable e) {
      return () -> listener.onError(typed(e));
    }
  }

  private static RollcallException typed(Throwable e) {
    return e instanceof RollcallException
        ? (RollcallException) e
        : RollcallException.local(RollcallException.INTERNAL, "A mistake in the SDK", e);
  }

  private void callBack(Runnable callback, Executor otherwise) {
    var given = settings.callbacks();
    (given == null ? otherwise : given).execute(callback);
  }

  /// From now on another client has the storage, and this one changes nothing there any more. What
  /// still runs and would have to fails with [RollcallException#CLOSED].
  void freeze() {
    notebook.freeze();
  }

  void thaw() {
    notebook.thaw();
  }

  /// Lets go of connections and threads. Tasks that have begun are finished; later ones fail with
  /// [RollcallException#CLOSED]. The user stays logged in. A client that is never closed keeps no
  /// process alive. Give its storage to another client only when nothing of this one runs any more;
  /// [Rollcall#init] takes care of that by itself.
  @Override
  public void close() {
    // Android lets nobody close a TLS connection on its main thread.
    workers.close(transport::close);
  }
}

package dev.rollcall.client;

import java.util.Objects;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// The calls of the vendor's documentation: write `Rollcall` for `CometChat`, and
/// [RollcallException] for `CometChatException`.
///
/// All of them return at once and give the result to a [CallbackListener]. [#init] creates one client
/// for the whole process. A program that needs several clients, or results instead of callbacks, uses
/// [RollcallClient].
public final class Rollcall {
  private static volatile @Nullable RollcallClient client;

  private Rollcall() {}

  /// Receives the result of a call: one of the two methods is called, once.
  ///
  /// The executor given to [RollcallSettings.Builder#callbacks] calls it, or else one of the SDK's four
  /// threads. The thread that made the call never does, not even for the error of a closed client. Only
  /// [#init] calls its listener on the calling thread.
  ///
  /// @param <T> the type of the result
  public interface CallbackListener<T> {
    /// The call succeeded. An exception from this method is not caught.
    ///
    /// @param result the result
    void onSuccess(T result);

    /// The call failed. An exception from this method is not caught.
    ///
    /// @param e the reason
    void onError(RollcallException e);
  }

  /// Opens the client with the user that the storage holds, if any. The server is not called.
  ///
  /// Calling it again closes the previous client, which does not touch the storage any more. A call of
  /// the previous client that is still running fails with [RollcallException#CLOSED] if it would have
  /// to write to the storage. If the new client cannot be opened, the previous one stays in use.
  ///
  /// @param settings where the server is
  /// @param storage keeps what must survive a restart of the process
  /// @param listener called on the calling thread before this returns; an error means that the storage
  ///     failed
  public static synchronized void init(
      RollcallSettings settings, Storage storage, CallbackListener<String> listener) {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(listener, "listener");
    try {
      replace(settings, storage);
    } catch (RollcallException e) {
      listener.onError(e);
      return;
    }
    listener.onSuccess("Init successful");
  }

  private static void replace(RollcallSettings settings, Storage storage) throws RollcallException {
    var before = client;
    if (before == null) {
      client = RollcallClient.open(settings, storage);
      return;
    }
    before.releaseStorage();
    try {
      client = RollcallClient.open(settings, storage);
    } catch (RollcallException e) {
      before.reclaimStorage();
      throw e;
    }
    before.close();
  }

  /// The client behind these calls.
  ///
  /// @return the client, or null before [#init]
  public static @Nullable RollcallClient client() {
    return client;
  }

  /// The user that is logged in. The server is not called.
  ///
  /// @return the user, or null
  public static @Nullable User getLoggedInUser() {
    var current = client;
    return current == null ? null : current.user();
  }

  /// Logs a user in with the auth key; see [RollcallClient#login(String, String)].
  ///
  /// @param uid the user
  /// @param authKey the app's auth key
  /// @param listener receives the user
  public static void login(String uid, String authKey, CallbackListener<User> listener) {
    runAndNotify(listener, it -> it.login(uid, authKey));
  }

  /// Logs in with an auth token; see [RollcallClient#login(String)].
  ///
  /// @param authToken the auth token
  /// @param listener receives the user
  public static void login(String authToken, CallbackListener<User> listener) {
    runAndNotify(listener, it -> it.login(authToken));
  }

  /// Logs out; see [RollcallClient#logout]. A queued logout is a success.
  ///
  /// @param listener receives a sentence
  public static void logout(CallbackListener<String> listener) {
    runAndNotify(
        listener,
        it ->
            it.logout() == LoggedOut.DONE
                ? "Logged out"
                : "Logged out; the server will be notified");
  }

  /// Calls an extension; see [RollcallClient#callExtension(String, String, String, JSONObject)].
  ///
  /// @param slug the extension, `push-notification`
  /// @param method the HTTP method
  /// @param endpoint the path, with or without a slash before it
  /// @param body what to send, or null; it must not be changed before the listener is called
  /// @param listener receives the `data` of the answer
  public static void callExtension(
      String slug,
      String method,
      String endpoint,
      @Nullable JSONObject body,
      CallbackListener<JSONObject> listener) {
    runAndNotify(listener, it -> it.callExtension(slug, method, endpoint, body));
  }

  private static <T> void runAndNotify(CallbackListener<T> listener, RollcallClient.Task<T> task) {
    Objects.requireNonNull(listener, "listener");
    var current = client;
    if (current == null) {
      var e =
          RollcallException.local(
              RollcallException.NOT_INITIALISED, "Call Rollcall.init before anything else");
      Workers.runShared(() -> listener.onError(e));
    } else {
      current.runAndNotify(listener, task);
    }
  }
}

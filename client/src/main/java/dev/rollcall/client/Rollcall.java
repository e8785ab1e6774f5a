package dev.rollcall.client;

import java.util.Objects;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// The calls of the vendor's documentation: put `Rollcall` where it says `CometChat`, and
/// [RollcallException] where it says `CometChatException`.
///
/// All of them return at once and tell a [CallbackListener], which says on which thread. There is one
/// client for the whole process, made by [#init]; a program that wants its own, or answers instead of
/// callbacks, takes [RollcallClient].
public final class Rollcall {
  private static volatile @Nullable RollcallClient client;

  private Rollcall() {}

  /// Told what came of a call: one of the two methods is called, once.
  ///
  /// Both are called by the executor that [RollcallSettings.Builder#callbacks] named, else on a
  /// thread of the SDK's, of which there are four; never by the thread that made the call. That holds
  /// for every error, also of a client that is closed. Only [#init] tells its listener by itself.
  ///
  /// @param <T> what a call yields
  public interface CallbackListener<T> {
    /// The call succeeded. What this throws is not caught.
    ///
    /// @param result what it yielded
    void onSuccess(T result);

    /// The call failed. What this throws is not caught.
    ///
    /// @param e why
    void onError(RollcallException e);
  }

  /// Begins, with whoever was logged in when the storage was last used. No call is made.
  ///
  /// Calling it again closes the client that there was, which leaves the storage alone from then on:
  /// a call of its that is still running is finished if it has nothing to keep, and fails with
  /// [RollcallException#CLOSED] otherwise. If the storage fails, the client that there was goes on.
  ///
  /// @param settings where the server is
  /// @param storage what outlives the process
  /// @param listener told when all is ready, by the calling thread and before this returns; an error
  ///     says that the storage failed
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

  /// Who is logged in; no call is made.
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
  /// @param listener told the user
  public static void login(String uid, String authKey, CallbackListener<User> listener) {
    tell(listener, it -> it.login(uid, authKey));
  }

  /// Logs in with an auth token; see [RollcallClient#login(String)].
  ///
  /// @param authToken the auth token
  /// @param listener told the user
  public static void login(String authToken, CallbackListener<User> listener) {
    tell(listener, it -> it.login(authToken));
  }

  /// Logs out; see [RollcallClient#logout]. A logout that the server has yet to hear of is a success.
  ///
  /// @param listener told a sentence
  public static void logout(CallbackListener<String> listener) {
    tell(
        listener,
        it -> it.logout() == LoggedOut.DONE ? "Logged out" : "Logged out; the server will be told");
  }

  /// Calls an extension; see [RollcallClient#callExtension(String, String, String, JSONObject)].
  ///
  /// @param slug the extension, `push-notification`
  /// @param method the HTTP method
  /// @param endpoint the path, with or without a slash before it
  /// @param body what to send, or null; it must not be changed until the answer is there
  /// @param listener told what the answer carries as `data`
  public static void callExtension(
      String slug,
      String method,
      String endpoint,
      @Nullable JSONObject body,
      CallbackListener<JSONObject> listener) {
    tell(listener, it -> it.callExtension(slug, method, endpoint, body));
  }

  private static <T> void tell(CallbackListener<T> listener, RollcallClient.Task<T> task) {
    Objects.requireNonNull(listener, "listener");
    var current = client;
    if (current == null) {
      var e =
          RollcallException.local(
              RollcallException.NOT_INITIALISED, "Call Rollcall.init before anything else");
      Workers.runShared(() -> listener.onError(e));
    } else {
      current.tell(listener, task);
    }
  }
}

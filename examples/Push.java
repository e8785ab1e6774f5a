import dev.rollcall.client.FileStorage;
import dev.rollcall.client.Registered;
import dev.rollcall.client.RollcallClient;
import dev.rollcall.client.RollcallException;
import dev.rollcall.client.RollcallSettings;
import java.io.File;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/// The one client of an Android app: create it in `Application.onCreate`.
final class Push {
  private final RollcallClient client;
  private final Executor mainThread;

  /// The arguments are `context.getNoBackupFilesDir()`, `Settings.Secure.ANDROID_ID` and
  /// `ContextCompat.getMainExecutor(context)`.
  Push(File folder, String androidId, Executor mainThread) throws RollcallException {
    var settings =
        RollcallSettings.builder("my-app", "push.example.com")
            .deviceKey("com.example.app-" + androidId)
            .build();
    this.client = RollcallClient.open(settings, new FileStorage(new File(folder, "rollcall")));
    this.mainThread = mainThread;
  }

  /// Takes an auth token that the app's own back end created for the user. `show` is called on the main
  /// thread with either the result or the error.
  void onLogin(String authToken, String fcmToken, BiConsumer<Registered, Throwable> show) {
    client
        .async(
            it -> {
              it.login(authToken);
              return it.registerFcm(fcmToken);
            })
        .whenCompleteAsync(show, mainThread);
  }

  /// Call it from `FirebaseMessagingService.onNewToken`, and at every start. A token that was registered
  /// less than a day ago is not sent again.
  CompletableFuture<Registered> onToken(String fcmToken) {
    return client.async(it -> it.registerFcm(fcmToken));
  }

  /// Call it when the app comes to the foreground: registers again if the server no longer has the
  /// token.
  CompletableFuture<Registered> onResume() {
    return client.async(RollcallClient::checkRegistration);
  }

  /// Works without a network too: the user is forgotten at once, and a queued logout is sent before the
  /// next call.
  CompletableFuture<?> onLogout() {
    return client.async(RollcallClient::logout);
  }
}

import dev.rollcall.client.FileStorage;
import dev.rollcall.client.Registered;
import dev.rollcall.client.RollcallClient;
import dev.rollcall.client.RollcallException;
import dev.rollcall.client.RollcallSettings;
import java.io.File;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/// The one client of an Android app: make it in `Application.onCreate`.
final class Push {
  private final RollcallClient client;
  private final Executor mainThread;

  /// Takes from Android `context.getNoBackupFilesDir()`, `Settings.Secure.ANDROID_ID`, and
  /// `ContextCompat.getMainExecutor(context)`.
  Push(File folder, String androidId, Executor mainThread) throws RollcallException {
    var settings =
        RollcallSettings.builder("my-app", "push.example.com")
            .deviceKey("com.example.app-" + androidId)
            .build();
    this.client = RollcallClient.open(settings, new FileStorage(new File(folder, "rollcall")));
    this.mainThread = mainThread;
  }

  /// With an auth token that the app's own back end got for the user. What comes of it, one of the two
  /// or the other, is told on the main thread.
  void onLogin(String authToken, String fcmToken, BiConsumer<Registered, Throwable> show) {
    client
        .async(
            it -> {
              it.login(authToken);
              return it.registerFcm(fcmToken);
            })
        .whenCompleteAsync(show, mainThread);
  }

  /// From `FirebaseMessagingService.onNewToken`, and at every start: what has not changed within a
  /// day is not sent.
  CompletableFuture<Registered> onToken(String fcmToken) {
    return client.async(it -> it.registerFcm(fcmToken));
  }

  /// When the app comes to the front: registers again if the server no longer knows this phone.
  CompletableFuture<Registered> onResume() {
    return client.async(RollcallClient::checkRegistration);
  }

  /// Works without a network too: the user is forgotten at once, and the server is told before the
  /// next call.
  CompletableFuture<?> onLogout() {
    return client.async(RollcallClient::logout);
  }
}

import dev.rollcall.client.FileStorage;
import dev.rollcall.client.Registered;
import dev.rollcall.client.RollcallClient;
import dev.rollcall.client.RollcallException;
import dev.rollcall.client.RollcallSettings;
import java.io.File;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/// The only Rollcall client of an Android app. Create it in `Application.onCreate`.
final class Push {
  private final RollcallClient client;
  private final Executor mainThread;

  /// On Android, pass `context.getNoBackupFilesDir()`, `Settings.Secure.ANDROID_ID` and
  /// `ContextCompat.getMainExecutor(context)`.
  Push(File folder, String androidId, Executor mainThread) throws RollcallException {
    var settings =
        RollcallSettings.builder("my-app", "push.example.com")
            .deviceKey("com.example.app-" + androidId)
            .build();
    this.client = RollcallClient.open(settings, new FileStorage(new File(folder, "rollcall")));
    this.mainThread = mainThread;
  }

  /// Call it with an auth token that the app's own back end obtained for the user. `show` runs on the
  /// main thread with either the result or the error; the other argument is null.
  void onLogin(String authToken, String fcmToken, BiConsumer<Registered, Throwable> show) {
    client
        .async(
            it -> {
              it.login(authToken);
              return it.registerFcm(fcmToken);
            })
        .whenCompleteAsync(show, mainThread);
  }

  /// Call it from `FirebaseMessagingService.onNewToken` and at every start. A token that has not
  /// changed is sent at most once a day.
  CompletableFuture<Registered> onToken(String fcmToken) {
    return client.async(it -> it.registerFcm(fcmToken));
  }

  /// Call it when the app comes to the foreground. It registers the token again if the server no
  /// longer has it.
  CompletableFuture<Registered> onResume() {
    return client.async(RollcallClient::checkRegistration);
  }

  /// It works without a network too. The SDK forgets the user at once. If the server cannot be
  /// reached, the SDK sends the logout before its next call.
  CompletableFuture<?> onLogout() {
    return client.async(RollcallClient::logout);
  }
}

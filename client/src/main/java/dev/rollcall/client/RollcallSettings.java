package dev.rollcall.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/// The server's address, the trusted certificates, timeouts and retries. Immutable.
public final class RollcallSettings {
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,50}");
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,200}");

  private final Builder values;

  private RollcallSettings(Builder values) {
    this.values = new Builder(values);
  }

  /// Creates a builder with the required settings.
  ///
  /// @param appId the app's id, as `./rollcall app list` shows it
  /// @param host the server's public host, with a port unless it is 443: `push.example.com`,
  ///     `localhost:8443`. The SDK always uses HTTPS
  /// @return a builder
  /// @throws IllegalArgumentException when either is invalid
  public static Builder builder(String appId, String host) {
    return new Builder(appId, host);
  }

  String appId() {
    return values.appId;
  }

  String host() {
    return values.host;
  }

  @Nullable String region() {
    return values.region;
  }

  @Nullable Trust trust() {
    return values.trust;
  }

  @Nullable String deviceKey() {
    return values.deviceKey;
  }

  long connectTimeout() {
    return values.connectTimeout;
  }

  long callTimeout() {
    return values.callTimeout;
  }

  int tries() {
    return values.tries;
  }

  long longestPause() {
    return values.longestPause;
  }

  @Nullable Executor callbacks() {
    return values.callbacks;
  }

  Timing timing() {
    return values.timing;
  }

  /// Builds settings. Each method returns the builder itself. Not thread-safe.
  public static final class Builder {
    private final String appId;
    private final String host;
    private @Nullable String region;
    private @Nullable Trust trust;
    private @Nullable String deviceKey;
    private long connectTimeout = 10_000;
    private long callTimeout = 30_000;
    private int tries = 3;
    private long longestPause = 30_000;
    private @Nullable Executor callbacks;
    private Timing timing = new Timing();

    private Builder(String appId, String host) {
      Objects.requireNonNull(appId, "appId");
      Objects.requireNonNull(host, "host");
      require(VISIBLE.matcher(appId).matches(), "the app id is blank, too long or not ASCII");
      require(
          HOST.matcher(host).matches() && HttpUrl.parse("https://" + host) != null,
          "the host must be a name or an address, with a port"
              + " unless that is 443, and without https://: push.example.com, localhost:8443");
      this.appId = appId;
      this.host = host;
    }

    private Builder(Builder other) {
      appId = other.appId;
      host = other.host;
      region = other.region;
      trust = other.trust;
      deviceKey = other.deviceKey;
      connectTimeout = other.connectTimeout;
      callTimeout = other.callTimeout;
      tries = other.tries;
      longestPause = other.longestPause;
      callbacks = other.callbacks;
      timing = other.timing;
    }

    private static void require(boolean right, String otherwise) {
      if (!right) {
        throw new IllegalArgumentException(otherwise);
      }
    }

    /// Calls the extension at its own host, `push-notification-<region>.<host>`, as the vendor's SDKs
    /// do. Without a region all calls go to the one host, which is enough for Rollcall.
    ///
    /// @param region the app's region, such as `eu`, in any case
    /// @return this
    /// @throws IllegalArgumentException when it cannot be part of a host name
    public Builder region(String region) {
      Objects.requireNonNull(region, "region");
      var lower = region.toLowerCase(Locale.ROOT);
      require(REGION.matcher(lower).matches(), "the region must be letters, digits and hyphens");
      this.region = lower;
      return this;
    }

    /// Trusts these certificates, and those that they have signed, instead of the system's: the CA of your company, or `dev-cert.pem` in the data folder of a Rollcall that was
    /// started without a certificate.
    ///
    /// @param pem one or more certificates in PEM
    /// @return this
    /// @throws IllegalArgumentException when it holds none
    public Builder trust(String pem) {
      trust = Trust.in(Objects.requireNonNull(pem, "pem"));
      return this;
    }

    /// Trusts certificates from a file or a resource.
    ///
    /// @param pem one or more certificates in PEM; the stream is read to its end and not closed
    /// @return this
    /// @throws IOException when it cannot be read
    /// @throws IllegalArgumentException when it holds no certificate
    public Builder trust(InputStream pem) throws IOException {
      Objects.requireNonNull(pem, "pem");
      var bytes = new ByteArrayOutputStream();
      var buffer = new byte[4096];
      for (int n = pem.read(buffer); n >= 0; n = pem.read(buffer)) {
        bytes.write(buffer, 0, n);
      }
      return trust(new String(bytes.toByteArray(), StandardCharsets.US_ASCII));
    }

    /// Identifies the phone across reinstalls. A registration by a new installation, or by another user
    /// of the same phone, replaces the earlier one. On Android, use `Settings.Secure.ANDROID_ID`. Anyone
    /// who knows the key can end the phone's push tokens, so it should be hard to guess; the server
    /// stores only its hash. Without it the SDK generates a key for each installation.
    ///
    /// @param key 1 to 200 printable ASCII characters without spaces
    /// @return this
    /// @throws IllegalArgumentException when it is something else
    public Builder deviceKey(String key) {
      Objects.requireNonNull(key, "key");
      require(
          VISIBLE.matcher(key).matches(),
          "a device key is 1 to 200 printable ASCII characters without spaces");
      deviceKey = key;
      return this;
    }

    /// Sets how long one try may take. A call that is tried again takes longer.
    ///
    /// @param connectMillis the limit for the connection; 10 seconds by default
    /// @param wholeMillis the limit for the whole try; 30 seconds by default
    /// @return this
    /// @throws IllegalArgumentException when either is not at least 1
    public Builder timeouts(long connectMillis, long wholeMillis) {
      require(connectMillis > 0 && wholeMillis > 0, "a timeout must be at least a millisecond");
      connectTimeout = Math.min(connectMillis, Integer.MAX_VALUE);
      callTimeout = Math.min(wholeMillis, Integer.MAX_VALUE);
      return this;
    }

    /// Sets how often a call is tried in all, where a retry is safe and useful, and the longest pause
    /// between two tries. If the server asks for a longer pause, the call fails, and
    /// [RollcallException#getRetryAfterMillis] returns that pause.
    ///
    /// @param tries 1 for no retry; 3 by default
    /// @param longestPauseMillis 30 seconds by default
    /// @return this
    /// @throws IllegalArgumentException when `tries` is not 1 to 10, or the pause is below 0
    public Builder retries(int tries, long longestPauseMillis) {
      require(tries >= 1 && tries <= 10, "a call is tried 1 to 10 times");
      require(longestPauseMillis >= 0, "a pause cannot be shorter than nothing");
      this.tries = tries;
      this.longestPause = longestPauseMillis;
      return this;
    }

    /// Sets the executor that calls each [Rollcall.CallbackListener], such as Android's main thread. By
    /// default a thread of the SDK's does. The futures of [RollcallClient#async] do not use it.
    ///
    /// @param executor the executor; it must not reject a task
    /// @return this
    public Builder callbacks(Executor executor) {
      callbacks = Objects.requireNonNull(executor, "executor");
      return this;
    }

    Builder timing(Timing timing) {
      this.timing = timing;
      return this;
    }

    /// Builds the settings. The builder may be used again.
    ///
    /// @return the settings
    public RollcallSettings build() {
      return new RollcallSettings(this);
    }
  }
}

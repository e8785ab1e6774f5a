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

/// Where the server is, whom to trust there, and how long to wait. A value that never changes.
public final class RollcallSettings {
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,50}");
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,200}");

  private final Builder values;

  private RollcallSettings(Builder values) {
    this.values = new Builder(values);
  }

  /// Starts with what is always needed.
  ///
  /// @param appId the app's id, as `./rollcall app list` shows it
  /// @param host the server's public host, with a port unless it is 443: `push.example.com`,
  ///     `localhost:8443`. Only HTTPS is spoken
  /// @return a builder
  /// @throws IllegalArgumentException when either cannot be right
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

  /// Gathers settings; each method answers the builder itself. It is for one thread.
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

    /// Calls the extension at a host of its own, `push-notification-<region>.<host>`, as the vendor's
    /// SDKs do. Without a region everything goes to the one host, which is all that Rollcall needs.
    ///
    /// @param region the app's region, such as `eu`, in any case
    /// @return this
    /// @throws IllegalArgumentException when it cannot be a part of a host's name
    public Builder region(String region) {
      Objects.requireNonNull(region, "region");
      var lower = region.toLowerCase(Locale.ROOT);
      require(REGION.matcher(lower).matches(), "the region must be letters, digits and hyphens");
      this.region = lower;
      return this;
    }

    /// Trusts these certificates, and what they have signed, in place of those that the system
    /// trusts: the CA of your company, or `dev-cert.pem` in the data folder of a Rollcall that was
    /// started without a certificate.
    ///
    /// @param pem one or more certificates in PEM
    /// @return this
    /// @throws IllegalArgumentException when it holds none
    public Builder trust(String pem) {
      trust = Trust.in(Objects.requireNonNull(pem, "pem"));
      return this;
    }

    /// The same, from a file or a resource.
    ///
    /// @param pem one or more certificates in PEM; it is read to its end and left open
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

    /// Names the phone over reinstalls, so that a new installation, or another user on the same
    /// phone, takes the place of what was registered before. On Android:
    /// `Settings.Secure.ANDROID_ID`. Whoever knows it can end the phone's push tokens, so it should
    /// be hard to guess; only its hash is kept by the server. Without it the SDK draws a name for
    /// each installation.
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

    /// How long one try may take. A call that is tried again takes longer.
    ///
    /// @param connectMillis until there is a connection; 10 seconds unless set
    /// @param wholeMillis from beginning to end; 30 seconds unless set
    /// @return this
    /// @throws IllegalArgumentException when either is not at least 1
    public Builder timeouts(long connectMillis, long wholeMillis) {
      require(connectMillis > 0 && wholeMillis > 0, "a timeout must be at least a millisecond");
      connectTimeout = Math.min(connectMillis, Integer.MAX_VALUE);
      callTimeout = Math.min(wholeMillis, Integer.MAX_VALUE);
      return this;
    }

    /// How often a call is tried in all, where trying again is safe and makes sense, and how long
    /// the SDK waits in between at most. A server that asks for more patience gets an error's worth:
    /// the call fails, and [RollcallException#getRetryAfterMillis] tells.
    ///
    /// @param tries 1 for never again; 3 unless set
    /// @param longestPauseMillis 30 seconds unless set
    /// @return this
    /// @throws IllegalArgumentException when `tries` is not 1 to 10, or the pause is below 0
    public Builder retries(int tries, long longestPauseMillis) {
      require(tries >= 1 && tries <= 10, "a call is tried 1 to 10 times");
      require(longestPauseMillis >= 0, "a pause cannot be shorter than nothing");
      this.tries = tries;
      this.longestPause = longestPauseMillis;
      return this;
    }

    /// Where the [Rollcall.CallbackListener]s are called, such as on Android's main thread. Unless set,
    /// on a thread of the SDK's. The futures of [RollcallClient#async] have nothing to do with it.
    ///
    /// @param executor what runs them; it must not refuse
    /// @return this
    public Builder callbacks(Executor executor) {
      callbacks = Objects.requireNonNull(executor, "executor");
      return this;
    }

    Builder timing(Timing timing) {
      this.timing = timing;
      return this;
    }

    /// Makes the settings; the builder may be used on.
    ///
    /// @return the settings
    public RollcallSettings build() {
      return new RollcallSettings(this);
    }
  }
}

package dev.rollcall.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.simple.JSONObject;
import org.json.simple.parser.ParseException;
import org.jspecify.annotations.Nullable;

/// Sends requests and reads answers, within a timeout and a size limit. Tries again where that is safe.
///
/// Every failure is a [RollcallException]. A call runs on the thread that makes it.
final class Transport {
  /// The server's longest answer, a page of a thousand users, is shorter.
  private static final long MAX_ANSWER_BYTES = 8L << 20;

  private static final long FIRST_PAUSE = 500;
  private static final long MAX_DELAY_SECONDS = 999_999_999;
  private static final String RETRY_AFTER = "Retry-After";
  private static final String HIDDEN_DELAY = "Rollcall-Retry-After";
  private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7e]*");
  private static final MediaType JSON = MediaType.get("application/json");

  private final RollcallSettings settings;
  private final OkHttpClient http;

  Transport(RollcallSettings settings) {
    this.settings = settings;
    var builder =
        new OkHttpClient.Builder()
            .protocols(Collections.singletonList(Protocol.HTTP_1_1))
            // This class decides which requests are sent again.
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectionPool(new ConnectionPool(2, 30, TimeUnit.SECONDS))
            .addNetworkInterceptor(Transport::withHiddenDelay)
            .dns(Transport::addresses)
            .connectTimeout(settings.connectTimeout(), TimeUnit.MILLISECONDS)
            .readTimeout(settings.callTimeout(), TimeUnit.MILLISECONDS)
            .writeTimeout(settings.callTimeout(), TimeUnit.MILLISECONDS)
            .callTimeout(settings.callTimeout(), TimeUnit.MILLISECONDS);
    var trust = settings.trust();
    if (trust != null) {
      builder.sslSocketFactory(trust.sockets(), trust.manager());
    }
    var strict = Trust.names(builder.build().hostnameVerifier());
    http = builder.hostnameVerifier(strict).build();
  }

  // OkHttp repeats a request by itself after a 503 with `Retry-After: 0`, and fails on long
  // numbers.
  private static Response withHiddenDelay(Interceptor.Chain chain) throws IOException {
    var response = chain.proceed(chain.request());
    var delay = response.header(RETRY_AFTER);
    var bare = response.newBuilder().removeHeader(RETRY_AFTER).removeHeader(HIDDEN_DELAY);
    return (delay == null ? bare : bare.header(HIDDEN_DELAY, delay)).build();
  }

  // Names under localhost mean this machine (RFC 6761), but some resolvers do not know that.
  private static List<InetAddress> addresses(String host) throws UnknownHostException {
    return Dns.SYSTEM.lookup(
        host.toLowerCase(Locale.ROOT).endsWith(".localhost") ? "localhost" : host);
  }

  /// Returns the `data` of the answer, which may be null.
  @Nullable Object send(Request request) throws RollcallException {
    return sendForAll(request).get("data");
  }

  /// Returns the whole answer, which has `data`.
  JSONObject sendForAll(Request request) throws RollcallException {
    var prepared = prepare(request);
    boolean maybeApplied = false;
    for (int tried = 1; ; tried++) {
      try {
        return once(prepared);
      } catch (RollcallException e) {
        if (maybeApplied && e.getCode().equals(request.goneCode)) {
          return Json.object("data", new JSONObject());
        }
        maybeApplied |= !e.changedNothing();
        var pause = pause(e, tried);
        if (!mayTryAgain(request, e)
            || tried >= settings.tries()
            || pause > settings.longestPause()) {
          throw e;
        }
        sleep(pause);
      }
    }
  }

  private static boolean mayTryAgain(Request request, RollcallException e) {
    boolean safe = request.repeatable || e.changedNothing();
    boolean enough = request.answeredOnce && e.getHttpStatus() != 0;
    return e.isRetryable() && safe && !enough;
  }

  /// Returns the `data` of the answer, which must be an object.
  JSONObject sendForObject(Request request) throws RollcallException {
    return object(send(request));
  }

  static JSONObject object(@Nullable Object data) throws RollcallException {
    if (data instanceof JSONObject) {
      return (JSONObject) data;
    }
    throw RollcallException.unexpected("its data is not an object", 200, -1);
  }

  // The pause doubles with each try. The jitter spreads clients that failed at the same time.
  private long pause(RollcallException e, int tried) {
    var asked = e.getRetryAfterMillis();
    var own = FIRST_PAUSE << (tried - 1);
    var jittered = (long) (own / 2.0 + own / 2.0 * settings.timing().random());
    return asked < 0 ? Math.min(jittered, settings.longestPause()) : Math.max(asked, jittered);
  }

  private void sleep(long millis) throws RollcallException {
    try {
      settings.timing().pause(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
  }

  private static RollcallException interrupted(Exception e) {
    return RollcallException.noAnswer(
        RollcallException.INTERRUPTED, "The thread was interrupted", true, false, e);
  }

  private static okhttp3.Request prepare(Request request) throws RollcallException {
    var builder = new okhttp3.Request.Builder().url(request.url);
    for (var header : request.headers.entrySet()) {
      // OkHttp's own error would quote the value.
      if (!VISIBLE.matcher(header.getValue()).matches()) {
        throw RollcallException.bad(
            RollcallException.BAD_REQUEST,
            header.getKey(),
            header.getKey() + " contains a character that a header must not contain");
      }
      builder.header(header.getKey(), header.getValue());
    }
    builder.header("Accept", "application/json");
    builder.header("Accept-Encoding", "identity");
    builder.header("Content-Type", "application/json");
    return builder.method(request.method, body(request)).build();
  }

  private static @Nullable RequestBody body(Request request) {
    if (request.body != null) {
      var bytes = request.body.toJSONString().getBytes(StandardCharsets.UTF_8);
      return RequestBody.create(JSON, bytes);
    }
    boolean needsOne = Arrays.asList("POST", "PUT", "PATCH").contains(request.method);
    return needsOne ? RequestBody.create(JSON, new byte[0]) : null;
  }

  private JSONObject once(okhttp3.Request request) throws RollcallException {
    try (var response = http.newCall(request).execute()) {
      return read(response);
    } catch (SSLException e) {
      throw ofTls(e);
    } catch (UnknownHostException | ConnectException | NoRouteToHostException e) {
      throw unreachable(true, e);
    } catch (InterruptedIOException e) {
      throw Thread.currentThread().isInterrupted() ? interrupted(e) : timeout(e);
    } catch (IOException e) {
      throw unreachable(false, e);
    } catch (RuntimeException e) {
      throw RollcallException.local(RollcallException.INTERNAL, "An error in the SDK", e);
    }
  }

  private RollcallException ofTls(SSLException e) {
    if (!isAboutTheCertificate(e)) {
      return unreachable(false, e);
    }
    return RollcallException.noAnswer(
        RollcallException.TLS,
        "The certificate of "
            + settings.host()
            + " is not trusted or not for this name; see trust"
            + " in the settings",
        false,
        true,
        e);
  }

  // On Android, a broken TLS connection has the same exception as a bad certificate.
  private static boolean isAboutTheCertificate(SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException
          || cause instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }

  private RollcallException unreachable(boolean untouched, IOException e) {
    return RollcallException.noAnswer(
        RollcallException.UNREACHABLE,
        "No connection to " + settings.host() + ", or it broke",
        true,
        untouched,
        e);
  }

  private RollcallException timeout(IOException e) {
    return RollcallException.noAnswer(
        RollcallException.TIMEOUT,
        "No answer from " + settings.host() + " in time",
        true,
        false,
        e);
  }

  private JSONObject read(Response response) throws IOException, RollcallException {
    var json = json(response);
    var error = json.get("error");
    if (error instanceof JSONObject) {
      throw refused(response, (JSONObject) error);
    }
    if (!response.isSuccessful() || !json.containsKey("data")) {
      throw unexpected(response, "it has neither data nor an error");
    }
    return json;
  }

  private JSONObject json(Response response) throws IOException, RollcallException {
    var body = response.body();
    if (body == null || response.code() == 204) {
      throw unexpected(response, "it has no body");
    }
    if (body.contentLength() > MAX_ANSWER_BYTES || body.source().request(MAX_ANSWER_BYTES + 1)) {
      throw RollcallException.noAnswer(
          RollcallException.ANSWER_TOO_LARGE,
          "The answer is longer than " + MAX_ANSWER_BYTES + " bytes",
          false,
          false,
          null);
    }
    var text = body.source().getBuffer().readString(StandardCharsets.UTF_8);
    try {
      var json = Json.parse(text);
      if (json instanceof JSONObject) {
        return (JSONObject) json;
      }
      throw unexpected(response, "it is not a JSON object");
    } catch (ParseException | NumberFormatException e) {
      throw unexpected(response, "it is not JSON");
    }
  }

  private RollcallException unexpected(Response response, String what) {
    return RollcallException.unexpected(what, response.code(), retryAfter(response));
  }

  private RollcallException refused(Response response, JSONObject error) {
    int status = response.code();
    var code = Json.text(error, "code", RollcallException.UNEXPECTED_ANSWER);
    var message = Json.text(error, "message", "The server gives no reason");
    var details = Json.object(error, "details", new JSONObject());
    // The API contract says that these change nothing.
    boolean untouched = (status >= 400 && status < 500) || status == 503;
    return RollcallException.refused(
        code, message, details, status, untouched, retryAfter(response));
  }

  /// Reads a number of seconds, or a date.
  @SuppressWarnings("JavaUtilDate") // OkHttp returns a Date, and Android 7.0 has no java.time.
  private long retryAfter(Response response) {
    var header = response.header(HIDDEN_DELAY);
    if (header == null) {
      return RollcallException.UNKNOWN_DELAY;
    }
    if (header.matches("[0-9]+")) {
      var seconds = header.length() > 9 ? MAX_DELAY_SECONDS : Long.parseLong(header);
      return TimeUnit.SECONDS.toMillis(seconds);
    }
    var date = response.headers().getDate(HIDDEN_DELAY);
    return date == null
        ? RollcallException.UNKNOWN_DELAY
        : Math.max(0, date.getTime() - settings.timing().now());
  }

  /// Closes idle connections.
  void close() {
    http.connectionPool().evictAll();
  }
}

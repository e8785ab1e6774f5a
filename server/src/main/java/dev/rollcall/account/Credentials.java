package dev.rollcall.account;

import dev.rollcall.http.Request;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the caller's credentials from the headers of a request. The database checks them later.
public final class Credentials {
  // The host that the vendor's SDKs and REST examples use: <appId>.api-<region>.…
  private static final Pattern APP_HOST = Pattern.compile("([^.]+)\\.api(client)?-[^.]+\\..+");

  private Credentials() {}

  /// A device, identified by its auth token.
  public static Caller.Device device(Request request) {
    var appId = appId(request);
    var token =
        request
            .authToken()
            .orElseThrow(
                () ->
                    new Problem(
                        Code.AUTH_ERR_EMPTY_AUTH_TOKEN,
                        "Send the session's auth token in the header 'authToken'"));
    return new Caller.Device(appId, new AuthToken(token));
  }

  /// A back end. With `AUTH_ONLY`, it may also be a client that logs a user in.
  public static Caller.BackEnd backEnd(Request request, Scope needed) {
    var appId = appId(request);
    var key =
        request
            .apiKey()
            .orElseThrow(
                () ->
                    new Problem(
                        Code.AUTH_ERR_EMPTY_APIKEY,
                        needed == Scope.AUTH_ONLY
                            ? "Send the auth key or the API key in the header 'apiKey'"
                            : "Send the API key in the header 'apiKey'"));
    return new Caller.BackEnd(appId, new Key(key), needed);
  }

  public static String appId(Request request) {
    return request
        .appId()
        .or(() -> request.host().flatMap(Credentials::appIdIn))
        .orElseThrow(
            () ->
                new Problem(Code.AUTH_ERR_EMPTY_APPID, "Send the app's id in the header 'appId'"));
  }

  private static Optional<String> appIdIn(String host) {
    // Host names are case-insensitive, and clients send them in any case.
    var form = APP_HOST.matcher(host.toLowerCase(Locale.ROOT));
    return form.matches() ? Optional.of(form.group(1)) : Optional.empty();
  }
}

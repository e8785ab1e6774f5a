package dev.rollcall.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerResponse;
import java.util.regex.Pattern;

/// Allows pages of any origin to call the API (Fetch standard, "CORS protocol").
///
/// Any origin is safe, because credentials are in headers that a page must set itself, never in
/// cookies.
final class Cors {
  private static final HeaderName ALLOW_ORIGIN = HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN;
  private static final String ALLOW_METHODS = "Access-Control-Allow-Methods";
  private static final String ALLOW_HEADERS = "Access-Control-Allow-Headers";
  private static final HeaderName REQUEST_HEADERS = HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS;
  private static final String METHODS = "GET, POST, PUT, PATCH, DELETE";
  private static final String HEADERS =
      "content-type, appid, apikey, authtoken, resource, sdk, chatapiversion, authorization,"
          + " settingshash, settingshashreceivedat, onbehalfofuser, onbehalfof";
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_, -]{1,2000}");

  private Cors() {}

  static void allow(ServerResponse response) {
    response.header(ALLOW_ORIGIN, "*");
    response.header(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After");
  }

  static Response preflight(ServerRequestHeaders asked) {
    var headers =
        asked.first(REQUEST_HEADERS).filter(it -> NAMES.matcher(it).matches()).orElse(HEADERS);
    return Response.empty()
        .with(ALLOW_METHODS, METHODS)
        .with(ALLOW_HEADERS, headers)
        .with("Access-Control-Max-Age", "7200");
  }
}

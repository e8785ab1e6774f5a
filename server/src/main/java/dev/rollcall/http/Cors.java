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
  private static final HeaderName ALLOW_METHODS = HeaderNames.ACCESS_CONTROL_ALLOW_METHODS;
  private static final HeaderName ALLOW_HEADERS = HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS;
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

  static void answerPreflight(ServerRequestHeaders asked, ServerResponse response) {
    allow(response);
    response.header(ALLOW_METHODS, METHODS);
    response.header(
        ALLOW_HEADERS,
        asked.first(REQUEST_HEADERS).filter(it -> NAMES.matcher(it).matches()).orElse(HEADERS));
    response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, "7200");
    response.status(204).send();
  }
}

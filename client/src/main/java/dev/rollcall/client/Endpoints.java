package dev.rollcall.client;

import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.HttpUrl;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// Builds the requests of one caller: the server's URLs, and the headers that every call carries.
final class Endpoints {
  static final String EXTENSION = "push-notification";

  /// The extension's path for push tokens.
  static final String TOKENS = "/v2/tokens";

  static final String API_VERSION = "v3.0";

  private final RollcallSettings settings;
  private final Map<String, String> headers = new LinkedHashMap<>();

  private Endpoints(RollcallSettings settings) {
    this.settings = settings;
    headers.put("appId", settings.appId());
  }

  /// The endpoints of an app. `resource` names this client in the server's list of sessions.
  static Endpoints ofClient(RollcallSettings settings, String resource) {
    var endpoints = new Endpoints(settings);
    endpoints.headers.put("resource", resource);
    endpoints.headers.put("sdk", "rollcall-java@" + RollcallClient.VERSION);
    endpoints.headers.put("chatApiVersion", API_VERSION);
    return endpoints;
  }

  /// The endpoints of a back end.
  static Endpoints ofBackEnd(RollcallSettings settings, String apiKey) {
    var endpoints = new Endpoints(settings);
    endpoints.headers.put("apiKey", apiKey);
    return endpoints;
  }

  /// A request with the common headers.
  Request request(String method, HttpUrl url) {
    var request = new Request(method, url);
    headers.forEach(request::header);
    return request;
  }

  /// A path of the server, without a version before it.
  HttpUrl plain(String path) throws RollcallException {
    return url(settings.host(), path);
  }

  /// A path of the API that the vendor's SDKs call.
  HttpUrl api(String path) throws RollcallException {
    return plain("/" + API_VERSION + path);
  }

  /// A path of the extension. With a region the extension has a host of its own.
  HttpUrl extension(String path) throws RollcallException {
    var region = settings.region();
    var host = settings.host();
    return url(region == null ? host : EXTENSION + "-" + region + "." + host, path);
  }

  /// The push tokens of the session.
  HttpUrl tokens() throws RollcallException {
    return extension(TOKENS);
  }

  private static HttpUrl url(String host, String path) throws RollcallException {
    var url = HttpUrl.parse("https://" + host + path);
    if (url == null) {
      throw RollcallException.bad(RollcallException.BAD_REQUEST, "path", "The path is not valid");
    }
    return url;
  }

  /// Adds an argument to the path, as one escaped segment.
  static HttpUrl segment(HttpUrl url, String name, String value) throws RollcallException {
    return url.newBuilder().addPathSegment(Argument.segment(name, value)).build();
  }

  static HttpUrl withQuery(HttpUrl url, @Nullable JSONObject query) {
    var builder = url.newBuilder();
    if (query != null) {
      Json.entries(query)
          .forEach((name, value) -> builder.addQueryParameter(name, String.valueOf(value)));
    }
    return builder.build();
  }
}

package dev.rollcall.http;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// One HTTP request, as the routes receive it.
public final class Request {
  private static final Pattern JSON = Pattern.compile("application/(.*\\+)?json(\\s*;.*)?");
  private static final HeaderName APP_ID = HeaderNames.create("appId");
  private static final HeaderName API_KEY = HeaderNames.create("apiKey");
  private static final HeaderName AUTH_TOKEN = HeaderNames.create("authToken");
  private static final HeaderName RESOURCE = HeaderNames.create("resource");
  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName SDK = HeaderNames.create("sdk");
  private static final HeaderName ON_BEHALF_OF = HeaderNames.create("onBehalfOf");

  private final ServerRequest http;
  private final Map<String, String> pathValues;
  private final Function<Request, byte[]> payload;
  private boolean apiKeyIsAsked;
  private boolean authTokenIsAsked;

  /// `payload` reads the body when a route asks for it.
  Request(ServerRequest http, Map<String, String> pathValues, Function<Request, byte[]> payload) {
    this.http = http;
    this.pathValues = pathValues;
    this.payload = payload;
  }

  public Optional<String> appId() {
    return header(APP_ID);
  }

  public Optional<String> apiKey() {
    apiKeyIsAsked = true;
    return header(API_KEY);
  }

  public Optional<String> authToken() {
    authTokenIsAsked = true;
    return header(AUTH_TOKEN);
  }

  /// True if the route has read the API key so far, so that the request depends on it.
  public boolean needsApiKey() {
    return apiKeyIsAsked;
  }

  /// True if the route has read the auth token so far, so that the request depends on it.
  public boolean needsAuthToken() {
    return authTokenIsAsked;
  }

  public Optional<String> resource() {
    return remark(RESOURCE);
  }

  public Optional<String> sdk() {
    return remark(SDK);
  }

  public Optional<String> userAgent() {
    return remark(HeaderNames.USER_AGENT);
  }

  public Optional<String> idempotencyKey() {
    return header(IDEMPOTENCY_KEY);
  }

  /// The uid of the user for whom a back end makes the request. A header carries only ASCII, so other
  /// characters are sent as percent escapes.
  public Optional<String> onBehalfOf() {
    return header(ON_BEHALF_OF).map(uid -> Router.decode(ON_BEHALF_OF.defaultCase(), uid));
  }

  /// The requested host, without a port.
  public Optional<String> host() {
    return header(HeaderNames.HOST).map(host -> host.replaceFirst(":\\d+$", ""));
  }

  /// A header that a client sends about itself. Unlike a credential, it does not make the request
  /// fail if it was sent more than once; it then says nothing.
  private Optional<String> remark(HeaderName name) {
    return http.headers().all(name, List::of).size() > 1 ? Optional.empty() : header(name);
  }

  private Optional<String> header(HeaderName name) {
    var values = http.headers().all(name, List::of);
    if (values.size() > 1) {
      // Two credentials are ambiguous, and proxies choose between them differently.
      var header = name.defaultCase();
      throw Problem.badField(header, "The header '" + header + "' was sent more than once");
    }
    return values.stream().map(String::strip).filter(value -> !value.isEmpty()).findFirst();
  }

  /// The decoded value of `{name}` in the path template of the route.
  public String path(String name) {
    var value = pathValues.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no {" + name + "}");
    }
    return value;
  }

  public Optional<String> query(String name) {
    return http.query().first(name).asOptional().filter(value -> !value.isEmpty());
  }

  /// A whole number from 1 to `most` in the query.
  public int number(String name, int otherwise, int most) {
    var text = query(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The error is thrown below.
    }
    throw Problem.badField(name, name + " must be a whole number from 1 to " + most);
  }

  public boolean flag(String name) {
    return switch (query(name).orElse("false").toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Problem.badField(name, name + " must be true or false");
    };
  }

  /// The body as a JSON object; an absent body is an empty object.
  public Body body() {
    var bytes = payload.apply(this);
    if (bytes.length > 0) {
      requireJson();
    }
    return Body.parse(bytes);
  }

  // A wrapper around an HTTP client sometimes adds the header once more. Such a list of types is
  // JSON if each of them is.
  private void requireJson() {
    var types = http.headers().all(HeaderNames.CONTENT_TYPE, List::of);
    if (!types.stream().allMatch(Request::isJson)) {
      throw new Problem(
          Code.ERR_UNSUPPORTED_MEDIA_TYPE, "Send JSON, with Content-Type: application/json");
    }
  }

  private static boolean isJson(String types) {
    var lower = types.strip().toLowerCase(Locale.ROOT);
    // A parameter may contain a comma in quotes.
    return lower.isEmpty()
        || JSON.matcher(lower).matches()
        || Arrays.stream(lower.split(",")).allMatch(it -> JSON.matcher(it.strip()).matches());
  }
}

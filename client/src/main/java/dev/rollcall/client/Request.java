package dev.rollcall.client;

import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.HttpUrl;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// One call of the server, before it is sent. Not thread-safe.
final class Request {
  final String method;
  final HttpUrl url;
  final Map<String, String> headers = new LinkedHashMap<>();
  @Nullable JSONObject body;
  boolean repeatable;
  boolean answeredOnce;
  @Nullable String goneCode;

  Request(String method, HttpUrl url) {
    this.method = method;
    this.url = url;
    this.repeatable = !method.equals("POST");
  }

  Request header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Request body(@Nullable JSONObject json) {
    body = json;
    return this;
  }

  /// The request is idempotent, so it may be sent again.
  Request mayBeRepeated() {
    repeatable = true;
    return this;
  }

  /// The request is not sent again after any answer, even after a temporary error.
  Request answeredOnce() {
    answeredOnce = true;
    return this;
  }

  /// The error code for an object that is not there. A deletion that was sent again after a lost answer
  /// counts as done if it gets this code.
  Request goneWith(String code) {
    goneCode = code;
    return this;
  }
}

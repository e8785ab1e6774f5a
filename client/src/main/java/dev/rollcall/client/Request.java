package dev.rollcall.client;

import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.HttpUrl;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// One call of the server, before it is sent. For one thread.
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

  /// Doing it twice is as good as doing it once.
  Request mayBeRepeated() {
    repeatable = true;
    return this;
  }

  /// Any answer ends it, also one that another try might better.
  Request answeredOnce() {
    answeredOnce = true;
    return this;
  }

  /// The code that says that what is to be deleted is not there. After a try whose answer was lost,
  /// that is what success looks like.
  Request goneWith(String code) {
    goneCode = code;
    return this;
  }
}

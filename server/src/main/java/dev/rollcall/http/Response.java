package dev.rollcall.http;

import dev.rollcall.json.Json;
import dev.rollcall.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// One HTTP answer, ready to be sent.
public record Response(int status, String contentType, byte[] body, Map<String, String> headers) {
  private static final String JSON = "application/json";
  private static final Response SUCCESS = json(200, Map.of("data", Map.of("success", true)));

  /// `{"data":{"success":true}}`
  public static Response success() {
    return SUCCESS;
  }

  /// `{"data":{"success":true,"message":…}}`
  public static Response success(String message) {
    return data(Map.of("success", true, "message", message));
  }

  public static Response data(Object data) {
    return json(200, Map.of("data", data));
  }

  /// An answer that says that the request was accepted and will be processed later.
  public static Response accepted(Object data) {
    return json(202, Map.of("data", data));
  }

  public static Response json(int status, Object json) {
    return new Response(status, JSON, Json.MAPPER.writeValueAsBytes(json), Map.of());
  }

  public static Response text(String contentType, String text) {
    return new Response(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /// An answer without a body (204).
  static Response empty() {
    return new Response(204, "", new byte[0], Map.of());
  }

  static Response of(Problem problem) {
    var error = new LinkedHashMap<String, Object>();
    error.put("code", problem.code().name());
    error.put("message", problem.getMessage());
    error.put("details", problem.details());
    var response = json(problem.code().status(), Map.of("error", error));
    return problem
        .retryAfter()
        .map(delay -> response.with("Retry-After", String.valueOf(wholeSeconds(delay))))
        .orElse(response);
  }

  // If it were rounded down, a retry would come too early and be refused again.
  private static long wholeSeconds(Duration delay) {
    return Math.max(1, Math.ceilDiv(delay.toNanos(), Duration.ofSeconds(1).toNanos()));
  }

  Response with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Response(status, contentType, body, more);
  }
}

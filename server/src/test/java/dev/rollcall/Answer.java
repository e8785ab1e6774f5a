package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Code;
import java.net.http.HttpHeaders;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the server answered.
record Answer(int status, HttpHeaders headers, String body) {

  // Whoever reads need not be as strict as the server, which takes nothing that nests this deeply.
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  JsonNode json() {
    return MAPPER.readTree(body);
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /// What a success carries.
  JsonNode data() {
    assertEquals(200, status, body);
    return json().get("data");
  }

  String text(String field) {
    return data().get(field).stringValue();
  }

  JsonNode error() {
    return json().get("error");
  }

  /// Fails unless this is an error with this code, told in a way that helps.
  void is(Code code) {
    assertEquals(code.status(), status, body);
    assertEquals(code.name(), error().get("code").stringValue());
    assertTrue(error().get("message").stringValue().length() > 10, body);
    assertTrue(error().get("details").isObject(), body);
    assertFalse(body.contains("Exception"), body);
  }

  /// The same, for a mistake that is in one place.
  void is(Code code, String field) {
    is(code);
    assertEquals(field, error().get("details").path("field").stringValue(""), body);
  }
}

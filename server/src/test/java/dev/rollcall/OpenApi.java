package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.rollcall.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;

/// `docs/openapi.yaml`, and whether the server keeps to it.
final class OpenApi {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
  private static final OpenApi DOCUMENT = read();

  /// What a method does on a path; `versioned` says that it does so under `/v3` and `/v3.0` too.
  record Operation(String method, String template, boolean versioned, JsonNode description) {
    String name() {
      return method + " " + template;
    }
  }

  private final JsonNode root;
  private final Map<String, Operation> operations = new TreeMap<>();

  private OpenApi(JsonNode root) {
    this.root = root;
    root.get("paths")
        .properties()
        .forEach(path -> path.getValue().properties().forEach(it -> add(path, it)));
  }

  private void add(Map.Entry<String, JsonNode> path, Map.Entry<String, JsonNode> entry) {
    if (METHODS.contains(entry.getKey())) {
      var versioned = !path.getValue().has("servers");
      var method = entry.getKey().toUpperCase(Locale.ROOT);
      var operation = new Operation(method, path.getKey(), versioned, entry.getValue());
      operations.put(operation.name(), operation);
    }
  }

  static OpenApi document() {
    return DOCUMENT;
  }

  private static OpenApi read() {
    try (var in = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var yaml = new Load(LoadSettings.builder().build()).loadFromString(text);
      return new OpenApi(Json.MAPPER.valueToTree(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode root() {
    return root;
  }

  Map<String, Operation> operations() {
    return operations;
  }

  /// The responses that any path may give, by status.
  JsonNode responses() {
    return root.get("components").get("responses");
  }

  /// Fails when an operation answers what is not in its description, or takes what should not be.
  void check(String method, String path, String requestBody, Answer answer) {
    if (method.equals("OPTIONS")) {
      return;
    }
    var operation = find(method.equals("HEAD") ? "GET" : method, path);
    var response = operation.map(it -> response(it, answer)).orElseGet(() -> elsewhere(answer));
    checkHeaders(response, answer);
    if (!method.equals("HEAD")) {
      checkBody(response, answer);
    }
    if (operation.isPresent() && answer.status() == 200 && !requestBody.isEmpty()) {
      checkRequest(operation.get(), requestBody);
    }
  }

  private Optional<Operation> find(String method, String path) {
    var segments = segments(path).stream().map(OpenApi::decode).toList();
    var prefixed = !segments.isEmpty() && Set.of("v3", "v3.0").contains(segments.getFirst());
    var bare = prefixed ? segments.subList(1, segments.size()) : segments;
    return operations.values().stream()
        .filter(it -> it.method().equals(method) && (it.versioned() || !prefixed))
        .filter(it -> matches(segments(it.template()), bare))
        .findFirst();
  }

  private static List<String> segments(String path) {
    return Arrays.stream(path.split("/")).filter(it -> !it.isEmpty()).toList();
  }

  private static String decode(String segment) {
    try {
      return URLDecoder.decode(segment, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  private static boolean matches(List<String> template, List<String> segments) {
    if (template.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (!template.get(i).startsWith("{") && !template.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  private JsonNode response(Operation operation, Answer answer) {
    var response = operation.description().get("responses").get(String.valueOf(answer.status()));
    if (response == null) {
      return fail(
          operation.name() + " answered what is not described: " + answer.status() + answer.body());
    }
    return resolve(response);
  }

  private JsonNode elsewhere(Answer answer) {
    for (var response : responses()) {
      if (response.path("x-status").intValue(0) == answer.status()) {
        return response;
      }
    }
    // Any other status means that the request did not get as far as its path.
    assertTrue(answer.status() == 400 || answer.status() == 413, answer.toString());
    return responses().get(answer.status() == 400 ? "BadRequest" : "BodyTooLarge");
  }

  private void checkHeaders(JsonNode response, Answer answer) {
    assertTrue(answer.header("Access-Control-Allow-Origin").equals(Optional.of("*")), "CORS");
    assertTrue(answer.header("Cache-Control").equals(Optional.of("no-store")), "Cache-Control");
    for (var header : response.path("headers").propertyNames()) {
      assertTrue(answer.header(header).isPresent(), header + " is missing");
    }
  }

  private void checkBody(JsonNode response, Answer answer) {
    var content = response.get("content").properties().iterator().next();
    var type = answer.header("Content-Type").orElse("(none)");
    assertTrue(type.startsWith(content.getKey()), type + " instead of " + content.getKey());
    if (content.getKey().equals("application/json")) {
      var problems = problems(content.getValue().get("schema"), answer.json());
      assertTrue(problems.isEmpty(), () -> problems + " in " + answer.body());
    }
  }

  private void checkRequest(Operation operation, String body) {
    var described = operation.description().get("requestBody");
    if (described == null || body.equals("null")) {
      return;
    }
    var schema = described.get("content").get("application/json").get("schema");
    var problems = problems(schema, Json.MAPPER.readTree(body));
    assertTrue(
        problems.isEmpty(), () -> operation.name() + " took " + body + " in spite of " + problems);
  }

  /// What is wrong with a value, in words.
  Set<String> problems(JsonNode schema, JsonNode value) {
    var problems = new LinkedHashSet<String>();
    new JsonSchema(this).check(schema, value, "", problems);
    return problems;
  }

  /// What a `$ref` points to, or the thing itself.
  JsonNode resolve(JsonNode node) {
    if (!node.has("$ref")) {
      return node;
    }
    var at = root;
    for (var step : node.get("$ref").stringValue().substring("#/".length()).split("/")) {
      at = at.get(step);
      if (at == null) {
        return fail("there is no " + node.get("$ref"));
      }
    }
    return at;
  }
}

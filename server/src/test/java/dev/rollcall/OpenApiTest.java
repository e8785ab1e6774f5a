package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Code;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// The document against the program. What is answered is held against it in every test that calls.
final class OpenApiTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private final OpenApi document = OpenApi.document();

  @Test
  void everyRouteIsDescribedAndEveryDescriptionHasARoute() {
    var routes =
        server.server().routes().stream()
            .map(it -> it.method() + " " + it.template())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(routes, document.operations().keySet());
  }

  @Test
  void theDocumentKnowsWhichRoutesHaveVersions() {
    for (var route : server.server().routes()) {
      var operation = document.operations().get(route.method() + " " + route.template());
      assertEquals(route.versioned(), operation.versioned(), operation.name());
    }
  }

  @Test
  void everyNameInAPathIsDescribed() {
    for (var path : document.root().get("paths").properties()) {
      var described = new TreeSet<String>();
      path.getValue()
          .path("parameters")
          .forEach(it -> described.add(document.resolve(it).get("name").stringValue()));
      var named =
          Arrays.stream(path.getKey().split("/"))
              .filter(it -> it.startsWith("{"))
              .map(it -> it.substring(1, it.length() - 1))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(named, described, path.getKey());
    }
  }

  @Test
  void everyCodeIsListed() {
    var listed = new TreeSet<String>();
    document
        .resolve(document.root().get("components").get("schemas").get("Code"))
        .get("enum")
        .forEach(it -> listed.add(it.stringValue()));
    assertEquals(
        Arrays.stream(Code.values()).map(Enum::name).collect(Collectors.toCollection(TreeSet::new)),
        listed);
  }

  @Test
  void everyCodeIsDescribedUnderItsStatusAndNoOther() {
    var statuses = new EnumMap<Code, Set<Integer>>(Code.class);
    for (var operation : document.operations().values()) {
      for (var response : operation.description().get("responses").properties()) {
        note(statuses, Integer.parseInt(response.getKey()), document.resolve(response.getValue()));
      }
    }
    for (var response : document.responses()) {
      if (response.has("x-status")) {
        note(statuses, response.get("x-status").intValue(), response);
      }
    }
    for (var code : Code.values()) {
      assertEquals(Set.of(code.status()), statuses.get(code), code.name());
    }
  }

  private void note(Map<Code, Set<Integer>> statuses, int status, JsonNode response) {
    for (var part : schema(response).path("allOf")) {
      var codes = part.path("properties").path("error").path("properties").path("code");
      for (var code : codes.path("enum")) {
        statuses
            .computeIfAbsent(Code.valueOf(code.stringValue()), it -> new TreeSet<>())
            .add(status);
      }
    }
  }

  private static JsonNode schema(JsonNode holder) {
    return holder.get("content").properties().iterator().next().getValue().get("schema");
  }

  @Test
  void everyErrorIsDescribedWithItsCodes() {
    for (var operation : document.operations().values()) {
      for (var response : operation.description().get("responses").properties()) {
        if (!response.getKey().startsWith("2")) {
          var schema = schema(document.resolve(response.getValue()));
          assertTrue(schema.has("allOf"), operation.name() + " " + response.getKey());
        }
      }
    }
  }

  @Test
  void everyOperationHasANameOfItsOwnATagAndASummary() {
    var names = new TreeSet<String>();
    for (var operation : document.operations().values()) {
      var description = operation.description();
      assertTrue(names.add(description.get("operationId").stringValue()), operation.name());
      assertEquals(1, description.get("tags").size(), operation.name());
      assertFalse(description.get("summary").stringValue().isBlank());
      assertTrue(description.has("security"), operation.name());
    }
  }

  @Test
  void everyExampleIsWhatItsSchemaAsksFor() {
    for (var operation : document.operations().values()) {
      checkExamples(operation.name(), operation.description().path("requestBody"));
      for (var response : operation.description().get("responses").properties()) {
        checkExamples(
            operation.name() + " " + response.getKey(), document.resolve(response.getValue()));
      }
    }
    var schemas = document.root().get("components").get("schemas");
    for (var schema : schemas.properties()) {
      if (schema.getValue().has("example")) {
        var example = schema.getValue().get("example");
        assertEquals(Set.of(), document.problems(schema.getValue(), example), schema.getKey());
      }
    }
  }

  private void checkExamples(String what, JsonNode holder) {
    for (var content : holder.path("content")) {
      if (content.has("example")) {
        checkExample(what, content, content.get("example"));
      }
      for (var example : content.path("examples")) {
        checkExample(what, content, example.get("value"));
      }
    }
  }

  private void checkExample(String what, JsonNode content, JsonNode example) {
    assertEquals(Set.of(), document.problems(content.get("schema"), example), what);
  }

  @Test
  void theServerHandsTheDocumentOut() {
    var answer = server.call("GET", "/openapi.yaml").send();
    assertEquals(200, answer.status());
    assertTrue(answer.body().startsWith("openapi: 3.1.0\n"));
  }
}

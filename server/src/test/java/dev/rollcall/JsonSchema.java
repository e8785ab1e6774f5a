package dev.rollcall;

import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// As much of JSON Schema 2020-12 as our document uses; a word that is not known here is a mistake.
final class JsonSchema {
  private static final Set<String> NOTES = Set.of("description", "example", "default", "$ref");

  private final OpenApi document;

  JsonSchema(OpenApi document) {
    this.document = document;
  }

  void check(JsonNode schema, JsonNode value, String place, Set<String> problems) {
    if (schema.has("$ref")) {
      check(document.resolve(schema), value, place, problems);
    }
    for (var rule : schema.properties()) {
      if (!holds(rule.getKey(), rule.getValue(), value, place, problems)) {
        problems.add((place.isEmpty() ? "the body" : place) + " breaks " + rule);
      }
    }
  }

  private boolean holds(
      String word, JsonNode rule, JsonNode value, String place, Set<String> problems) {
    return switch (word) {
      case "type" -> rule.isArray() ? any(rule, it -> isA(it, value)) : isA(rule, value);
      case "enum" -> any(rule, value::equals);
      case "const" -> rule.equals(value);
      case "pattern" -> !value.isString() || Pattern.matches(full(rule), value.stringValue());
      case "minLength" -> !value.isString() || value.stringValue().length() >= rule.intValue();
      case "maxLength" -> !value.isString() || value.stringValue().length() <= rule.intValue();
      case "minimum" -> !value.isNumber() || value.longValue() >= rule.longValue();
      case "maximum" -> !value.isNumber() || value.longValue() <= rule.longValue();
      case "minItems" -> !value.isArray() || value.size() >= rule.intValue();
      case "maxItems" -> !value.isArray() || value.size() <= rule.intValue();
      case "required" -> !value.isObject() || !any(rule, name -> !value.has(name.stringValue()));
      case "anyOf" -> any(rule, it -> document.problems(it, value).isEmpty());
      case "allOf" -> {
        rule.forEach(it -> check(it, value, place, problems));
        yield true;
      }
      case "items" -> {
        value.forEach(it -> check(rule, it, place + "[]", problems));
        yield true;
      }
      // Only where there are no "properties" beside it.
      case "additionalProperties" -> {
        value.properties().forEach(it -> check(rule, it.getValue(), place + ".*", problems));
        yield true;
      }
      case "properties" -> {
        for (var property : rule.properties()) {
          if (value.has(property.getKey())) {
            var inside = place + "." + property.getKey();
            check(property.getValue(), value.get(property.getKey()), inside, problems);
          }
        }
        yield true;
      }
      default -> {
        if (!NOTES.contains(word)) {
          problems.add("the document uses '" + word + "', which its test does not know");
        }
        yield true;
      }
    };
  }

  private static boolean any(JsonNode rules, Predicate<JsonNode> test) {
    return StreamSupport.stream(rules.spliterator(), false).anyMatch(test);
  }

  // A pattern is searched for, not matched, but all of ours have anchors.
  private static String full(JsonNode pattern) {
    var text = pattern.stringValue();
    if (!text.startsWith("^") || !text.endsWith("$")) {
      throw new AssertionError("a pattern without anchors: " + text);
    }
    return text;
  }

  private static boolean isA(JsonNode type, JsonNode value) {
    return switch (type.stringValue()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isIntegralNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new AssertionError("a type that the test does not know: " + type);
    };
  }
}

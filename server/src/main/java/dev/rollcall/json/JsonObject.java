package dev.rollcall.json;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A JSON object that is built for a provider or read from its answer.
public record JsonObject(Map<String, Object> fields) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public static final JsonObject EMPTY = new JsonObject(Map.of());

  public JsonObject {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /// Takes names and values alternately. A value that is null or an empty object is left out.
  public static JsonObject of(@Nullable Object... namesAndValues) {
    var fields = new LinkedHashMap<String, Object>();
    for (var i = 0; i < namesAndValues.length; i += 2) {
      var value = plain(namesAndValues[i + 1]);
      if (value != null && !(value instanceof Map<?, ?> map && map.isEmpty())) {
        fields.put(String.valueOf(namesAndValues[i]), value);
      }
    }
    return new JsonObject(fields);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof JsonObject(var fields) ? fields : value;
  }

  /// Empty if `text` is not a JSON object.
  public static Optional<JsonObject> parse(String text) {
    try {
      return Optional.ofNullable(MAPPER.readValue(text, Object.class)).flatMap(JsonObject::from);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<JsonObject> from(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return Optional.empty();
    }
    var fields = new LinkedHashMap<String, Object>();
    map.forEach((name, field) -> fields.put(String.valueOf(name), field));
    return Optional.of(new JsonObject(fields));
  }

  public String text() {
    return MAPPER.writeValueAsString(fields);
  }

  public int bytes() {
    return text().getBytes(StandardCharsets.UTF_8).length;
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }

  public JsonObject object(String name) {
    return Optional.ofNullable(fields.get(name)).flatMap(JsonObject::from).orElse(EMPTY);
  }

  public Optional<String> string(String name) {
    return Optional.ofNullable(fields.get(name))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  /// The objects in the list `name`.
  public List<JsonObject> objects(String name) {
    return fields.get(name) instanceof List<?> list
        ? list.stream().flatMap(one -> from(one).stream()).toList()
        : List.of();
  }

  /// The strings in the list `name`; empty if there is no such list.
  public Optional<List<String>> strings(String name) {
    return fields.get(name) instanceof List<?> list
            && list.stream().allMatch(String.class::isInstance)
        ? Optional.of(list.stream().map(String.class::cast).toList())
        : Optional.empty();
  }

  public JsonObject without(Predicate<String> name) {
    var rest = new LinkedHashMap<>(fields);
    rest.keySet().removeIf(name);
    return new JsonObject(rest);
  }

  /// Merges `over` into this object. If both have an object under the same name, these are merged
  /// too; otherwise the value of `over` is used. A null in `over` removes the field.
  public JsonObject mergedWith(JsonObject over) {
    var both = new LinkedHashMap<>(fields);
    over.fields.forEach((name, value) -> both.compute(name, (same, lower) -> merged(lower, value)));
    return new JsonObject(both);
  }

  private static @Nullable Object merged(@Nullable Object lower, @Nullable Object upper) {
    var below = Optional.ofNullable(lower).flatMap(JsonObject::from).orElse(EMPTY);
    return Optional.ofNullable(upper)
        .flatMap(JsonObject::from)
        .<@Nullable Object>map(above -> below.mergedWith(above).fields)
        .orElse(upper);
  }
}

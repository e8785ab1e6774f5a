package dev.rollcall.http;

import dev.rollcall.json.Json;
import dev.rollcall.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A JSON object that a client sent. Unknown keys are ignored, because SDKs send many, unless a
/// route forbids them.
///
/// No value is converted to another type: a number where a string belongs is refused, and the error
/// names the key.
public final class Body {
  private static final int MIN_SURROGATE = 0xd800;
  private static final int MAX_SURROGATE = 0xdfff;

  /// A longer key is unlikely to be a misspelt name. It may be a push token in the wrong place, so
  /// errors must not quote it.
  private static final int MAX_QUOTED_KEY_LENGTH = 30;

  /// The greatest number of 15 digits: a time about thirty thousand years from now.
  private static final long MAX_MILLIS = 999_999_999_999_999L;

  private final ObjectNode json;
  private final String prefix;

  private Body(ObjectNode json, String prefix) {
    this.json = json;
    this.prefix = prefix;
  }

  static Body parse(byte[] bytes) {
    if (bytes.length == 0) {
      return new Body(Json.MAPPER.createObjectNode(), "");
    }
    try {
      var json = Json.MAPPER.readTree(bytes);
      // The SDKs send `null` instead of an empty object.
      if (json.isNull()) {
        return new Body(Json.MAPPER.createObjectNode(), "");
      }
      if (json instanceof ObjectNode object) {
        return new Body(object, "");
      }
      throw Problem.badField("body", "The body must be a JSON object");
    } catch (StreamReadException e) {
      throw Problem.badField(
          "body", "The body is not valid JSON, or has a duplicate key," + position(e));
    } catch (JacksonException | NumberFormatException e) {
      throw Problem.badField(
          "body",
          "The body nests too deeply, holds too many values, a number or a key that is too long, or"
              + " more than one value");
    }
  }

  // Jackson's own message would quote the body, which may contain a push token.
  private static String position(StreamReadException e) {
    var at = e.getLocation();
    return at == null
        ? " somewhere"
        : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  /// The keys whose value is not null.
  public List<String> keys() {
    return json.propertyStream()
        .filter(field -> !field.getValue().isNull())
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Refuses a key that is not one of `known`.
  public void requireOnly(List<String> known) {
    for (var key : keys()) {
      if (!known.contains(key)) {
        throw problem(
            key.length() > MAX_QUOTED_KEY_LENGTH ? "(a long key)" : key,
            "is unknown; the known keys are: " + String.join(", ", known));
      }
    }
  }

  public boolean has(String key) {
    var value = json.get(key);
    return value != null && !value.isNull();
  }

  /// The string under `key`; empty if it is absent or null.
  public Optional<String> string(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    var value = json.get(key);
    if (!value.isString()) {
      throw mustBe(key, "a string", value);
    }
    return Optional.of(text(key, value.stringValue()));
  }

  /// The string under `key`, of at most `longest` characters.
  public Optional<String> string(String key, int longest) {
    var value = string(key);
    if (value.isPresent() && value.get().length() > longest) {
      throw Problem.badField(
          prefix + key, prefix + key + " must be at most " + longest + " characters");
    }
    return value;
  }

  /// A string that a client reports about itself, cut to `longest` characters. An invalid value
  /// must not make a login fail.
  public Optional<String> lenientString(String key, int longest) {
    if (!has(key) || !json.get(key).isString()) {
      return Optional.empty();
    }
    var text = json.get(key).stringValue().replace("\0", "");
    return Optional.of(text.substring(0, Math.min(longest, text.length())));
  }

  /// A boolean; some SDKs send it as a string.
  public Optional<Boolean> bool(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    var value = json.get(key);
    if (value.isBoolean()) {
      return Optional.of(value.booleanValue());
    }
    return switch (value.isString() ? value.stringValue() : "") {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> throw mustBe(key, "true or false", value);
    };
  }

  /// The whole number from 0 to `greatest` under `key`; empty if it is absent or null.
  public Optional<Long> wholeNumber(String key, long greatest) {
    return wholeNumber(key, 0, greatest);
  }

  /// The whole number from `least` to `greatest` under `key`; empty if it is absent or null.
  public Optional<Long> wholeNumber(String key, long least, long greatest) {
    if (!has(key)) {
      return Optional.empty();
    }
    var value = json.get(key);
    var form = "a whole number from " + least + " to " + greatest;
    if (!value.isIntegralNumber()) {
      throw mustBe(key, form, value);
    }
    if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > greatest) {
      throw Problem.badField(prefix + key, prefix + key + " must be " + form);
    }
    return Optional.of(value.longValue());
  }

  /// A time in epoch milliseconds: a whole number, or the same as a string, as in the vendor's
  /// examples.
  public Optional<Long> millis(String key) {
    if (!hasNonString(key) && has(key)) {
      var text = string(key).orElseThrow();
      if (!text.matches("\\d{1,15}")) {
        throw Problem.badField(
            prefix + key, prefix + key + " must be a time in milliseconds since 1970");
      }
      return Optional.of(Long.valueOf(text));
    }
    return wholeNumber(key, MAX_MILLIS);
  }

  public Optional<Body> object(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (json.get(key) instanceof ObjectNode object) {
      return Optional.of(new Body(object, prefix + key + "."));
    }
    throw mustBe(key, "an object", json.get(key));
  }

  /// The objects under `key`; empty if it is absent or null.
  public Optional<List<Body>> objects(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    var value = json.get(key);
    if (!value.isArray()) {
      throw mustBe(key, "an array of objects", value);
    }
    var all = new ArrayList<Body>();
    for (var element : value) {
      if (!(element instanceof ObjectNode object)) {
        throw mustBe(key, "an array of objects", element);
      }
      all.add(new Body(object, prefix + key + "[" + all.size() + "]."));
    }
    return Optional.of(all);
  }

  /// A problem with the value under `key`.
  public Problem problem(String key, String what) {
    return Problem.badField(prefix + key, prefix + key + " " + what);
  }

  /// The strings under `key`; empty if it is absent or null.
  public Optional<List<String>> strings(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    var value = json.get(key);
    if (!value.isArray()) {
      throw mustBe(key, "an array of strings", value);
    }
    var all = new ArrayList<String>();
    for (var element : value) {
      if (!element.isString()) {
        throw mustBe(key, "an array of strings", element);
      }
      all.add(text(key, element.stringValue()));
    }
    return Optional.of(all);
  }

  /// This object as JSON text.
  public String text() {
    var text = json.toString();
    if (!isUnicode(text)) {
      var field = prefix.isEmpty() ? "body" : prefix.substring(0, prefix.length() - 1);
      throw Problem.badField(field, field + " must not hold one half of a surrogate pair");
    }
    return text;
  }

  // JSON strings can contain characters that some databases refuse or change.
  private String text(String key, String text) {
    if (text.indexOf('\0') >= 0 || !isUnicode(text)) {
      throw Problem.badField(
          prefix + key,
          prefix + key + " must not hold a NUL character or one half of a surrogate pair");
    }
    return text;
  }

  private static boolean isUnicode(String text) {
    return text.codePoints().noneMatch(it -> it >= MIN_SURROGATE && it <= MAX_SURROGATE);
  }

  private Problem mustBe(String key, String what, JsonNode value) {
    return Problem.badField(
        prefix + key, prefix + key + " must be " + what + ", not " + kind(value));
  }

  /// The kind of the value under `key`, for use in an error message.
  public String kind(String key) {
    return has(key) ? kind(json.get(key)) : "missing";
  }

  /// True if the value under `key` is not null and not a string.
  public boolean hasNonString(String key) {
    return has(key) && !json.get(key).isString();
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "an array";
      case BOOLEAN -> "a boolean";
      case NUMBER -> "a number";
      case STRING -> "a string";
      case NULL -> "null";
      case OBJECT -> "an object";
      case BINARY, MISSING, POJO -> "something else";
    };
  }
}

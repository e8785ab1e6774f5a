package dev.rollcall.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.json.simple.JSONArray;
import org.json.simple.JSONObject;
import org.json.simple.JSONValue;
import org.json.simple.parser.JSONParser;
import org.json.simple.parser.ParseException;
import org.jspecify.annotations.Nullable;

/// Reads and writes JSON objects. The unchecked casts that json-simple needs are all here.
final class Json {
  private static final int MAX_DEPTH = 1_000;

  private Json() {}

  private static int depth(String text) {
    int depth = 0;
    int deepest = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '{' || c == '[')) {
        deepest = Math.max(deepest, ++depth);
      } else if (!quoted && (c == '}' || c == ']')) {
        depth--;
      }
    }
    return deepest;
  }

  @SuppressWarnings("unchecked")
  static JSONObject put(JSONObject object, String key, @Nullable Object value) {
    object.put(key, value);
    return object;
  }

  static JSONObject object(String key, @Nullable Object value) {
    return put(new JSONObject(), key, value);
  }

  /// Adds the value unless it is null.
  static JSONObject add(JSONObject object, String key, @Nullable Object value) {
    return value == null ? object : put(object, key, value);
  }

  @SuppressWarnings("unchecked")
  static JSONArray array(List<?> values) {
    var array = new JSONArray();
    array.addAll(values);
    return array;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> entries(JSONObject object) {
    return object;
  }

  /// Parses JSON. Rejects a text whose nesting is so deep that writing it would overflow the stack.
  static @Nullable Object parse(String text) throws ParseException {
    if (depth(text) > MAX_DEPTH) {
      throw new ParseException(ParseException.ERROR_UNEXPECTED_EXCEPTION);
    }
    return new JSONParser().parse(text);
  }

  static JSONObject copy(@Nullable JSONObject object) {
    if (object == null) {
      return new JSONObject();
    }
    return (JSONObject) JSONValue.parse(object.toJSONString());
  }

  static @Nullable String text(JSONObject object, String key) {
    var value = object.get(key);
    return value instanceof String ? (String) value : null;
  }

  static String text(JSONObject object, String key, String otherwise) {
    var value = text(object, key);
    return value == null ? otherwise : value;
  }

  static long number(JSONObject object, String key, long otherwise) {
    var value = object.get(key);
    return value instanceof Number ? ((Number) value).longValue() : otherwise;
  }

  static JSONObject object(JSONObject object, String key, JSONObject otherwise) {
    var value = object.get(key);
    return value instanceof JSONObject ? (JSONObject) value : otherwise;
  }

  static List<JSONObject> objects(@Nullable Object array) {
    var all = new ArrayList<JSONObject>();
    if (array instanceof JSONArray) {
      for (var element : (JSONArray) array) {
        if (element instanceof JSONObject) {
          all.add((JSONObject) element);
        }
      }
    }
    return all;
  }

  static List<String> texts(@Nullable Object array) {
    var all = new ArrayList<String>();
    if (array instanceof JSONArray) {
      for (var element : (JSONArray) array) {
        if (element instanceof String) {
          all.add((String) element);
        }
      }
    }
    return Collections.unmodifiableList(all);
  }
}

package dev.rollcall.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JsonObjectTest {
  private static JsonObject json(String text) {
    return JsonObject.parse(text).orElseThrow();
  }

  @Test
  void whatIsMissingIsLeftOut() {
    assertEquals(
        "{\"a\":1,\"c\":{\"d\":\"e\"}}",
        JsonObject.of("a", 1, "b", null, "c", JsonObject.of("d", "e"), "f", JsonObject.of())
            .text());
  }

  @Test
  void whatLiesOnTopIsSeenAndObjectsAreLaidOnEachOther() {
    var below = json("{\"aps\":{\"badge\":1,\"sound\":\"a\"},\"x\":[1],\"y\":2}");
    var above = json("{\"aps\":{\"sound\":{\"critical\":1}},\"x\":[2]}");
    assertEquals(
        json("{\"aps\":{\"badge\":1,\"sound\":{\"critical\":1}},\"x\":[2],\"y\":2}"),
        below.mergedWith(above));
  }

  @Test
  void aNullOnTopLeavesTheFieldOut() {
    var below = json("{\"aps\":{\"badge\":1,\"sound\":\"a\"},\"x\":1}");
    var above =
        json("{\"aps\":{\"sound\":null,\"new\":null},\"x\":null,\"y\":{\"z\":null,\"u\":2}}");
    assertEquals("{\"aps\":{\"badge\":1},\"y\":{\"u\":2}}", below.mergedWith(above).text());
  }

  @Test
  void whatIsNoObjectIsNothing() {
    for (var text : new String[] {"", "[]", "1", "null", "{", "{} {}x", "<html>"}) {
      assertTrue(
          JsonObject.parse(text).isEmpty() || text.startsWith("{} "), "'" + text + "' was read");
    }
    assertEquals(Optional.empty(), json("{\"a\":1}").string("a"));
    assertEquals(JsonObject.EMPTY, json("{\"a\":1}").object("a"));
  }
}

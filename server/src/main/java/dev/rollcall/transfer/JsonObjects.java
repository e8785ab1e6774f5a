package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Read;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/// The JSON objects of a file: one a line, one over several lines after another, as a list, or as a
/// list under `results`.
final class JsonObjects {
  private static final int LOOKAHEAD_BYTES = 4096;
  private static final String LIST = "results";

  private JsonObjects() {}

  static Source open(BufferedInputStream in, Function<JsonNode, ForeignToken> read)
      throws IOException {
    in.mark(LOOKAHEAD_BYTES);
    var start = in.readNBytes(LOOKAHEAD_BYTES);
    in.reset();
    return isLined(start) ? new NdJson(in, read) : new Streamed(in, read);
  }

  /// Whether each line is an object, so that a broken one costs no other. False for a list, for an
  /// object with the list under `results`, and for an object that goes on in the next line.
  private static boolean isLined(byte[] start) {
    var text = wholeLines(start);
    try (var parser = TransferJson.MAPPER.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return parser.currentToken() != JsonToken.START_ARRAY;
      }
      long first = line(parser);
      try {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          if (isList(parser.currentName(), parser.nextToken())) {
            return false;
          }
          parser.skipChildren();
        }
      } catch (JacksonException e) {
        if (parser.currentLocation().getCharOffset() < text.length()) {
          return true;
        }
        // The object is longer than the text.
      }
      return line(parser) == first;
    } catch (JacksonException e) {
      return true;
    }
  }

  /// Without the last line, which may be cut within a word, unless it is the only one.
  private static String wholeLines(byte[] start) {
    var text = new String(start, StandardCharsets.UTF_8).stripLeading();
    int end = start.length < LOOKAHEAD_BYTES ? -1 : text.lastIndexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static boolean isList(String name, JsonToken value) {
    return name.equals(LIST) && value == JsonToken.START_ARRAY;
  }

  private static long line(JsonParser parser) {
    return parser.currentLocation().getLineNr();
  }

  private static Read read(Function<JsonNode, ForeignToken> read, JsonNode object) {
    try {
      if (!object.isObject()) {
        throw new RecordRejectedException(
            RecordRejectedException.MALFORMED, "it is not a JSON object");
      }
      return new Read.Valid(read.apply(object));
    } catch (RecordRejectedException e) {
      return new Read.Invalid(e);
    }
  }

  /// NDJSON.
  private record NdJson(InputStream in, Lines lines, Function<JsonNode, ForeignToken> read)
      implements Source {
    NdJson(InputStream in, Function<JsonNode, ForeignToken> read) {
      this(in, new Lines(in), read);
    }

    @Override
    public Optional<Entry> next() throws IOException {
      return lines
          .next()
          .map(line -> new Entry(line.number(), line.text().strip(), readLine(line)));
    }

    @Override
    public long line() {
      return lines.number();
    }

    private Read readLine(Lines.Numbered line) {
      try {
        return JsonObjects.read(read, TransferJson.MAPPER.readTree(line.readable()));
      } catch (JacksonException e) {
        return new Read.Invalid(
            new RecordRejectedException(
                RecordRejectedException.MALFORMED, "it is not a JSON object"));
      } catch (RecordRejectedException e) {
        return new Read.Invalid(e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /// Objects one after another, and the elements of lists. Several lists may follow each other, as in
  /// a file to which the answers of an API were appended.
  private static final class Streamed implements Source {
    private final JsonParser parser;
    private final Function<JsonNode, ForeignToken> read;
    private boolean inList;
    private boolean ended;

    Streamed(InputStream in, Function<JsonNode, ForeignToken> read) {
      // A byte that is no UTF-8 becomes U+FFFD, which only matters where it stands in a field.
      this.parser =
          TransferJson.MAPPER.createParser(new InputStreamReader(in, StandardCharsets.UTF_8));
      this.read = read;
    }

    @Override
    public Optional<Entry> next() {
      if (ended) {
        return Optional.empty();
      }
      try {
        var next = nextRecord();
        ended = next.isEmpty();
        return next;
      } catch (JacksonException e) {
        ended = true;
        return Optional.of(
            e.getCause() instanceof DamagedException damage
                ? WholeSource.cutOff(line() - 1, damage.what())
                : WholeSource.cutOff(line() - 1, "the text is no JSON"));
      }
    }

    private Optional<Entry> nextRecord() {
      var found = Optional.<Entry>empty();
      while (found.isEmpty() && parser.nextToken() != null) {
        found = inList ? element() : atTop();
      }
      return found;
    }

    private Optional<Entry> element() {
      if (parser.currentToken() != JsonToken.END_ARRAY) {
        return Optional.of(whole());
      }
      inList = false;
      return parser.streamReadContext().inObject() ? fieldsAfterList() : Optional.empty();
    }

    private Optional<Entry> fieldsAfterList() {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        parser.nextToken();
        parser.skipChildren();
      }
      return Optional.empty();
    }

    private Optional<Entry> atTop() {
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        inList = true;
        return Optional.empty();
      }
      return parser.currentToken() == JsonToken.START_OBJECT ? object() : Optional.of(whole());
    }

    /// Reads the object up to its list, or to its end if it holds none.
    private Optional<Entry> object() {
      long line = line();
      var object = TransferJson.MAPPER.createObjectNode();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = parser.currentName();
        if (isList(name, parser.nextToken())) {
          inList = true;
          return Optional.empty();
        }
        JsonNode value = parser.readValueAsTree();
        object.set(name, value);
      }
      return Optional.of(entry(line, object));
    }

    private Entry whole() {
      long line = line();
      JsonNode value = parser.readValueAsTree();
      return entry(line, value);
    }

    private Entry entry(long line, JsonNode value) {
      return new Entry(line, value.toString(), JsonObjects.read(read, value));
    }

    @Override
    public long line() {
      return JsonObjects.line(parser);
    }

    @Override
    public void close() {
      parser.close();
    }
  }
}

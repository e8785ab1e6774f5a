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
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/// The JSON objects of a file: one a line, as a list, or as a list under `results`.
final class JsonObjects {
  private static final int LOOKAHEAD_BYTES = 4096;
  private static final Pattern LIST =
      Pattern.compile("\\s*(\\[|\\{\\s*\"results\"\\s*:).*", Pattern.DOTALL);

  private JsonObjects() {}

  static Source open(BufferedInputStream in, Function<JsonNode, ForeignToken> read)
      throws IOException {
    in.mark(LOOKAHEAD_BYTES);
    var start = new String(in.readNBytes(LOOKAHEAD_BYTES), StandardCharsets.UTF_8);
    in.reset();
    return LIST.matcher(start).matches() ? new Listed(in, read) : new NdJson(in, read);
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

  /// The elements of a list.
  private static final class Listed implements Source {
    private final JsonParser parser;
    private final Function<JsonNode, ForeignToken> read;
    private boolean ended;

    Listed(InputStream in, Function<JsonNode, ForeignToken> read) {
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
        return element();
      } catch (JacksonException e) {
        ended = true;
        return Optional.of(
            e.getCause() instanceof DamagedException damage
                ? WholeSource.cutOff(line() - 1, damage.what())
                : WholeSource.cutOff(line() - 1, "the text is no JSON"));
      }
    }

    private Optional<Entry> element() {
      if (parser.currentToken() == null) {
        while (parser.nextToken() != JsonToken.START_ARRAY) {
          if (parser.currentToken() == null) {
            ended = true;
            return Optional.empty();
          }
        }
      }
      if (parser.nextToken() == JsonToken.END_ARRAY) {
        ended = true;
        return Optional.empty();
      }
      long line = line();
      JsonNode object = parser.readValueAsTree();
      return Optional.of(new Entry(line, object.toString(), JsonObjects.read(read, object)));
    }

    @Override
    public long line() {
      return parser.currentLocation().getLineNr();
    }

    @Override
    public void close() {
      parser.close();
    }
  }
}

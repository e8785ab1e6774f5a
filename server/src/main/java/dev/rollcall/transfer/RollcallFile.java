package dev.rollcall.transfer;

import dev.rollcall.problem.Problem;
import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Read;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// A Rollcall export, read as a whole or for one app.
final class RollcallFile implements Source {
  private final Lines lines;
  private final InputStream in;
  private final Optional<String> appId;
  private final Counts counts = new Counts();
  private boolean ended;

  RollcallFile(InputStream in, Optional<String> appId) throws IOException {
    this.in = in;
    this.lines = new Lines(in);
    this.appId = appId;
    requireStart(lines.next());
  }

  private static void requireStart(Optional<Lines.Numbered> first) {
    var text = first.map(Lines.Numbered::text).orElse("");
    try {
      if (read(text) instanceof Line.Start(int version, long exportedAt)) {
        if (version != Line.VERSION) {
          throw new TransferException(
              "The file has version "
                  + version
                  + " of the format, and this Rollcall reads version "
                  + Line.VERSION);
        }
        return;
      }
    } catch (RecordRejectedException e) {
      // Falls through to the exception below.
    }
    throw new TransferException(
        "The file is not an export of Rollcall; name its format with --format");
  }

  private static Line read(String text) {
    try {
      return TransferJson.MAPPER.readValue(text, Line.class);
    } catch (JacksonException e) {
      throw refused(e);
    }
  }

  // Jackson wraps the exceptions of a record's constructor.
  private static RecordRejectedException refused(JacksonException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof RecordRejectedException refused) {
        return refused;
      }
      if (cause instanceof Problem problem) {
        return RecordRejectedException.of(problem);
      }
    }
    // Jackson's message quotes the line, which may contain a token, so it is left out.
    return new RecordRejectedException(
        RecordRejectedException.MALFORMED, "not a line of an export: " + words(e));
  }

  private static String words(JacksonException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "it has no field '" + unknown.getPropertyName() + "'";
      case InvalidTypeIdException kind -> "its kind is unknown";
      case MismatchedInputException mismatch when !mismatch.getPath().isEmpty() ->
          mismatch.getPath().getFirst().getPropertyName() + " is missing or of another type";
      case MismatchedInputException mismatch -> "it is not a JSON object";
      default -> "it is not a JSON object";
    };
  }

  @Override
  public Optional<Entry> next() throws IOException {
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      var entry = entry(line.get());
      if (entry.isPresent()) {
        return entry;
      }
    }
    return cutOff();
  }

  private Optional<Entry> cutOff() {
    if (ended) {
      return Optional.empty();
    }
    ended = true;
    var why =
        new RecordRejectedException(
            RecordRejectedException.MALFORMED, "the file is cut off: its last line is missing");
    return Optional.of(new Entry(lines.number() + 1, "", new Read.Invalid(why)));
  }

  /// Empty for the last line, and for rows of other apps.
  private Optional<Entry> entry(Lines.Numbered line) {
    var text = line.text().strip();
    try {
      line.readable();
      if (ended) {
        throw new RecordRejectedException(
            RecordRejectedException.MALFORMED, "this line follows the last line of the export");
      }
      return switch (read(text)) {
        case Line.Row row -> {
          counts.add(row);
          yield appId.isEmpty() || appId.get().equals(row.app())
              ? Optional.of(new Entry(line.number(), text, new Read.Valid(row)))
              : Optional.empty();
        }
        case Line.End end -> {
          ended = true;
          requireAll(end);
          yield Optional.empty();
        }
        case Line.Start start ->
            throw new RecordRejectedException(
                RecordRejectedException.MALFORMED, "a second first line");
      };
    } catch (RecordRejectedException e) {
      return Optional.of(new Entry(line.number(), text, new Read.Invalid(e)));
    }
  }

  private void requireAll(Line.End end) {
    if (!end.lines().equals(counts.byKind())) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED,
          "lines are missing or were rejected: the export has %s, but %s were read"
              .formatted(end.lines(), counts.byKind()));
    }
  }

  @Override
  public long line() {
    return lines.number();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

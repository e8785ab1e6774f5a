package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Read;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A CSV file (RFC 4180) with a header, whose rows are read by column name. The header shows whether
/// commas, semicolons or tabs separate the fields.
final class CsvSource implements Source {
  private static final char COMMA = ',';
  private static final List<Character> DELIMITERS = List.of(COMMA, ';', '\t');

  private final InputStream in;
  private final CsvRecords records;
  private final List<String> header;
  private final Function<Map<String, String>, ForeignToken> read;

  CsvSource(InputStream in, Columns columns, Function<Map<String, String>, ForeignToken> read)
      throws IOException {
    var lines = new Lines(in);
    var first = firstLine(lines);
    char delimiter = delimiter(first, columns);
    this.in = in;
    this.header = names(first, delimiter);
    this.read = read;
    columns.check(header);
    this.records = new CsvRecords(lines, delimiter, header.size());
  }

  /// The columns that a header must have, and whether it may have others.
  record Columns(List<String> needed, boolean allowsOthers) {
    void check(List<String> header) {
      fault(header)
          .ifPresent(
              fault -> {
                throw new TransferException(
                    "The first line of the file must name its columns, each once: "
                        + String.join(",", needed)
                        + (allowsOthers ? ", and others; " : ", and no others; ")
                        + fault);
              });
    }

    // Without the needed columns, the first line may be a row, so nothing of it is shown.
    private Optional<String> fault(List<String> header) {
      var missing = needed.stream().filter(it -> !header.contains(it)).toList();
      if (missing.size() == needed.size()) {
        return Optional.of("it names none of them");
      }
      if (!missing.isEmpty()) {
        return Optional.of("it lacks " + String.join(", ", missing));
      }
      var twice =
          header.stream().filter(it -> header.indexOf(it) < header.lastIndexOf(it)).findFirst();
      if (twice.isPresent()) {
        return Optional.of("it names the column " + twice.get() + " twice");
      }
      return allowsOthers || header.size() == needed.size()
          ? Optional.empty()
          : Optional.of(
              "it also names "
                  + header.stream()
                      .filter(it -> !needed.contains(it))
                      .collect(Collectors.joining(", ")));
    }

    private long named(List<String> header) {
      return needed.stream().filter(header::contains).count();
    }
  }

  // Excel writes the delimiter into a line of its own.
  private static String firstLine(Lines lines) throws IOException {
    try {
      var first = lines.next();
      while (first.isPresent() && first.get().text().startsWith("sep=")) {
        first = lines.next();
      }
      return first.map(Lines.Numbered::readable).orElse("");
    } catch (RecordRejectedException e) {
      throw new TransferException("The first line of the file cannot be read: " + e.reason(), e);
    }
  }

  private static char delimiter(String first, Columns columns) {
    char best = COMMA;
    for (char one : DELIMITERS) {
      if (columns.named(names(first, one)) > columns.named(names(first, best))) {
        best = one;
      }
    }
    return best;
  }

  private static List<String> names(String first, char delimiter) {
    var scanner = new CsvScanner(delimiter);
    scanner.add(first);
    return CsvRecords.withoutBlankEnd(scanner.fields().stream().map(String::strip).toList(), 0);
  }

  @Override
  public Optional<Entry> next() throws IOException {
    return records.next().map(row -> new Entry(row.line(), row.text(), read(row)));
  }

  @Override
  public long line() {
    return records.number();
  }

  private Read read(CsvRecords.Row row) {
    try {
      row.fault()
          .ifPresent(
              why -> {
                throw why;
              });
      return new Read.Valid(read.apply(named(row.fields())));
    } catch (RecordRejectedException e) {
      return new Read.Invalid(e);
    }
  }

  private Map<String, String> named(List<String> row) {
    var given = CsvRecords.withoutBlankEnd(row, header.size());
    if (given.size() != header.size()) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED,
          "it has %d fields, and the header %d".formatted(given.size(), header.size()));
    }
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i < given.size(); i++) {
      fields.put(header.get(i), given.get(i));
    }
    return fields;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Read;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.csv.CsvFactory;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;

/// A CSV file (RFC 4180) with a header, whose rows are read by column name.
final class CsvSource implements Source {
  private static final int LONGEST_FIELD = 100_000;

  private static final ObjectReader ROWS =
      CsvMapper.builder(
              CsvFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(LONGEST_FIELD).build())
                  .enable(CsvReadFeature.WRAP_AS_ARRAY)
                  .enable(CsvReadFeature.SKIP_EMPTY_LINES)
                  .build())
          .build()
          .readerFor(String[].class);

  private final MappingIterator<String[]> rows;
  private final List<String> header;
  private final Function<Map<String, String>, Foreign> read;
  private boolean broken;

  CsvSource(InputStream in, Columns columns, Function<Map<String, String>, Foreign> read) {
    this.rows = ROWS.readValues(in);
    this.header = header(rows);
    this.read = read;
    columns.check(header);
  }

  /// The columns that a header must have, and whether it may have others.
  record Columns(List<String> needed, boolean othersMayBe) {
    void check(List<String> header) {
      boolean fits =
          header.containsAll(needed)
              && (othersMayBe || header.size() == needed.size())
              && header.stream().distinct().count() == header.size();
      if (!fits) {
        throw new TransferException(
            "The first line of the file must name its columns, each once: "
                + String.join(",", needed)
                + (othersMayBe ? ", and others" : ", and no others"));
      }
    }
  }

  private static List<String> header(MappingIterator<String[]> rows) {
    try {
      return rows.hasNextValue()
          ? Arrays.stream(rows.nextValue()).map(String::strip).toList()
          : List.of();
    } catch (JacksonException e) {
      return List.of();
    }
  }

  @Override
  public Optional<Entry> next() {
    if (broken) {
      return Optional.empty();
    }
    try {
      if (!rows.hasNextValue()) {
        return Optional.empty();
      }
      long line = rows.currentLocation().getLineNr();
      var row = rows.nextValue();
      return Optional.of(new Entry(line, text(row), read(row)));
    } catch (JacksonException e) {
      broken = true;
      var why =
          new Refused(
              Refused.MALFORMED,
              "no CSV from here on, perhaps for want of a quote; the rest is not read");
      return Optional.of(new Entry(rows.currentLocation().getLineNr(), "", new Read.Unfit(why)));
    }
  }

  private Read read(String[] row) {
    try {
      return new Read.Fit(read.apply(named(row)));
    } catch (Refused e) {
      return new Read.Unfit(e);
    }
  }

  private Map<String, String> named(String[] row) {
    if (row.length != header.size()) {
      throw new Refused(
          Refused.MALFORMED,
          "it has %d fields, and the header %d".formatted(row.length, header.size()));
    }
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i < row.length; i++) {
      fields.put(header.get(i), row[i]);
    }
    return fields;
  }

  private static String text(String[] row) {
    return Arrays.stream(row).map(CsvSource::quoted).collect(Collectors.joining(","));
  }

  private static String quoted(String field) {
    return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}

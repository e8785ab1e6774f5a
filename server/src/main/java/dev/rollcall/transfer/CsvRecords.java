package dev.rollcall.transfer;

import dev.rollcall.transfer.Lines.Numbered;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The records of a CSV file.
///
/// A quote too many or too few makes the lines after it part of a field. So a record that goes wrong
/// within a quoted field costs only its first line, and reading goes on with the next one.
final class CsvRecords {
  private static final int MOST_LINES = 100;

  /// A record with the number of its first line, and its fields or why it has none.
  record Row(
      long line, String text, List<String> fields, Optional<RecordRejectedException> fault) {}

  private final Lines lines;
  private final char delimiter;
  private final int columns;
  private final Deque<Numbered> ahead = new ArrayDeque<>();
  private @Nullable DamagedException damage;
  private long number;

  CsvRecords(Lines lines, char delimiter, int columns) {
    this.lines = lines;
    this.delimiter = delimiter;
    this.columns = columns;
  }

  /// The next record; empty at the end.
  Optional<Row> next() throws IOException {
    var first = nextLine();
    while (first.isPresent() && first.get().text().isBlank()) {
      first = nextLine();
    }
    if (first.isPresent()) {
      return Optional.of(row(first.get()));
    }
    if (damage != null) {
      throw damage;
    }
    return Optional.empty();
  }

  /// The number of lines read so far.
  long number() {
    return number;
  }

  private Row row(Numbered first) throws IOException {
    var all = new ArrayList<>(List.of(first));
    var scanner = new CsvScanner(delimiter);
    var state = scanner.add(first.text());
    int size = first.text().length();
    while (state == CsvScanner.State.OPEN && all.size() < MOST_LINES && size < Lines.MAX_LENGTH) {
      var more = nextLine();
      if (more.isEmpty()) {
        break;
      }
      all.add(more.get());
      size += more.get().text().length();
      state = scanner.add(more.get().text());
    }
    return switch (state) {
      case OPEN -> broken(all, unclosed(all.size(), size));
      case WRONG -> broken(all, "text follows the quote that closes a field");
      case COMPLETE ->
          swallowedRows(all, scanner.fields())
              ? broken(all, "the text between two quotes has the form of rows")
              : complete(all, scanner.fields());
    };
  }

  private static String unclosed(int lines, int size) {
    var what = "no quote closes a field that begins with one";
    if (size >= Lines.MAX_LENGTH) {
      return what + " within a million characters, the most that a record may have";
    }
    return lines < MOST_LINES
        ? what
        : what + " within %d lines, the most that a record may have".formatted(MOST_LINES);
  }

  private static Row complete(List<Numbered> all, List<String> fields) {
    var text = all.stream().map(Numbered::text).collect(Collectors.joining("\n"));
    var fault = all.stream().flatMap(line -> line.fault().stream()).findFirst();
    return new Row(all.getFirst().number(), text, fields, fault);
  }

  /// The first line alone; the others are read again.
  private Row broken(List<Numbered> all, String what) {
    for (var line : all.subList(1, all.size()).reversed()) {
      ahead.addFirst(line);
      number--;
    }
    var first = all.getFirst();
    var why =
        new RecordRejectedException(
            RecordRejectedException.MALFORMED,
            what + "; a quote within a quoted field must be doubled, and a lone one removed");
    return new Row(
        first.number(), first.text(), List.of(), first.fault().or(() -> Optional.of(why)));
  }

  /// Two lone quotes some rows apart look like one quoted field. Then the record has the wrong number
  /// of fields, or a line of it is a row by itself.
  private boolean swallowedRows(List<Numbered> all, List<String> fields) {
    if (all.size() == 1) {
      return false;
    }
    var inner = all.subList(1, all.size() - 1);
    return !fits(fields)
        || (inner.isEmpty()
            ? all.stream().allMatch(line -> isRowWithoutQuotes(line.text()))
            : inner.stream().anyMatch(line -> isRow(line.text())));
  }

  private boolean isRow(String line) {
    var scanner = new CsvScanner(delimiter);
    return scanner.add(line) == CsvScanner.State.COMPLETE && fits(scanner.fields());
  }

  private boolean isRowWithoutQuotes(String line) {
    return isRow(line.replace('"', ' '));
  }

  private boolean fits(List<String> fields) {
    return withoutBlankEnd(fields, columns).size() == columns;
  }

  /// A delimiter at the end of a line adds no field, unless there are fewer than `least`.
  static List<String> withoutBlankEnd(List<String> fields, int least) {
    int size = fields.size();
    while (size > least && fields.get(size - 1).isBlank()) {
      size--;
    }
    return fields.subList(0, size);
  }

  /// A line that was put back, or the next of the file.
  private Optional<Numbered> nextLine() throws IOException {
    var next = Optional.ofNullable(ahead.poll());
    if (next.isEmpty() && damage == null) {
      try {
        next = lines.nextOrBlank();
      } catch (DamagedException e) {
        // Lines that were put back come first.
        damage = e;
      }
    }
    next.ifPresent(line -> number = line.number());
    return next;
  }
}

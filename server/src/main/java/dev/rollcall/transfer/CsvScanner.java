package dev.rollcall.transfer;

import java.util.ArrayList;
import java.util.List;

/// Splits the lines of one CSV record (RFC 4180) into its fields.
///
/// A quote within a field that did not begin with one is an ordinary character. Blanks around a
/// quoted field are ignored.
final class CsvScanner {
  /// `OPEN` within a quoted field, to which the next line belongs; `WRONG` when text follows its
  /// closing quote.
  enum State {
    COMPLETE,
    OPEN,
    WRONG
  }

  private enum At {
    START,
    PLAIN,
    QUOTED,
    AFTER_QUOTE
  }

  private final char delimiter;
  private final List<String> fields = new ArrayList<>();
  private final StringBuilder field = new StringBuilder();
  private At at = At.START;

  CsvScanner(char delimiter) {
    this.delimiter = delimiter;
  }

  /// The fields so far; all of them once the record is complete.
  List<String> fields() {
    return fields;
  }

  /// Reads the next line of the record.
  State add(String line) {
    if (at == At.QUOTED) {
      field.append('\n');
    }
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      switch (at) {
        case START, PLAIN -> {
          if (c == delimiter) {
            end();
          } else if (c == '"' && at == At.START && field.toString().isBlank()) {
            field.setLength(0);
            at = At.QUOTED;
          } else {
            field.append(c);
            at = c == ' ' && at == At.START ? At.START : At.PLAIN;
          }
        }
        case QUOTED -> {
          if (c != '"') {
            field.append(c);
          } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
            field.append('"');
            i++;
          } else {
            at = At.AFTER_QUOTE;
          }
        }
        case AFTER_QUOTE -> {
          if (c == delimiter) {
            end();
          } else if (c != ' ') {
            return State.WRONG;
          }
        }
      }
    }
    if (at == At.QUOTED) {
      return State.OPEN;
    }
    end();
    return State.COMPLETE;
  }

  private void end() {
    fields.add(field.toString());
    field.setLength(0);
    at = At.START;
  }
}

package dev.rollcall.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Reads the lines of a file with bounded memory. A line ends with LF, CR or both.
final class Lines {
  /// Longer than any valid line: a token has at most 4 kB, and the body that sets a profile 64 kB.
  static final int MAX_LENGTH = 1 << 20;

  /// A line, counted from 1, and why it cannot be read, if so. The `text` of such a line is for the
  /// reject file only.
  record Numbered(long number, String text, Optional<RecordRejectedException> fault) {
    String readable() {
      fault.ifPresent(
          why -> {
            throw why;
          });
      return text;
    }
  }

  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean afterReturn;
  private long number;

  Lines(InputStream in) {
    this.in = in;
  }

  /// The next line that is not blank; empty at the end.
  Optional<Numbered> next() throws IOException {
    var next = nextOrBlank();
    while (next.isPresent() && next.get().text().isBlank()) {
      next = nextOrBlank();
    }
    return next;
  }

  /// The next line; empty at the end.
  Optional<Numbered> nextOrBlank() throws IOException {
    if (!read()) {
      return Optional.empty();
    }
    number++;
    var text = line.toString(StandardCharsets.UTF_8);
    return Optional.of(new Numbered(number, text, fault()));
  }

  private Optional<RecordRejectedException> fault() {
    if (line.size() > MAX_LENGTH) {
      return Optional.of(
          new RecordRejectedException(
              RecordRejectedException.MALFORMED, "the line is longer than a million bytes"));
    }
    var wrong = Utf8.wrongByte(line.toByteArray());
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RecordRejectedException(
                RecordRejectedException.NOT_UTF8,
                "the line holds the byte 0x%02X, which is no UTF-8; perhaps it is Windows-1252: save the file as UTF-8"
                    .formatted(wrong.getAsInt())));
  }

  /// The number of lines read so far.
  long number() {
    return number;
  }

  private boolean read() throws IOException {
    line.reset();
    int next = in.read();
    if (afterReturn && next == '\n') {
      next = in.read();
    }
    afterReturn = false;
    if (next < 0) {
      return false;
    }
    for (; next >= 0 && next != '\n' && next != '\r'; next = in.read()) {
      if (line.size() <= MAX_LENGTH) {
        line.write(next);
      }
    }
    afterReturn = next == '\r';
    return true;
  }
}

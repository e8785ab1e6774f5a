package dev.rollcall.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Reads the lines of a file with bounded memory.
final class Lines {
  /// Longer than any valid line: a token has at most 4 kB, and the body that sets a profile 64 kB.
  static final int LONGEST = 1 << 20;

  /// A line, counted from 1; `text` is empty if the line is too long or not UTF-8.
  record Numbered(long number, Optional<String> text) {}

  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long number;

  Lines(InputStream in) {
    this.in = in;
  }

  /// The next line that is not blank; empty at the end.
  Optional<Numbered> next() throws IOException {
    while (read()) {
      number++;
      var text = line.size() > LONGEST ? Optional.<String>empty() : decoded();
      if (text.isEmpty() || !text.get().isBlank()) {
        return Optional.of(new Numbered(number, text));
      }
    }
    return Optional.empty();
  }

  static Refused unreadable() {
    return new Refused(Refused.MALFORMED, "the line is no UTF-8, or longer than a million bytes");
  }

  /// The number of lines read so far.
  long number() {
    return number;
  }

  private boolean read() throws IOException {
    line.reset();
    int next = in.read();
    if (next < 0) {
      return false;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      if (line.size() <= LONGEST) {
        line.write(next);
      }
    }
    return true;
  }

  private Optional<String> decoded() {
    try {
      var bytes = ByteBuffer.wrap(line.toByteArray());
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString().strip());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}

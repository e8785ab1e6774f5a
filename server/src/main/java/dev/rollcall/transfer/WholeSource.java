package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Read;
import java.io.IOException;
import java.util.Optional;

/// A source whose last record says so if the file is damaged from there on.
final class WholeSource implements Source {
  private final Source source;
  private boolean ended;

  WholeSource(Source source) {
    this.source = source;
  }

  @Override
  public Optional<Entry> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    try {
      return source.next();
    } catch (DamagedException e) {
      ended = true;
      return Optional.of(cutOff(line(), e.what()));
    }
  }

  /// The record that stands for the unread rest of the file.
  static Entry cutOff(long lastLine, String what) {
    var why =
        new RecordRejectedException(
            RecordRejectedException.CUT_OFF,
            "%s after line %,d; the rest is not read; import the whole file to continue"
                .formatted(what, lastLine));
    return new Entry(lastLine + 1, "", new Read.Invalid(why));
  }

  @Override
  public long line() {
    return source.line();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}

package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.Entry;
import java.io.IOException;
import java.util.Optional;

/// A file of records, read from the beginning.
interface Source extends AutoCloseable {

  /// The next record; empty at the end.
  Optional<Entry> next() throws IOException;

  /// The number of the last line that was read.
  long line();

  @Override
  void close() throws IOException;
}

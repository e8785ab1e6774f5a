package dev.rollcall.storage.engine;

import java.sql.SQLException;

/// A database that answers reads at once and writes after they are durably committed.
///
/// A write may be run more than once before it is committed (see {@link GroupCommit}), so it must
/// do nothing but talk to its `Tx`; and it throws a `Problem` only before it has written anything.
public interface Database extends AutoCloseable {
  /// What to do when nobody knows whether something was stored.
  String REPEATING =
      "A registration or a deletion is safe to send again, and so is a notification with its"
          + " Idempotency-Key; of anything else, look first whether it is there";

  /// Work inside one transaction.
  @FunctionalInterface
  interface Work<T> {
    T run(Tx tx) throws SQLException;
  }

  /// Reads. `what` says what was being done, should it fail.
  <T> T read(String what, Work<T> work);

  /// Reads a whole table, which may take longer than a caller would wait.
  default <T> T scan(String what, Work<T> work) {
    return read(what, work);
  }

  /// Counts over a whole table. Whoever asks waits longer than a caller would, and not for ever.
  default <T> T tally(String what, Work<T> work) {
    return read(what, work);
  }

  /// Reads with a single statement, which sees one moment by itself.
  <T> T readOnce(String what, Work<T> work);

  /// Writes, and returns once that is durable.
  <T> T write(String what, Work<T> work);

  /// Writes until there was less to do than a whole `part`, and answers how much in all. A million
  /// rows in one transaction would keep all others waiting; so they go in between.
  default int writeInParts(String what, int part, Work<Integer> work) {
    int all = 0;
    int done;
    do {
      done = write(what, work);
      all += done;
    } while (done == part);
    return all;
  }

  /// Throws when the database cannot be read, or no longer takes writes.
  void check();

  @Override
  void close();
}

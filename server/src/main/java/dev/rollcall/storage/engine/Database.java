package dev.rollcall.storage.engine;

import java.sql.SQLException;
import java.time.Duration;

/// A database that answers reads at once, and writes after they are durably committed.
///
/// A write may run more than once before it is committed, so it has no effects but through its `Tx`.
/// It throws a `Problem` only before it has written anything.
public interface Database extends AutoCloseable {
  /// What a caller can do when it is uncertain whether something was stored.
  String RETRY_ADVICE =
      "A registration or a deletion is safe to send again, and so is a notification with its"
          + " Idempotency-Key; of anything else, look first whether it is there";

  /// How long a read of a whole table may take.
  Duration WHOLE_TABLE = Duration.ofMinutes(10);

  /// How long it may take to count the rows of a table.
  Duration COUNT = Duration.ofMinutes(1);

  /// Work inside one transaction.
  @FunctionalInterface
  interface Work<T> {
    T run(Tx tx) throws SQLException;
  }

  /// Reads from one snapshot. `what` says in an error what was being done.
  <T> T read(String what, Work<T> work);

  /// Reads for longer than a caller would wait. Where other programs use the database too, the read
  /// fails after the limit.
  default <T> T readLong(String what, Duration limit, Work<T> work) {
    return read(what, work);
  }

  /// Reads with a single statement, which is a snapshot by itself.
  <T> T readSingleStatement(String what, Work<T> work);

  /// Writes, and returns once that is durable.
  <T> T write(String what, Work<T> work);

  /// Writes again and again until there was less to do than a whole `part`, and answers how much it
  /// was in all. One transaction of a million rows would delay all others; here they run in between.
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

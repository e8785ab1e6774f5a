package dev.rollcall.storage.engine;

import java.sql.SQLException;
import java.time.Duration;

/// A database whose writes return only after they are durable.
///
/// A write may run more than once before it is committed, so it must have no effects except through
/// its `Tx`. It may throw a `Problem` only before it has written anything.
public interface Database extends AutoCloseable {
  /// What a caller can do when it is uncertain whether something was stored.
  String RETRY_ADVICE =
      "A registration or a deletion is safe to send again, and so is a notification with its"
          + " Idempotency-Key; of anything else, look first whether it is there";

  /// The timeout for a read of a whole table.
  Duration WHOLE_TABLE = Duration.ofMinutes(10);

  /// The timeout for counting the rows of a table.
  Duration COUNT = Duration.ofMinutes(1);

  /// Work inside one transaction.
  @FunctionalInterface
  interface Work<T> {
    T run(Tx tx) throws SQLException;
  }

  /// Reads from one snapshot. `what` describes the work in errors.
  <T> T read(String what, Work<T> work);

  /// Runs a read that takes longer than a request would wait. On PostgreSQL, the read fails after
  /// the limit.
  default <T> T readLong(String what, Duration limit, Work<T> work) {
    return read(what, work);
  }

  /// Reads with a single statement, which is a snapshot by itself.
  <T> T readSingleStatement(String what, Work<T> work);

  /// Runs a write, and returns when it is durable.
  <T> T write(String what, Work<T> work);

  /// Repeats a write until it handles fewer rows than `part`, and returns the number of rows in
  /// all. Other writes run in between, while one transaction of a million rows would delay them.
  default int writeInParts(String what, int part, Work<Integer> work) {
    int all = 0;
    int done;
    do {
      done = write(what, work);
      all += done;
    } while (done == part);
    return all;
  }

  /// Throws if the database cannot be read or written.
  void check();

  @Override
  void close();
}

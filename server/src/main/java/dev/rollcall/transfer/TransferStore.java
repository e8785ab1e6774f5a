package dev.rollcall.transfer;

import dev.rollcall.token.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// The database operations of exports and imports.
public interface TransferStore {

  /// A record with its line in the file, or the reason why it cannot be read.
  record Entry(long line, String text, Read read) {
    /// The length up to which the reject file shows the record: enough to find and correct it.
    static final int SHOWN = 10_000;

    public Reject rejected(RecordRejectedException why) {
      var shown = text.substring(0, Math.min(SHOWN, text.length()));
      return new Reject(line, why.code(), why.reason(), shown);
    }

    @Override
    public String toString() {
      return "Entry[line " + line + "]";
    }
  }

  /// The result of reading a record.
  sealed interface Read {
    record Valid(ImportRecord importRecord) implements Read {}

    record Invalid(RecordRejectedException why) implements Read {}
  }

  /// A record that was not imported, with the reason.
  record Reject(long line, String code, String reason, String record) {
    @Override
    public String toString() {
      return "Reject[line " + line + ": " + code + "]";
    }
  }

  /// The result of a batch; `present` counts records that existed already.
  record BatchResult(int imported, int present, List<Reject> rejects) {}

  /// The rules for imported records: those of a registration, and how long a token is kept that is
  /// not registered again. `copy` says that the records are the rows of a database, so none of them
  /// excludes another.
  record Rules(Registration registration, Duration removal, boolean copy) {
    public Rules(Registration registration, Duration removal) {
      this(registration, removal, false);
    }

    Rules forCopy() {
      return new Rules(registration, removal, true);
    }
  }

  boolean hasApp(String appId);

  default void requireApp(String appId) {
    if (!hasApp(appId)) {
      throw new TransferException(
          "There is no app '" + appId + "'; './rollcall app list' shows them");
    }
  }

  /// Reads all rows, or those of one app, as a consistent snapshot.
  void read(Optional<String> appId, Consumer<Line.Row> to);

  /// Returns what `take` last stored for this source; empty if no import of it has begun.
  Optional<String> begin(String source);

  /// Imports the batch and stores the result of `note`, in one transaction.
  BatchResult take(
      String source,
      List<Entry> batch,
      Rules rules,
      Function<BatchResult, String> note,
      Instant now);

  /// Returns what is stored for this source, as `begin` does, and writes nothing.
  Optional<String> noted(String source);

  /// The database that is being migrated into this one, if a migration has begun and not ended.
  Optional<String> migrationSource();

  /// Deletes what was stored for this source.
  void finish(String source);
}

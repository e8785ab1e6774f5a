package dev.rollcall.storage.transfer;

import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.rows.AppRows;
import dev.rollcall.storage.rows.TransferRows;
import dev.rollcall.transfer.ForeignToken;
import dev.rollcall.transfer.ImportRecord;
import dev.rollcall.transfer.Line;
import dev.rollcall.transfer.RecordRejectedException;
import dev.rollcall.transfer.TransferException;
import dev.rollcall.transfer.TransferStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// Export and import in SQL.
///
/// The progress of an import is stored in a separate table; see {@link TransferRows}.
public final class SqlTransferStore implements TransferStore {
  private final Database db;

  public SqlTransferStore(Database db) {
    this.db = db;
  }

  @Override
  public boolean hasApp(String appId) {
    return db.read("looking for an app", tx -> AppRows.byId(tx, appId).isPresent());
  }

  @Override
  public void read(Optional<String> appId, Consumer<Line.Row> to) {
    var begun = new AtomicBoolean();
    db.readLong(
        "exporting",
        Database.WHOLE_TABLE,
        tx -> {
          // Rows that were already passed on cannot be taken back, so this must not be retried.
          if (begun.getAndSet(true)) {
            throw new TransferException(
                "The connection to the database broke during the export; export again");
          }
          new ExportReader(tx, appId).read(to);
          return true;
        });
  }

  @Override
  public Optional<String> begin(String source) {
    return db.write(
        "beginning an import",
        tx -> {
          TransferRows.create(tx);
          return TransferRows.note(tx, source);
        });
  }

  @Override
  public BatchResult take(
      String source,
      List<Entry> batch,
      Rules rules,
      Function<BatchResult, String> note,
      Instant now) {
    return db.write(
        "importing",
        tx -> {
          var locks = BatchLocks.take(tx, batch);
          var taken =
              take(
                  new ExportImporter(tx, locks, rules, now),
                  new ForeignImporter(tx, locks, rules, now),
                  batch);
          TransferRows.create(tx);
          TransferRows.put(tx, new TransferRows.Row(source, note.apply(taken)));
          return taken;
        });
  }

  private static BatchResult take(
      ExportImporter exports, ForeignImporter foreigns, List<Entry> batch) throws SQLException {
    int imported = 0;
    int present = 0;
    var rejects = new ArrayList<Reject>();
    for (var entry : batch) {
      try {
        if (take(exports, foreigns, entry)) {
          imported++;
        } else {
          present++;
        }
      } catch (RecordRejectedException e) {
        rejects.add(entry.rejected(e));
      }
    }
    return new BatchResult(imported, present, rejects);
  }

  private static boolean take(ExportImporter exports, ForeignImporter foreigns, Entry entry)
      throws SQLException {
    return switch (entry.read()) {
      case Read.Invalid(var why) -> throw why;
      case Read.Valid(ImportRecord importRecord) ->
          switch (importRecord) {
            case Line.Row row -> exports.take(row);
            case ForeignToken foreign -> foreigns.take(foreign, entry.line());
          };
    };
  }

  @Override
  public Optional<String> noted(String source) {
    return db.read(
        "looking for what has begun",
        tx -> TransferRows.exist(tx) ? TransferRows.note(tx, source) : Optional.empty());
  }

  @Override
  public Optional<String> migrationSource() {
    return noted(SqliteToPostgres.NOTE);
  }

  @Override
  public void finish(String source) {
    db.write(
        "finishing an import",
        tx -> {
          TransferRows.delete(tx, source);
          return true;
        });
  }
}

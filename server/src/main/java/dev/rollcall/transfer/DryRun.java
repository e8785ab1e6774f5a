package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Read;
import dev.rollcall.transfer.TransferStore.Rules;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// Prepares an import that writes nothing: copies what it is checked against into a scratch database,
/// into which the file is then imported.
///
/// One transaction that is rolled back would give the same answers, but would block the writes of a
/// server for as long as the import takes.
public final class DryRun {
  private static final int ROWS = 500;
  private static final String SOURCE = "dry run";

  private final TransferStore from;
  private final TransferStore scratch;
  private final Rules rules;
  private final Clock clock;
  private final Progress progress;
  private final List<Entry> batch = new ArrayList<>();
  private long copied;

  public DryRun(
      TransferStore from, TransferStore scratch, Rules rules, Clock clock, Progress progress) {
    this.from = from;
    this.scratch = scratch;
    this.rules = rules.forCopy();
    this.clock = clock;
    this.progress = progress;
  }

  /// Refuses a file whose import has begun and not ended: the rejects would replace those of the
  /// import.
  public void requireNotBegun(ImportFile file) {
    if (from.noted(file.name()).isPresent()) {
      throw new TransferException(
          "An import of this file has begun and not ended; name another file for the rejects of the"
              + " dry run with --rejects");
    }
  }

  /// Copies the apps that the file may concern. Only an export holds histories, so they are left out
  /// for any other file.
  public void copy(ImportFile file) {
    file.requiredApp().ifPresent(from::requireApp);
    boolean withHistories = file.requiredApp().isEmpty();
    scratch.begin(SOURCE);
    from.read(
        file.appId(),
        row -> {
          if (withHistories || !(row instanceof Line.Event)) {
            add(row);
          }
        });
    flush();
    scratch.finish(SOURCE);
  }

  private void add(Line.Row row) {
    batch.add(new Entry(0, "", new Read.Valid(row)));
    if (batch.size() == ROWS) {
      flush();
    }
  }

  private void flush() {
    var taken = scratch.take(SOURCE, batch, rules, done -> "", clock.instant());
    if (!taken.rejects().isEmpty()) {
      throw new IllegalStateException(
          "a row of the database cannot be copied: " + taken.rejects().getFirst().reason());
    }
    copied += batch.size();
    batch.clear();
    progress.at("import: dry run, %,d rows of the database copied", copied);
  }
}

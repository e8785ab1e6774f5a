package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Reject;
import dev.rollcall.transfer.TransferStore.Rules;
import dev.rollcall.transfer.TransferStore.Taken;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Imports the records of a file in batches.
///
/// The transaction of a batch also stores the progress, so an interrupted import continues after
/// its last batch.
public final class Import {
  private static final int RECORDS = 500;
  private static final int CHARACTERS = 4 << 20;

  /// How many records of a file were imported, were present already, or were rejected.
  public record Result(long imported, long present, long rejected) {}

  /// The progress of an import: the results of the first `records` records, and the rejects of the
  /// last batch, which may be missing in the reject file.
  record Mark(long records, long imported, long present, long rejected, List<Reject> last) {
    static final Mark START = new Mark(0, 0, 0, 0, List.of());

    Mark after(long more, Taken taken) {
      return new Mark(
          records + more,
          imported + taken.imported(),
          present + taken.present(),
          rejected + taken.rejects().size(),
          taken.rejects());
    }

    static Mark of(String json) {
      return TransferJson.MAPPER.readValue(json, Mark.class);
    }

    String json() {
      return TransferJson.MAPPER.writeValueAsString(this);
    }
  }

  private final TransferStore store;
  private final Rules rules;
  private final Clock clock;
  private final Progress progress;

  public Import(TransferStore store, Rules rules, Clock clock, Progress progress) {
    this.store = store;
    this.rules = rules;
    this.clock = clock;
    this.progress = progress;
  }

  public Result run(ImportFile file, RejectFile rejects) throws IOException {
    file.neededApp().ifPresent(store::requireApp);
    try (var source = file.open()) {
      var mark = resume(file.name(), rejects);
      for (long skipped = 0; skipped < mark.records(); skipped++) {
        source.next();
      }
      for (var batch = batch(source); !batch.isEmpty(); batch = batch(source)) {
        mark = take(file.name(), batch, mark);
        rejects.append(mark.last());
        progress.at("import: %,d records, %,d of them rejected", mark.records(), mark.rejected());
      }
      store.finish(file.name());
      progress.tell(
          "import: done, %,d taken over, %,d there already, %,d rejected",
          mark.imported(), mark.present(), mark.rejected());
      return new Result(mark.imported(), mark.present(), mark.rejected());
    }
  }

  private Mark resume(String name, RejectFile rejects) throws IOException {
    var noted = store.begin(name).map(Mark::of);
    if (noted.isEmpty()) {
      rejects.startOver();
      return Mark.START;
    }
    var mark = noted.get();
    rejects.resume(mark.rejected() - mark.last().size(), mark.last());
    progress.tell("import: going on after %,d records", mark.records());
    return mark;
  }

  private Mark take(String name, List<Entry> batch, Mark before) {
    var taken =
        store.take(
            name,
            batch,
            rules,
            result -> before.after(batch.size(), result).json(),
            clock.instant());
    return before.after(batch.size(), taken);
  }

  private static List<Entry> batch(Source source) throws IOException {
    var batch = new ArrayList<Entry>();
    for (int size = 0; batch.size() < RECORDS && size < CHARACTERS; ) {
      Optional<Entry> next = source.next();
      if (next.isEmpty()) {
        break;
      }
      batch.add(next.get());
      size += next.get().text().length();
    }
    return batch;
  }
}

package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.BatchResult;
import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Reject;
import dev.rollcall.transfer.TransferStore.Rules;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Imports the records of a file in batches.
///
/// The transaction of a batch also stores the progress, so an interrupted import continues after
/// its last batch.
public final class Import {
  private static final int RECORDS = 500;
  private static final int CHARACTERS = 4 << 20;

  /// So many records, all rejected with one code, say that the file or a flag is wrong.
  private static final int HOPELESS = 1_000;

  /// How many records of a file were imported, were present already, or were rejected.
  public record Result(long imported, long present, long rejected) {}

  /// What is unusual about a run: it continues though every record is rejected for one reason, or
  /// its database is a scratch one.
  public record Mode(boolean keepGoing, boolean dryRun) {
    public static final Mode USUAL = new Mode(false, false);
  }

  /// The progress of an import: the results of the first `records` records, with the number of
  /// rejects for each code, and the rejects of the last batch, which may be missing in the reject
  /// file.
  record Mark(
      long records, long imported, long present, Map<String, Long> codes, List<Reject> last) {
    static final Mark START = new Mark(0, 0, 0, Map.of(), List.of());

    Mark after(long more, BatchResult taken) {
      var all = new TreeMap<>(codes);
      taken.rejects().forEach(reject -> all.merge(reject.code(), 1L, Long::sum));
      return new Mark(
          records + more,
          imported + taken.imported(),
          present + taken.present(),
          all,
          taken.rejects());
    }

    long rejected() {
      return codes.values().stream().mapToLong(it -> it).sum();
    }

    boolean hopeless() {
      return records >= HOPELESS && rejected() == records && codes.size() == 1;
    }

    /// For example `12 DEAD, 3 UID_COLLISION`.
    String byCode() {
      return codes.entrySet().stream()
          .map(it -> "%,d %s".formatted(it.getValue(), it.getKey()))
          .collect(Collectors.joining(", "));
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

  public Result run(ImportFile file, RejectFile rejects, Mode mode) throws IOException {
    file.requiredApp().ifPresent(store::requireApp);
    try (var source = file.open()) {
      var mark = resume(file.name(), rejects);
      for (long skipped = 0; skipped < mark.records(); skipped++) {
        source.next();
      }
      requireHope(mark, rejects, mode);
      for (var batch = batch(source); !batch.isEmpty(); batch = batch(source)) {
        mark = take(file.name(), batch, mark);
        rejects.append(mark.last());
        progress.at("import: %,d records, %,d of them rejected", mark.records(), mark.rejected());
        requireHope(mark, rejects, mode);
      }
      store.finish(file.name());
      tellEnd(mark, mode);
      return new Result(mark.imported(), mark.present(), mark.rejected());
    }
  }

  private static void requireHope(Mark mark, RejectFile rejects, Mode mode) {
    if (!mark.hopeless() || mode.keepGoing()) {
      return;
    }
    var example =
        mark.last().isEmpty() ? "" : ", the last one because " + mark.last().getLast().reason();
    throw new TransferException(
        ("The import stopped: all of the first %,d records were rejected as %s%s. %s lists them."
                + " Correct the file or the flags, or go on with --keep-going")
            .formatted(
                mark.records(), mark.codes().keySet().iterator().next(), example, rejects.path()));
  }

  private void tellEnd(Mark mark, Mode mode) {
    mark.last().stream()
        .filter(reject -> reject.code().equals(RecordRejectedException.CUT_OFF))
        .forEach(reject -> progress.print("import: line %,d: %s", reject.line(), reject.reason()));
    if (mark.rejected() > 0) {
      progress.print("import: rejected by code: %s", mark.byCode());
    }
    progress.print(
        mode.dryRun()
            ? "import: dry run, nothing was stored; %,d to import, %,d already present, %,d"
                + " rejected"
            : "import: done, %,d imported, %,d already present, %,d rejected",
        mark.imported(),
        mark.present(),
        mark.rejected());
  }

  private Mark resume(String name, RejectFile rejects) throws IOException {
    var noted = store.begin(name).map(Mark::of);
    if (noted.isEmpty()) {
      rejects.startOver();
      return Mark.START;
    }
    var mark = noted.get();
    rejects.resume(mark.rejected() - mark.last().size(), mark.last());
    progress.print("import: continuing after %,d records", mark.records());
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

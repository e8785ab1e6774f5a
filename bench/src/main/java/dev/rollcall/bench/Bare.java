package dev.rollcall.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;

/// A limit: one thread that registers new tokens of random sessions straight in SQLite, a batch to
/// a transaction, with no server around it. Takes its figures as `Load` does; the latency is that
/// of the batch, begin to durable.
final class Bare {
  private static final int BATCH = 64;

  /// How much of a registration is done.
  private enum Work {
    /// The upsert of the token alone.
    UPSERT,
    /// All that the server does for it: who asks, what stands, upsert, history, last seen.
    WHOLE
  }

  private final Options options;
  private final Work work;
  private final Corpus corpus;
  private final SplittableRandom random;
  private final int[] generations;
  private final Tally tally = new Tally();

  Bare(Options options) {
    this.options = options;
    this.work =
        switch (options.text("work")) {
          case "upsert" -> Work.UPSERT;
          case "whole" -> Work.WHOLE;
          default -> throw new Options.Mistake("--work is upsert or whole");
        };
    this.corpus = Corpus.of(options);
    this.random = new SplittableRandom(options.number("run", 1));
    this.generations = new int[corpus.sessions()];
  }

  boolean run() throws SQLException, IOException {
    var file = Path.of(options.text("file"));
    System.out.println("bare " + options.text("work") + ", batches of " + BATCH);
    var figures = new Figures(List.of(tally));
    try (var table = new BareTable(file, corpus, options.number("checkpoint", 8_000))) {
      keepOn(table, options.number("warmup", 5));
      figures.lap("warm-up");
      figures.count();
      int every = options.number("every", 5);
      for (int left = options.number("duration", 30); left > 0; left -= every) {
        keepOn(table, Math.min(every, left));
        figures.lap("");
      }
    }
    figures.end();
    if (options.maybe("out").isPresent()) {
      Files.writeString(Path.of(options.text("out")), figures.line());
    }
    return figures.good();
  }

  private void keepOn(BareTable table, int seconds) throws SQLException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      batch(table);
    }
  }

  private void batch(BareTable table) throws SQLException {
    long start = System.nanoTime();
    for (int i = 0; i < BATCH; i++) {
      int session = random.nextInt(generations.length);
      int generation = ++generations[session];
      switch (work) {
        case UPSERT -> table.upsert(session, generation);
        case WHOLE -> table.register(session, generation);
      }
    }
    table.commit();
    long took = System.nanoTime() - start;
    tally.right(took, BATCH);
  }
}

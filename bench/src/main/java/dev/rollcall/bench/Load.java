package dev.rollcall.bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/// Puts a server under one scenario's load for a while, checks every answer, and tells what it saw.
///
/// A closed loop: each connection asks again as soon as it has its answer.
final class Load {
  private static final int LONGEST_PRIMING = 900;

  private final Options options;
  private final Scenario scenario;
  private final int connections;
  private final Crowd crowd;
  private final Figures figures;

  Load(Options options) throws IOException {
    this.options = options;
    this.scenario = Scenario.named(options.text("scenario"));
    this.connections = options.number("connections", 64);
    this.crowd = new Crowd(options.number("port"), visitors());
    this.figures = new Figures(List.of(crowd.tally()));
  }

  private List<Visitor> visitors() {
    var corpus = Corpus.of(options);
    return IntStream.range(0, connections)
        .mapToObj(number -> new Visitor.Place(number, connections))
        .map(place -> new Visitor(options, corpus, scenario, place))
        .toList();
  }

  /// Answers whether all went well.
  boolean run() throws IOException, InterruptedException {
    System.out.println(scenario + " on " + connections + " connections");
    int every = options.number("every", 5);
    crowd.start();
    for (int i = 0; !crowd.primed() && crowd.alive() && i < LONGEST_PRIMING; i += every) {
      lap("priming", every);
    }
    lap("warm-up", options.number("warmup", 5));
    figures.count();
    for (int left = options.number("duration", 30); left > 0 && crowd.alive(); left -= every) {
      lap("", Math.min(every, left));
    }
    crowd.stop();
    return figures.end(options);
  }

  private void lap(String name, int seconds) throws InterruptedException {
    Thread.sleep(seconds * 1000L);
    figures.lap(name);
  }
}

package dev.rollcall.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Puts a server under load, one scenario after the other for a while each, checks every answer, and
/// tells what it saw.
///
/// A closed loop: each connection asks again as soon as it has its answer. Connections are dealt out
/// among the ports, when there are several.
final class Load {
  private static final int LONGEST_PRIMING = 900;

  private final Options options;
  private final List<Scenario> scenarios;
  private final int connections;
  private final int every;
  private final LoadThread loadThread;
  private volatile Scenario current;

  Load(Options options) throws IOException {
    this.options = options;
    this.scenarios = Scenario.allIn(options.text("scenario"));
    this.current = scenarios.getFirst();
    this.connections = options.number("connections", 64);
    this.every = options.number("every", 5);
    this.loadThread = new LoadThread(options.numbers("port"), requestSources());
  }

  private List<RequestSource> requestSources() {
    boolean tokensNeeded = scenarios.stream().anyMatch(Scenario::needsTokens);
    int primed = tokensNeeded ? options.number("prime", 0) : 0;
    return IntStream.range(0, connections)
        .mapToObj(number -> new RequestSource.Share(number, connections))
        .map(share -> new RequestSource(options, requests(), () -> current, primed, share))
        .toList();
  }

  private Requests requests() {
    var corpus = Corpus.of(options);
    var app = options.text("app");
    int port = options.numbers("port").getFirst();
    return switch (options.maybe("server").orElse("rollcall")) {
      case "rollcall" -> new RollcallRequests(corpus, app, port);
      case "parse" -> new ParseRequests(corpus, app, port);
      default -> throw new Options.Mistake("--server is rollcall or parse");
    };
  }

  /// Answers whether all went well.
  boolean run() throws IOException, InterruptedException {
    loadThread.start();
    prime();
    var lines = new StringBuilder();
    boolean good = true;
    for (var scenario : scenarios) {
      var figures = measure(scenario);
      lines.append(figures.line());
      good &= figures.good();
    }
    loadThread.stop();
    if (options.maybe("out").isPresent()) {
      Files.writeString(Path.of(options.text("out")), lines);
    }
    // What never came is counted when the crowd stops.
    return good && loadThread.tally().wrong() == 0;
  }

  private void prime() throws InterruptedException {
    var figures = new Figures(List.of(loadThread.tally()));
    for (int i = 0; !loadThread.primed() && loadThread.alive() && i < LONGEST_PRIMING; i += every) {
      lap(figures, "priming", every);
    }
  }

  private Figures measure(Scenario scenario) throws InterruptedException {
    System.out.println(scenario + " on " + connections + " connections");
    current = scenario;
    var figures = new Figures(List.of(loadThread.tally()), others());
    lap(figures, "warm-up", options.number("warmup", 5));
    figures.count();
    for (int left = options.number("duration", 30); left > 0 && loadThread.alive(); left -= every) {
      lap(figures, "", Math.min(every, left));
    }
    figures.end();
    return figures;
  }

  private List<Cpu> others() {
    return Stream.of("server-pids", "database-pids")
        .filter(name -> options.maybe(name).isPresent())
        .map(name -> new Cpu(options.numbers(name)))
        .toList();
  }

  private static void lap(Figures figures, String name, int seconds) throws InterruptedException {
    Thread.sleep(seconds * 1000L);
    figures.lap(name);
  }
}

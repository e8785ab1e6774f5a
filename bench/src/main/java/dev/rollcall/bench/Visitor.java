package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// What one connection asks next, and whether the answer is right.
///
/// Sessions are dealt out among the connections, so whatever a session should hold is known to one
/// visitor alone, and every list can be checked for the token that was last acknowledged.
final class Visitor {

  /// Connection `number` of `of`.
  record Place(int number, int of) {}

  private static final byte[] DONE = "{\"data\":{\"success\":true}}".getBytes(ISO_8859_1);
  private static final byte[] LISTS = "{\"data\":{".getBytes(ISO_8859_1);

  private final Corpus corpus;
  private final Scenario scenario;
  private final boolean stateless;
  private final Requests requests;
  private final Place place;
  private final SplittableRandom random;

  /// By the place of a session among ours: which generation it should hold.
  private final int[] generations;

  private final int toHold;
  private int held;

  private Scenario.Ask ask = Scenario.Ask.REGISTER;
  private int mine;
  private int generation;
  private final byte[] quoted =
      ("\"" + " ".repeat(Corpus.TOKEN_LENGTH) + "\"").getBytes(ISO_8859_1);

  Visitor(Options options, Corpus corpus, Scenario scenario, Place place) {
    this.corpus = corpus;
    this.scenario = scenario;
    this.place = place;
    this.stateless = options.number("stateless", 0) == 1;
    this.requests = new Requests(corpus, options.text("app"), options.number("port"));
    this.random = new SplittableRandom(options.number("run", 1) * 1_000_003L + place.number());
    this.generations = new int[shareOf(corpus.sessions())];
    this.held = shareOf(options.number("tokens", 0));
    this.toHold = scenario.needsTokens() ? Math.max(held, shareOf(options.number("prime", 0))) : 0;
  }

  /// How many of the first `total` sessions are ours.
  private int shareOf(int total) {
    int there = Math.min(total, corpus.sessions());
    return Math.max(0, (there - place.number() + place.of() - 1) / place.of());
  }

  /// Whether as many sessions hold tokens as the scenario was to find.
  boolean primed() {
    return held >= toHold;
  }

  ByteBuffer next() {
    ask = primed() ? scenario.ask(random.nextInt(Integer.MAX_VALUE)) : Scenario.Ask.REGISTER;
    mine = primed() ? random.nextInt(reach()) : held;
    generation = generations[mine];
    return switch (ask) {
      case REGISTER -> requests.register(session(), ++generation);
      case REFRESH -> requests.register(session(), generation);
      case LIST -> requests.list(session());
    };
  }

  private int reach() {
    return ask == Scenario.Ask.REGISTER ? generations.length : held;
  }

  private int session() {
    return place.number() + mine * place.of();
  }

  boolean isRight(Answer answer) {
    boolean right =
        answer.status() == 200
            && switch (ask) {
              case REGISTER, REFRESH -> answer.bodyIs(DONE);
              case LIST -> answer.bodyStartsWith(LISTS) && answer.bodyHolds(expected());
            };
    if (right) {
      remember();
    }
    return right;
  }

  private void remember() {
    generations[mine] = generation;
    if (!primed()) {
      held++;
    }
  }

  private byte[] expected() {
    if (stateless) {
      corpus.token(0, 0, quoted, 1);
    } else {
      corpus.token(session(), generation, quoted, 1);
    }
    return quoted;
  }

  String asked() {
    return ask + " by session " + session();
  }
}

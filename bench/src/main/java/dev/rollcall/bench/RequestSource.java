package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// What one connection asks next, and whether the answer is right.
///
/// Sessions are dealt out among the connections, so whatever a session should hold is known to one
/// visitor alone, and every list can be checked for the token that was last acknowledged.
final class RequestSource {

  /// Connection `number` of `of`.
  record Share(int number, int of) {}

  /// A prime above any number of sessions: steps of it come to every session once, in no order.
  private static final long STRIDE = 1_000_000_007;

  private final Corpus corpus;
  private final Supplier<Scenario> scenario;
  private final boolean stateless;
  private final Requests requests;
  private final Share share;
  private final SplittableRandom random;

  /// By the place of a session among ours: which generation it should hold.
  private final int[] generations;

  private final int toHold;
  private int held;
  private int deletes;

  private Scenario.Ask ask = Scenario.Ask.REGISTER;
  private int mine;
  private int generation;
  private final byte[] quoted =
      ("\"" + " ".repeat(Corpus.TOKEN_LENGTH) + "\"").getBytes(ISO_8859_1);

  RequestSource(
      Options options, Requests requests, Supplier<Scenario> scenario, int primed, Share share) {
    this.corpus = Corpus.of(options);
    this.requests = requests;
    this.scenario = scenario;
    this.share = share;
    this.stateless = options.number("stateless", 0) == 1;
    this.random = new SplittableRandom(options.number("run", 1) * 1_000_003L + share.number());
    this.generations = new int[shareOf(corpus.sessions())];
    this.held = shareOf(options.number("tokens", 0));
    this.toHold = Math.max(held, shareOf(primed));
  }

  /// How many of the first `total` sessions are ours.
  private int shareOf(int total) {
    int there = Math.min(total, corpus.sessions());
    return Math.max(0, (there - share.number() + share.of() - 1) / share.of());
  }

  /// Whether as many sessions hold tokens as the scenario was to find.
  boolean primed() {
    return held >= toHold;
  }

  ByteBuffer next() {
    ask = primed() ? scenario.get().ask(random.nextInt(Integer.MAX_VALUE)) : Scenario.Ask.REGISTER;
    mine = primed() ? pick() : held;
    generation = generations[mine];
    return switch (ask) {
      case REGISTER -> requests.register(session(), ++generation);
      case REFRESH -> requests.register(session(), generation);
      case LIST -> requests.list(session());
      case DELETE -> requests.delete(session());
    };
  }

  private int pick() {
    return switch (ask) {
      case REGISTER -> random.nextInt(generations.length);
      case REFRESH, LIST -> random.nextInt(held);
      case DELETE -> (int) (deletes++ * STRIDE % held);
    };
  }

  private int session() {
    return share.number() + mine * share.of();
  }

  boolean isRight(Answer answer) {
    boolean right =
        switch (ask) {
          case REGISTER, REFRESH -> requests.registered(answer);
          case LIST -> requests.listed(answer, expected());
          // A delete that finds nothing would only look fast.
          case DELETE -> requests.deleted(answer) && deletes <= held;
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

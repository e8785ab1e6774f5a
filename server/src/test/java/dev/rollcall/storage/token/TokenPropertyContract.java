package dev.rollcall.storage.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.Engine;
import dev.rollcall.storage.Storage;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.TemporaryFolder;
import dev.rollcall.storage.token.Orders.Done;
import dev.rollcall.storage.transfer.Transfers;
import dev.rollcall.transfer.Import;
import dev.rollcall.transfer.ImportFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jspecify.annotations.Nullable;

/// Whatever is done in whatever order, the roll is what the rules say, on every database.
///
/// When it is not, the shortest program that shows it is printed, with the seed that finds it again.
abstract class TokenPropertyContract {
  private static final Deed A_MINUTE = new Deed.Wait(Duration.ofMinutes(1));
  private static final int ROOMY = 100;
  private static final int TIGHT = 2;

  private TemporaryFolder folder;
  private Engine engine;
  private @Nullable Engine elsewhere;

  /// A new database, which may keep its files in the folder.
  abstract Engine newEngine(Path folder);

  @BeforeProperty
  void open() {
    folder = new TemporaryFolder();
    engine = newEngine(folder.path().resolve("one"));
  }

  @AfterProperty
  void close() {
    engine.close();
    if (elsewhere != null) {
      elsewhere.close();
    }
    folder.close();
  }

  private Storage emptyElsewhere() {
    if (elsewhere == null) {
      elsewhere = newEngine(folder.path().resolve("elsewhere"));
    }
    StoreContract.empty(elsewhere.database());
    return elsewhere.storage();
  }

  @Provide
  Arbitrary<List<Deed>> programs() {
    return Programs.ofDeeds(24, 3);
  }

  /// Of tokens registered at one moment, any may make room for the next; so there is one at a time.
  @Provide
  Arbitrary<List<Deed>> oneByOne() {
    return Programs.ofDeeds(24, 1);
  }

  @Provide
  Arbitrary<List<Deed>> shortPrograms() {
    return Programs.ofDeeds(8, 3);
  }

  @Provide
  Arbitrary<List<List<Deed>>> atOnce() {
    return Programs.atOnce();
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void afterEveryDeedTheRollIsWhatTheRulesSay(
      @ForAll("programs") List<Deed> program, @ForAll TokenPolicy policy) {
    new Performance(policy, ROOMY).plays(program).isSeenByEveryone();
  }

  @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
  void whoeverHoldsAsManyAsAllowedLosesTheTokenUnseenForLongest(
      @ForAll("oneByOne") List<Deed> program, @ForAll TokenPolicy policy) {
    new Performance(policy, TIGHT).plays(program).isSeenByEveryone();
  }

  @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
  void whatIsDoneAtOnceComesOutAsIfDoneInSomeOrder(
      @ForAll("shortPrograms") List<Deed> before,
      @ForAll("atOnce") List<List<Deed>> threads,
      @ForAll TokenPolicy policy) {
    var performance = new Performance(policy, ROOMY).plays(before);
    var stage = performance.stage;
    var ticks = new AtomicLong();
    var done = AtOnce.run(threads.size(), i -> () -> performed(stage, threads.get(i), ticks));

    var left = stage.state();
    assertEquals(left.held().size(), stage.count(), "tokens that the history does not explain");
    assertTrue(
        new Orders(done, left).explain(performance.model),
        () -> "no order explains that " + done + "\nleft " + left);
  }

  private static List<Done> performed(Stage stage, List<Deed> deeds, AtomicLong ticks) {
    var done = new ArrayList<Done>();
    for (var deed : deeds) {
      long asked = ticks.incrementAndGet();
      var answer = stage.does(deed);
      done.add(new Done(deed, answer, asked, ticks.incrementAndGet()));
    }
    return done;
  }

  @Property(tries = 8, edgeCases = EdgeCasesMode.NONE)
  void anExportImportedElsewhereIsTheSameRoll(
      @ForAll("programs") List<Deed> program, @ForAll TokenPolicy policy) throws IOException {
    var here = new Performance(policy, ROOMY).plays(program);
    var transfers = new Transfers(folder.path(), here.stage.clock());
    var lines = transfers.exported(engine.database(), Optional.empty());
    var there = emptyElsewhere();
    var reading =
        new ImportFile.Reading(ImportFile.Format.ROLLCALL, Optional.empty(), Optional.empty());
    assertEquals(
        new Import.Result(lines.size() - 2, 0, 0),
        transfers.imported(there.transfers(), lines, reading, ROOMY));
    new Performance(here.model, here.stage.movedTo(there)).isSeenByEveryone();
    assertEquals(lines, transfers.exported(there.database(), Optional.empty()));
  }

  /// A program as it is played, on the model and on the stage.
  private final class Performance {
    private final Model model;
    private final Stage stage;

    Performance(Model model, Stage stage) {
      this.model = model;
      this.stage = stage;
    }

    Performance(TokenPolicy policy, int tokensPerUser) {
      this(
          new Model(policy == TokenPolicy.SHARED, tokensPerUser, StoreContract.NOON.toEpochMilli()),
          Stage.empty(engine.storage(), policy, tokensPerUser));
      Programs.OPENING.forEach(this::play);
    }

    Performance plays(List<Deed> program) {
      for (var deed : program) {
        play(deed);
        assertEquals(model.state(), stage.state(), () -> "after " + deed);
      }
      return this;
    }

    private void play(Deed deed) {
      model.does(A_MINUTE);
      stage.does(A_MINUTE);
      assertEquals(model.does(deed), stage.does(deed), () -> "the answer to " + deed);
    }

    void isSeenByEveryone() {
      assertEquals(model.state(), stage.state());
      for (int session = 0; session < stage.sessions(); session++) {
        assertEquals(model.shownTo(session), stage.shownTo(session), "session " + session);
      }
    }
  }
}

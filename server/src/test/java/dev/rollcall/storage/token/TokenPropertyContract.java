package dev.rollcall.storage.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.Engine;
import dev.rollcall.storage.Storage;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.TemporaryFolder;
import dev.rollcall.storage.token.Linearization.Done;
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

/// After any operations in any order, the tokens are what the rules say, on every database.
///
/// A failure prints the shortest program that shows it, with the seed that finds it again.
abstract class TokenPropertyContract {
  private static final Operation A_MINUTE = new Operation.Wait(Duration.ofMinutes(1));
  private static final int MANY_TOKENS = 100;
  private static final int FEW_TOKENS = 2;

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
  Arbitrary<List<Operation>> programs() {
    return Programs.ofOperations(24, 3);
  }

  /// Of tokens with the same time any may be removed for the next, so each has a time of its own.
  @Provide
  Arbitrary<List<Operation>> oneByOne() {
    return Programs.ofOperations(24, 1);
  }

  @Provide
  Arbitrary<List<Operation>> shortPrograms() {
    return Programs.ofOperations(8, 3);
  }

  @Provide
  Arbitrary<List<List<Operation>>> concurrent() {
    return Programs.concurrent();
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void afterEveryOperationTheTokensAreWhatTheRulesSay(
      @ForAll("programs") List<Operation> program, @ForAll TokenPolicy policy) {
    new Run(policy, MANY_TOKENS).of(program).isListedToEveryone();
  }

  @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
  void aUserWithAsManyTokensAsAllowedLosesTheOneUnseenForLongest(
      @ForAll("oneByOne") List<Operation> program, @ForAll TokenPolicy policy) {
    new Run(policy, FEW_TOKENS).of(program).isListedToEveryone();
  }

  @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
  void concurrentOperationsAreLinearizable(
      @ForAll("shortPrograms") List<Operation> before,
      @ForAll("concurrent") List<List<Operation>> threads,
      @ForAll TokenPolicy policy) {
    var run = new Run(policy, MANY_TOKENS).of(before);
    var system = run.system;
    var ticks = new AtomicLong();
    var done = AtOnce.run(threads.size(), i -> () -> performed(system, threads.get(i), ticks));

    var end = system.state();
    assertEquals(end.held().size(), system.count(), "tokens that the history does not explain");
    assertTrue(
        new Linearization(done, end).exists(run.model),
        () -> "no order explains that " + done + "\nand the end " + end);
  }

  private static List<Done> performed(
      SystemUnderTest system, List<Operation> operations, AtomicLong ticks) {
    var done = new ArrayList<Done>();
    for (var operation : operations) {
      long requestedAt = ticks.incrementAndGet();
      var answer = system.apply(operation);
      done.add(new Done(operation, answer, requestedAt, ticks.incrementAndGet()));
    }
    return done;
  }

  @Property(tries = 8, edgeCases = EdgeCasesMode.NONE)
  void anExportImportedElsewhereGivesTheSameTokens(
      @ForAll("programs") List<Operation> program, @ForAll TokenPolicy policy) throws IOException {
    var here = new Run(policy, MANY_TOKENS).of(program);
    var transfers = new Transfers(folder.path(), here.system.clock());
    var lines = transfers.exported(engine.database(), Optional.empty());
    var there = emptyElsewhere();
    var reading =
        new ImportFile.Reading(ImportFile.Format.ROLLCALL, Optional.empty(), Optional.empty());
    assertEquals(
        new Import.Result(lines.size() - 2, 0, 0),
        transfers.imported(there.transfers(), lines, reading, MANY_TOKENS));
    new Run(here.model, here.system.movedTo(there)).isListedToEveryone();
    assertEquals(lines, transfers.exported(there.database(), Optional.empty()));
  }

  /// A run of a program on the model and on the system.
  private final class Run {
    private final ReferenceModel model;
    private final SystemUnderTest system;

    Run(ReferenceModel model, SystemUnderTest system) {
      this.model = model;
      this.system = system;
    }

    Run(TokenPolicy policy, int tokensPerUser) {
      this(
          new ReferenceModel(
              policy == TokenPolicy.SHARED, tokensPerUser, StoreContract.NOON.toEpochMilli()),
          SystemUnderTest.empty(engine.storage(), policy, tokensPerUser));
      Programs.OPENING.forEach(this::apply);
    }

    Run of(List<Operation> program) {
      for (var operation : program) {
        apply(operation);
        assertEquals(model.state(), system.state(), () -> "after " + operation);
      }
      return this;
    }

    private void apply(Operation operation) {
      model.apply(A_MINUTE);
      system.apply(A_MINUTE);
      assertEquals(
          model.apply(operation), system.apply(operation), () -> "the answer to " + operation);
    }

    void isListedToEveryone() {
      assertEquals(model.state(), system.state());
      for (int session = 0; session < system.sessions(); session++) {
        assertEquals(model.listedFor(session), system.listedFor(session), "session " + session);
      }
    }
  }
}

package dev.rollcall.storage.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Callers that are served together without sharing one another's fate.
@Timeout(60)
final class RequestBatcherTest {
  private static final Executor CALLERS = Thread::startVirtualThread;
  private static final Duration LONG = Duration.ofSeconds(30);

  private final List<List<Integer>> crowds = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch busy = new CountDownLatch(1);
  private RequestBatcher<Integer, Integer> gathering;

  /// Keeps its worker busy with 0 until it is released; 13 is refused, 666 breaks the service.
  private List<Supplier<Integer>> serve(List<Integer> questions) {
    crowds.add(questions);
    if (questions.contains(0)) {
      busy.countDown();
      uninterrupted(release);
    }
    if (questions.contains(666)) {
      throw new StorageException("serving", new IllegalStateException("broken"));
    }
    return questions.stream().map(RequestBatcherTest::answer).toList();
  }

  private static Supplier<Integer> answer(int question) {
    return () -> {
      if (question == 13) {
        throw new Problem(Code.ERR_BAD_REQUEST, "unlucky");
      }
      return question * 2;
    };
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void open(int waiting, int together, Duration turn) {
    open(1, new RequestBatcher.Limits(waiting, together, turn, Duration.ofMillis(20)));
  }

  private void open(int workers, RequestBatcher.Limits limits) {
    gathering = new RequestBatcher<>("worker", workers, limits, this::serve);
  }

  @AfterEach
  void close() {
    release.countDown();
    gathering.close();
  }

  private CompletableFuture<Integer> asking(int question) {
    return CompletableFuture.supplyAsync(() -> gathering.ask(question), CALLERS);
  }

  /// Keeps the worker busy, so that what is asked meanwhile has to wait.
  private CompletableFuture<Integer> hold() {
    var held = asking(0);
    uninterrupted(busy);
    return held;
  }

  private List<CompletableFuture<Integer>> waiting(int... questions) {
    return IntStream.of(questions)
        .mapToObj(
            question -> {
              var waitingBefore = gathering.waiting();
              var asked = asking(question);
              while (gathering.waiting() == waitingBefore) {
                Thread.onSpinWait();
              }
              return asked;
            })
        .toList();
  }

  private static Throwable failure(CompletableFuture<Integer> asked) {
    return assertThrows(CompletionException.class, asked::join).getCause();
  }

  @Test
  void whoWaitsIsServedTogetherAndEachGetsItsOwnAnswer() {
    open(100, 100, LONG);
    hold();
    var asked = waiting(1, 2, 13, 3);
    release.countDown();

    assertEquals(2, asked.get(0).join());
    assertEquals(4, asked.get(1).join());
    assertEquals("unlucky", failure(asked.get(2)).getMessage());
    assertEquals(6, asked.get(3).join());
    assertEquals(List.of(List.of(0), List.of(1, 2, 13, 3)), crowds);
  }

  @Test
  void anotherWorkerJoinsForACrowd() {
    open(2, new RequestBatcher.Limits(100, 100, LONG, LONG));
    var held = hold();
    var asked = new ArrayList<>(waiting(IntStream.range(100, 115).toArray()));
    asked.add(asking(115));

    asked.forEach(CompletableFuture::join);
    assertFalse(held.isDone());
    assertEquals(
        List.of(List.of(0), IntStream.range(100, 116).boxed().toList()), List.copyOf(crowds));
  }

  @Test
  void behindOneThatIsHeldUpNobodyWaitsForACrowd() {
    open(2, new RequestBatcher.Limits(100, 100, LONG, Duration.ofMillis(20)));
    var held = hold();

    assertEquals(2, gathering.ask(1));
    assertFalse(held.isDone());
  }

  @Test
  void noMoreAreServedTogetherThanAllowed() {
    open(100, 2, LONG);
    hold();
    var asked = waiting(1, 2, 3);
    release.countDown();

    asked.forEach(CompletableFuture::join);
    assertEquals(List.of(List.of(0), List.of(1, 2), List.of(3)), crowds);
  }

  @Test
  void aServiceThatBreaksIsEveryonesAnswerAndTheNextOnesAreServed() {
    open(100, 100, LONG);
    hold();
    var asked = waiting(1, 666);
    release.countDown();

    assertEquals("serving: broken", failure(asked.get(0)).getMessage());
    assertEquals("serving: broken", failure(asked.get(1)).getMessage());
    assertEquals(8, gathering.ask(4));
  }

  @Test
  void whenTooManyWaitOthersAreToldToComeBack() {
    open(2, 100, LONG);
    hold();
    waiting(1, 2);

    var refused = assertThrows(Problem.class, () -> gathering.ask(3));
    assertEquals(Code.ERR_BUSY, refused.code());
  }

  @Test
  void whoWaitsInVainGivesUpAndIsNotServedLater() {
    open(100, 100, Duration.ofMillis(50));
    var held = hold();
    assertEquals(Code.ERR_BUSY, assertThrows(Problem.class, () -> gathering.ask(1)).code());
    release.countDown();

    // Served from its begin on, the first one waits for its answer however long that takes.
    assertEquals(0, held.join());
    assertEquals(4, gathering.ask(2));
    assertEquals(List.of(List.of(0), List.of(2)), crowds);
  }

  @Test
  void aCloseServesWhoWaitsAndRefusesWhoComesLater() {
    open(100, 100, LONG);
    hold();
    var asked = waiting(1, 2);
    var closing = CompletableFuture.runAsync(gathering::close, CALLERS);
    release.countDown();

    closing.join();
    assertEquals(List.of(2, 4), asked.stream().map(CompletableFuture::join).toList());
    assertEquals(Code.ERR_BUSY, assertThrows(Problem.class, () -> gathering.ask(3)).code());
  }
}

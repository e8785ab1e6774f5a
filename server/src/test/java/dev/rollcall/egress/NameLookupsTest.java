package dev.rollcall.egress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.MovableClock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Look-ups of names whose server answers, does not answer, or answers late. Deadlines pass when the
/// test says so.
final class NameLookupsTest {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("142.250.74.10");

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final BlockingQueue<Runnable> deadlines = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final CountDownLatch nameServerIsBack = new CountDownLatch(1);
  private final NameLookups lookups = new NameLookups(this::resolve, deadlines::add, clock);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void letGo() {
    nameServerIsBack.countDown();
    lookups.close();
    callers.close();
  }

  private InetAddress[] resolve(String host) throws IOException {
    asked.add(host);
    assertFalse(Thread.currentThread().isVirtual());
    if (host.startsWith("hung")) {
      try {
        nameServerIsBack.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    if (host.startsWith("unknown")) {
      throw new UnknownHostException(host);
    }
    if (host.startsWith("broken")) {
      throw new IllegalStateException("the resolver is broken");
    }
    return new InetAddress[] {ADDRESS};
  }

  private Future<InetAddress[]> ask(String host) {
    return callers.submit(() -> lookups.of(host));
  }

  private List<Future<InetAddress[]>> askHung(int count) {
    var all = new ArrayList<Future<InetAddress[]>>();
    for (int i = 0; i < count; i++) {
      all.add(ask("hung" + i));
    }
    return all;
  }

  /// A thread that the operating system refuses.
  private static final class Refused extends Thread {
    @Override
    public void start() {
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  @Test
  void aThreadThatCannotBeStartedFailsOneLookUp() throws IOException {
    var first = new AtomicBoolean(true);
    ThreadFactory threads =
        task -> first.getAndSet(false) ? new Refused() : Thread.ofPlatform().unstarted(task);
    try (var few = new NameLookups(this::resolve, deadlines::add, clock, threads)) {
      assertThrows(NoAnswerException.class, () -> few.of("push.example"));
      deadlines.forEach(Runnable::run);
      assertArrayEquals(new InetAddress[] {ADDRESS}, few.of("push.example"));
      assertEquals(0, few.hanging());
      assertEquals(1, few.refused());
    }
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    var next = queue.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  private void awaitAsked(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      next(asked);
    }
  }

  /// Takes the deadlines of look-ups that were asked for.
  private List<Runnable> deadlines(int count) throws InterruptedException {
    var all = new ArrayList<Runnable>();
    for (int i = 0; i < count; i++) {
      all.add(next(deadlines));
    }
    return all;
  }

  private static void assertNoAnswer(Future<InetAddress[]> answer) {
    assertInstanceOf(
        NoAnswerException.class, assertThrows(ExecutionException.class, answer::get).getCause());
  }

  private void assertFound(String host) throws IOException {
    assertArrayEquals(new InetAddress[] {ADDRESS}, lookups.of(host));
  }

  @Test
  void aNameIsAskedForOnceForAllWhoWait() throws Exception {
    var all = new ArrayList<Future<InetAddress[]>>();
    for (int i = 0; i < 600; i++) {
      all.add(ask("hung"));
    }
    awaitAsked(1);
    assertFound("other");
    next(asked);
    nameServerIsBack.countDown();
    for (var one : all) {
      assertArrayEquals(new InetAddress[] {ADDRESS}, one.get());
    }
    assertTrue(asked.isEmpty());
    assertEquals(2, lookups.answered());
  }

  @Test
  void namesThatHangHoldUpOthersOnlyUntilTheirDeadline() throws Exception {
    var hung = askHung(NameLookups.RUNNING);
    awaitAsked(NameLookups.RUNNING);
    var overdue = deadlines(NameLookups.RUNNING);
    var other = ask("other");
    next(deadlines);
    assertTrue(asked.isEmpty());
    overdue.forEach(Runnable::run);
    assertArrayEquals(new InetAddress[] {ADDRESS}, other.get());
    hung.forEach(NameLookupsTest::assertNoAnswer);
    assertEquals(NameLookups.RUNNING, lookups.hanging());
    assertEquals(NameLookups.RUNNING, lookups.timedOut());
  }

  @Test
  void aNameThatHangsHoldsOneThreadHoweverOftenItIsAskedFor() throws Exception {
    var first = ask("hung");
    awaitAsked(1);
    next(deadlines).run();
    assertNoAnswer(first);
    for (int i = 0; i < 100; i++) {
      assertThrows(NoAnswerException.class, () -> lookups.of("hung"));
    }
    assertTrue(asked.isEmpty());
    assertEquals(1, lookups.hanging());
  }

  @Test
  void threadsAreBoundedAndComeBack() throws Exception {
    var hung = new ArrayList<Future<InetAddress[]>>();
    for (int i = 0; i < NameLookups.THREADS; i++) {
      hung.add(ask("hung" + i));
      awaitAsked(1);
      next(deadlines).run();
    }
    hung.forEach(NameLookupsTest::assertNoAnswer);
    var other = ask("other");
    next(deadlines).run();
    assertNoAnswer(other);
    assertTrue(asked.isEmpty());

    var later = ask("later");
    next(deadlines);
    nameServerIsBack.countDown();
    assertArrayEquals(new InetAddress[] {ADDRESS}, later.get());
  }

  @Test
  void whoComesWhenTooManyNamesWaitIsRefusedAtOnce() throws Exception {
    askHung(NameLookups.RUNNING + NameLookups.WAITING);
    deadlines(NameLookups.RUNNING + NameLookups.WAITING);
    assertThrows(NoAnswerException.class, () -> lookups.of("other"));
    assertEquals(1, lookups.refused());
  }

  @Test
  void whatWaitedPastItsDeadlineIsNeverAskedFor() throws Exception {
    askHung(NameLookups.RUNNING);
    awaitAsked(NameLookups.RUNNING);
    deadlines(NameLookups.RUNNING);
    var other = ask("other");
    next(deadlines).run();
    assertNoAnswer(other);
    nameServerIsBack.countDown();
    assertFound("another");
    assertEquals(List.of("another"), List.copyOf(asked));
  }

  @Test
  void anAnswerIsKnownForSecondsAndThatANameIsUnknownForOne() throws IOException {
    assertFound("known");
    assertThrows(UnknownHostException.class, () -> lookups.of("unknown"));
    clock.advance(NameLookups.FRESH_UNKNOWN.minusMillis(1));
    assertThrows(UnknownHostException.class, () -> lookups.of("unknown"));
    assertEquals(List.of("known", "unknown"), List.copyOf(asked));
    clock.advance(Duration.ofMillis(1));
    assertThrows(UnknownHostException.class, () -> lookups.of("unknown"));
    assertFound("known");
    assertEquals(List.of("known", "unknown", "unknown"), List.copyOf(asked));
    clock.advance(NameLookups.FRESH);
    assertFound("known");
    assertEquals(4, asked.size());
  }

  @Test
  void aFormerAnswerStandsInForMinutesWhileTheNameServerIsAway() throws Exception {
    nameServerIsBack.countDown();
    assertFound("hung");
    awaitAsked(1);
    next(deadlines);
    var away = new CountDownLatch(1);
    var former = lookups;
    try (var other =
        new NameLookups(
            host -> {
              var answer = former.of(host);
              if (clock.instant().isAfter(Instant.parse("2026-11-24T12:00:00Z"))) {
                asked.add(host);
                awaitUninterrupted(away);
              }
              return answer;
            },
            deadlines::add,
            clock)) {
      assertArrayEquals(new InetAddress[] {ADDRESS}, other.of("hung"));
      next(deadlines);
      clock.advance(NameLookups.STALE.minusMillis(1));
      var waits = callers.submit(() -> other.of("hung"));
      next(asked);
      deadlines(deadlines.size()).forEach(Runnable::run);
      assertArrayEquals(new InetAddress[] {ADDRESS}, waits.get());
      clock.advance(Duration.ofMillis(1));
      assertThrows(NoAnswerException.class, () -> other.of("hung"));
      away.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatABrokenResolverThrowsReachesWhoAskedAndIsNotKept() {
    assertThrows(IOException.class, () -> lookups.of("broken"));
    assertThrows(IOException.class, () -> lookups.of("broken"));
    assertEquals(2, asked.size());
  }

  @Test
  void whoIsInterruptedWaitsNoLonger() throws Exception {
    var failure = new LinkedBlockingQueue<Throwable>();
    var caller =
        Thread.startVirtualThread(
            () -> failure.add(assertThrows(IOException.class, () -> lookups.of("hung"))));
    awaitAsked(1);
    caller.interrupt();
    assertInstanceOf(InterruptedIOException.class, next(failure));
  }

  @Test
  void whoWaitsWhenTheServerStopsIsRefusedAndSoIsWhoComesLater() throws Exception {
    var waits = askHung(NameLookups.RUNNING + 1);
    deadlines(NameLookups.RUNNING + 1);
    lookups.close();
    waits.forEach(NameLookupsTest::assertNoAnswer);
    assertThrows(NoAnswerException.class, () -> lookups.of("other"));
  }
}

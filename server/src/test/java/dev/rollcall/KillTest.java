package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a server in the midst of writes, and holds what is there after the restart against what
/// was answered before.
final class KillTest {
  private static final int WRITERS = 64;
  private static final int KILLS = 5;

  private final long seed = Long.getLong("rollcall.seed", new Random().nextLong());

  @Test
  void aKillLosesNoAnsweredRegistrationAndBringsNoDeletedTokenBack(@TempDir Path data)
      throws Exception {
    System.out.println("KillTest: to repeat it, -Drollcall.seed=" + seed);
    var random = new Random(seed);
    var writers =
        IntStream.range(0, WRITERS)
            .mapToObj(n -> new KillTestWriter(n, new Random(random.nextLong())))
            .toList();
    for (int kill = 0; kill < KILLS; kill++) {
      try (var server = start(data)) {
        check(writers, server);
        var soon = new AtomicInteger(WRITERS * 10 + random.nextInt(WRITERS * 10));
        writeUntilKilled(writers, server, soon);
      }
    }
    try (var server = start(data)) {
      check(writers, server);
    }
    var open = writers.stream().mapToInt(KillTestWriter::unanswered).sum();
    assertTrue(open > KILLS, "the kills met only " + open + " requests: nothing has been shown");
  }

  private static ServerProcess start(Path data) throws IOException {
    return ServerProcess.start(
        data,
        "--app-id=" + KillTestWriter.APP,
        "--auth-key=the-auth-key",
        "--api-key=" + KillTestWriter.API_KEY,
        "--session-rate=1000000");
  }

  /// The kill follows on the heels of an answer: what was promised too early would be lost.
  private static void writeUntilKilled(
      List<KillTestWriter> writers, ServerProcess server, AtomicInteger answersLeft) {
    Runnable answered =
        () -> {
          if (answersLeft.decrementAndGet() == 0) {
            server.kill();
          }
        };
    forEach(writers, writer -> writer.writeUntilKilled(server.httpPort(), answered));
  }

  private static void check(List<KillTestWriter> writers, ServerProcess server) {
    forEach(writers, writer -> writer.check(server.httpPort()));
  }

  private interface Work {
    void on(KillTestWriter writer) throws Exception;
  }

  private static void forEach(List<KillTestWriter> writers, Work work) {
    var failures = new ConcurrentLinkedQueue<Throwable>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var writer : writers) {
        threads.execute(
            () -> {
              try {
                work.on(writer);
              } catch (Exception | AssertionError e) {
                failures.add(e);
              }
            });
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.size() + " writers failed", failures.peek());
    }
  }
}

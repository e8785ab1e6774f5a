package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The SDK does not keep the process alive, and its threads end when they have nothing to do.
final class ThreadsTest {
  @RegisterExtension static final TestServer server = new TestServer();

  @Test
  void aProcessThatForgetsToCloseEndsByItself() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Forgetful.class.getName(),
                String.valueOf(server.httpsPort()),
                server.certificate().toString(),
                server.app().id(),
                server.app().authKey(),
                uid)
            .inheritIO()
            .start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  /// Uses a client in every way, and returns without closing it.
  static final class Forgetful {
    public static void main(String[] args) throws Exception {
      try (var pem = Files.newInputStream(Path.of(args[1]))) {
        var settings = RollcallSettings.builder(args[2], "localhost:" + args[0]).trust(pem);
        var client = RollcallClient.open(settings.build(), new MemoryStorage());
        client.login(args[4], args[3]);
        client.async(it -> it.registerFcm("forgetful")).get();
      } catch (IOException e) {
        System.exit(3);
      }
    }
  }

  /// Records which thread called it.
  private static final class RecordingListener<T> extends CompletableFuture<String>
      implements Rollcall.CallbackListener<T> {
    private void hear(String what) {
      complete(what + " on " + Thread.currentThread().getName());
    }

    @Override
    public void onSuccess(T result) {
      hear("success");
    }

    @Override
    public void onError(RollcallException e) {
      hear(e.getCode());
    }

    String heard() {
      return orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private static String told(RollcallClient phone, RollcallClient.Task<String> task) {
    var ear = new RecordingListener<String>();
    phone.runAndNotify(ear, task);
    return ear.heard();
  }

  private static String fail() throws RollcallException {
    throw RollcallException.local("ERR", "On purpose");
  }

  private static boolean begunAndWaiting(CountDownLatch begun, CountDownLatch mayGo) {
    begun.countDown();
    try {
      return mayGo.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertThatAllIsToldOn(String thread, RollcallSettings.Builder settings)
      throws Exception {
    var begun = new CountDownLatch(4);
    var mayGo = new CountDownLatch(1);
    var phone = Phone.client(settings);
    try {
      assertEquals("success on " + thread, told(phone, it -> "done"));
      assertEquals("ERR on " + thread, told(phone, it -> fail()));
      for (int i = 0; i < 4; i++) {
        var _ = phone.async(it -> begunAndWaiting(begun, mayGo));
      }
      assertTrue(begun.await(20, TimeUnit.SECONDS));
      for (int i = 0; i < 1_000; i++) {
        var _ = phone.async(it -> "in the queue");
      }
      assertEquals(RollcallException.BUSY + " on " + thread, told(phone, it -> "done"));
    } finally {
      mayGo.countDown();
      phone.close();
    }
    assertEquals(RollcallException.CLOSED + " on " + thread, told(phone, it -> "done"));
  }

  @Test
  void everyListenerIsToldOnAThreadOfTheSdk() throws Exception {
    assertThatAllIsToldOn("rollcall", Phone.settings(server));
  }

  @Test
  void everyListenerIsToldByTheExecutorThatWasNamed() throws Exception {
    try (var main = Executors.newSingleThreadExecutor(task -> new Thread(task, "main thread"))) {
      assertThatAllIsToldOn("main thread", Phone.settings(server).callbacks(main));
    }
  }

  @Test
  void whoCallsBeforeInitIsToldOnAThreadOfTheSdk() throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Hasty.class.getName())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(RollcallException.NOT_INITIALISED + " on rollcall", said.trim());
    assertEquals(0, process.waitFor());
  }

  /// Forgets to call `init`.
  static final class Hasty {
    public static void main(String[] args) {
      var ear = new RecordingListener<String>();
      Rollcall.logout(ear);
      System.out.println(ear.heard());
    }
  }

  @Test
  void whoClosesAClientClosesNoConnectionItself() throws Exception {
    var closing = new CompletableFuture<Thread>();
    var workers = new Workers();
    workers.close(() -> closing.complete(Thread.currentThread()));
    assertEquals("rollcall", closing.get(10, TimeUnit.SECONDS).getName());
    workers.close(() -> {});
  }

  @Test
  void theThreadsOfAClosedClientGo() throws Exception {
    var uid = Phone.newUser(server, "alice");
    Thread worker;
    try (var phone = Phone.client(server)) {
      worker =
          phone
              .async(
                  it -> {
                    it.login(uid, server.app().authKey());
                    return Thread.currentThread();
                  })
              .get();
      assertTrue(worker.isDaemon());
    }
    worker.join(10_000);
    assertTrue(!worker.isAlive());
  }
}

package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The SDK keeps nobody's process alive, and its threads go when they are done.
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

package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.PostgresServer;
import dev.rollcall.storage.token.StormLog;
import dev.rollcall.storage.token.StormLog.Unanswered;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.TokenValue;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes on a PostgreSQL with a synchronous standby. A node is killed, then the primary, and
/// the standby takes over, all in the midst of writes; in the end, what is there has to follow from
/// what was answered.
@Timeout(180)
final class ClusterTest {
  private static final String APP = "cluster";
  private static final String API_KEY = "the-api-key-of-the-cluster";
  private static final int CLIENTS = 24;
  private static final int USERS = 12;
  private static final int VALUES = 20;
  private static final int ANSWERS = 600;

  private final long seed = Long.getLong("rollcall.seed", new Random().nextLong());
  private final StormLog log = new StormLog(TokenPolicy.EXCLUSIVE);
  private final List<ServerProcess> nodes = new CopyOnWriteArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch soon = new CountDownLatch(0);
  private volatile boolean stopping;

  @TempDir Path folder;

  @Test
  void killedNodesAndAKilledPrimaryBreakNoPromise() throws Exception {
    System.out.println("ClusterTest: to repeat it, -Drollcall.seed=" + seed);
    int port1 = PostgresServer.freePort();
    int port2 = PostgresServer.freePort();
    PostgresServer.start(folder.resolve("db1"), port1, Map.of()).close();
    PostgresServer.copyForStandby(folder.resolve("db1"), folder.resolve("db2"), port1);
    var waitsForStandby = Map.of("synchronous_standby_names", "standby");
    try (var primary = PostgresServer.start(folder.resolve("db1"), port1, waitsForStandby);
        var standby = PostgresServer.start(folder.resolve("db2"), port2, Map.of())) {
      var hosts =
          "postgresql://postgres@127.0.0.1:%d,127.0.0.1:%d/postgres".formatted(port1, port2);
      try {
        startNodes(hosts);
        var clients = startClients();
        await(ANSWERS);
        nodes.removeFirst().kill();
        await(ANSWERS);
        primary.kill();
        standby.promote();
        await(ANSWERS);
        stopping = true;
        for (var client : clients) {
          client.join();
        }
        check(standby);
      } finally {
        for (var node : nodes) {
          node.close();
        }
      }
    }
  }

  private void startNodes(String database) {
    var starting =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> startNode(database, folder.resolve("node" + i)),
                        Thread::startVirtualThread))
            .toList();
    starting.forEach(node -> nodes.add(node.join()));
  }

  private static ServerProcess startNode(String database, Path data) {
    try {
      return ServerProcess.start(
          data,
          "--database=" + database,
          "--app-id=" + APP,
          "--auth-key=the-auth-key-of-the-cluster",
          "--api-key=" + API_KEY,
          "--session-rate=1000000");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<Thread> startClients() throws IOException {
    try (var wire = new Wire(nodes.getFirst().httpPort())) {
      for (int i = 0; i < USERS; i++) {
        var user = "{\"uid\":\"user%d\",\"name\":\"A user\"}".formatted(i);
        assertEquals(200, wire.send("POST", "/v3/users", APP, "apiKey", API_KEY, user).status());
        logIn(wire, "user" + i);
      }
    }
    var random = new Random(seed);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < CLIENTS; i++) {
      var own = new Random(random.nextLong());
      threads.add(Thread.startVirtualThread(() -> actUntilStopped(own)));
    }
    return threads;
  }

  /// Returns when so many more requests have been answered well.
  private void await(int answers) throws InterruptedException {
    soon = new CountDownLatch(answers);
    assertTrue(soon.await(60, TimeUnit.SECONDS), () -> "the cluster does not recover: " + failures);
    assertTrue(failures.isEmpty(), () -> "seed " + seed + ": " + failures);
  }

  private void actUntilStopped(Random random) {
    while (!stopping) {
      // As behind a balancer that has noticed who is gone.
      var node = nodes.get(random.nextInt(nodes.size()));
      try (var wire = new Wire(node.httpPort())) {
        while (!stopping) {
          act(wire, random);
        }
      } catch (Unanswered e) {
        unanswered.incrementAndGet();
      } catch (IOException e) {
        // this node is gone
      } catch (RuntimeException | AssertionError e) {
        failures.add(e);
        return;
      }
    }
  }

  private void act(Wire wire, Random random) {
    var device = log.someSession(random);
    var uid = StormLog.uid(device);
    int dice = random.nextInt(100);
    try {
      if (dice < 55) {
        var value = "value-" + random.nextInt(VALUES);
        var body = "{\"fcmToken\":\"" + value + "\"}";
        log.registers(device, fcm(value), () -> ask(wire, "POST", "/v2/tokens", device, body));
      } else if (dice < 70) {
        logIn(wire, "user" + random.nextInt(USERS));
      } else if (dice < 80) {
        log.ends(device, () -> ask(wire, "DELETE", "/me", device, ""));
      } else if (dice < 87) {
        log.clears(device, () -> ask(wire, "DELETE", "/v2/tokens", device, "{\"all\":false}"));
      } else if (dice < 90) {
        log.clearsUser(uid, () -> ask(wire, "DELETE", "/v2/tokens", device, "{\"all\":true}"));
      } else {
        ask(wire, "GET", "/v2/tokens", device, "");
      }
    } catch (Refused e) {
      // nothing was done, and so nothing is noted
    }
  }

  private static NewToken fcm(String value) {
    return new NewToken(
        TokenValue.read(Channel.FCM, "fcmToken", value),
        null,
        null,
        NewToken.DEFAULT_PROVIDER,
        null);
  }

  /// The server said that it did not do it.
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void logIn(Wire wire, String uid) {
    var path = "/v3/users/" + uid + "/auth_tokens";
    log.opens(
        () -> {
          var token = send(wire, "POST", path, "apiKey", API_KEY, "{}").data().path("authToken");
          return new Caller.Device(APP, new AuthToken(token.stringValue()));
        });
  }

  private void ask(Wire wire, String method, String path, Caller.Device device, String body) {
    send(wire, method, path, "authToken", device.token().value(), body);
  }

  private Wire.Answer send(
      Wire wire, String method, String path, String header, String credential, String body) {
    Wire.Answer answer;
    try {
      answer = wire.send(method, path, APP, header, credential, body);
    } catch (IOException e) {
      throw new Unanswered(e);
    }
    var message = answer.json().at("/error/message").stringValue("");
    return switch (answer.status()) {
      case 200 -> {
        answered.incrementAndGet();
        soon.countDown();
        yield answer;
      }
      case 503 -> {
        if (message.contains("may or may not have been stored")) {
          throw new Unanswered(new IOException(message));
        }
        assertTrue(message.toLowerCase(Locale.ROOT).contains("nothing was changed"), message);
        throw new Refused();
      }
      default -> {
        assertEquals("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", answer.code(), answer.json().toString());
        throw new Refused();
      }
    };
  }

  // Straight from the tables: no code of ours is between.
  private void check(PostgresServer database) throws SQLException {
    assertTrue(failures.isEmpty(), () -> "seed " + seed + ": " + failures);
    var left = new ArrayList<StormLog.Held>();
    var live = new ArrayList<String>();
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery(
              "SELECT u.uid, s.id FROM session s JOIN app_user u ON u.id = s.user_id")) {
        while (rows.next()) {
          live.add(AuthToken.handle(rows.getString(1), rows.getLong(2)));
        }
      }
      try (var rows =
          statement.executeQuery(
              """
              SELECT u.uid, t.session_id, t.value
                FROM push_token t LEFT JOIN app_user u ON u.id = t.user_id
              """)) {
        while (rows.next()) {
          var handle = AuthToken.handle(rows.getString(1), rows.getLong(2));
          left.add(new StormLog.Held(handle, fcm(rows.getString(3)).value()));
        }
      }
    }
    assertEquals(List.of(), log.broken(left, live), () -> "seed " + seed);
    assertTrue(unanswered.get() > 0, "the kills met no request: nothing has been shown");
    System.out.printf(
        "ClusterTest: %d requests answered, %d without an answer, %d tokens left%n",
        answered.get(), unanswered.get(), left.size());
  }
}

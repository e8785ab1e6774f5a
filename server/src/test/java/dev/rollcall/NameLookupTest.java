package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.config.Config;
import dev.rollcall.egress.NameLookups;
import dev.rollcall.problem.Code;
import dev.rollcall.provider.apns.ApnsEndpoint;
import dev.rollcall.provider.fcm.FcmEndpoint;
import dev.rollcall.start.OutboundServices;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server whose name server does not answer. Deadlines of look-ups pass when the test says so.
final class NameLookupTest {
  private static final int CALLS = 600;
  private static final String KEYS =
      "{'p256dh':'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4','auth':'BTBZMqHH6r4Tts7J_aSIgg'}";

  private static final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Runnable> deadlines = new LinkedBlockingQueue<>();
  private static volatile CountDownLatch nameServerIsBack = new CountDownLatch(1);
  private static final AtomicBoolean answered = new AtomicBoolean();

  @RegisterExtension
  static final RunningServer server =
      new RunningServer()
          .with(
              new OutboundServices(
                  FcmEndpoint.GOOGLE,
                  ApnsEndpoint.APPLE,
                  Config.PushServices.ANY,
                  Set.of("http://receiver.lan:9"),
                  clock -> new NameLookups(NameLookupTest::hang, deadlines::add, clock),
                  null));

  private final RunningServer.TestApp app = server.newApp(TokenPolicy.EXCLUSIVE);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  private static InetAddress[] hang(String host) {
    asked.add(Thread.currentThread().isVirtual() ? "on a virtual thread: " + host : host);
    if (host.equals("answers-once.example") && !answered.getAndSet(true)) {
      return new InetAddress[] {InetAddress.ofLiteral("142.250.74.10")};
    }
    try {
      nameServerIsBack.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new InetAddress[] {InetAddress.getLoopbackAddress()};
  }

  @BeforeEach
  void sendTheNameServerAway() {
    nameServerIsBack = new CountDownLatch(1);
  }

  /// No thread of a look-up hangs into the next test.
  @AfterEach
  void bringTheNameServerBack() {
    for (var deadline = deadlines.poll(); deadline != null; deadline = deadlines.poll()) {
      deadline.run();
    }
    nameServerIsBack.countDown();
    asked.clear();
    callers.shutdownNow();
  }

  private Future<Wire.Answer> put(String id, String key, String host) {
    return callers.submit(
        () -> {
          try (var wire = new Wire(server.port())) {
            var body = "{\"url\":\"https://" + host + "/x\"}";
            return wire.send("PUT", "/v1/webhooks/" + id, app.id(), "apiKey", key, body);
          }
        });
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    var next = queue.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  @Test
  void whoHasNoKeyLooksNothingUp() throws Exception {
    var answers = new ArrayList<Future<Wire.Answer>>();
    for (int i = 0; i < CALLS; i++) {
      answers.add(put("hook", "nonsense", "stranger%d.example".formatted(i)));
    }
    for (var answer : answers) {
      assertEquals(401, answer.get().status());
      assertEquals(Code.AUTH_ERR_APIKEY_NOT_FOUND.name(), answer.get().code());
    }
    assertFalse(asked.stream().anyMatch(it -> it.contains("stranger")));
  }

  @Test
  void othersAreServedWhileHundredsWaitForTheNameServer() throws Exception {
    var device = server.someone();
    int names = CALLS / 3;
    var answers = new ArrayList<Future<Wire.Answer>>();
    for (int i = 0; i < CALLS; i++) {
      answers.add(put("hook", app.apiKey(), "hung%d.example".formatted(i % names)));
    }
    var passing = new ArrayList<Runnable>();
    for (int i = 0; i < names; i++) {
      passing.add(next(deadlines));
    }

    assertEquals(200, server.call("GET", "/health/live").send().status());
    device.registerFcm("a-phone");
    assertEquals(List.of("a-phone"), device.tokens());
    assertTrue(answers.stream().noneMatch(Future::isDone));
    assertTrue(asked.stream().noneMatch(it -> it.startsWith("on a virtual thread")));

    passing.forEach(Runnable::run);
    // Whoever came late asked anew.
    var rest = Thread.startVirtualThread(NameLookupTest::passAll);
    for (var answer : answers) {
      assertEquals(503, answer.get().status());
      assertEquals(Code.ERR_BUSY.name(), answer.get().code());
    }
    rest.interrupt();
    assertEquals(0, webhooks());
  }

  private static void passAll() {
    try {
      while (true) {
        deadlines.take().run();
      }
    } catch (InterruptedException e) {
      // All have their answers.
    }
  }

  private int webhooks() {
    return server.call("GET", "/v1/webhooks").backEnd(app).send().data().get("webhooks").size();
  }

  @Test
  void aWebhookThatKeepsItsUrlIsSetWithoutALookUp() {
    var url = "{'url':'https://answers-once.example/x'%s}";
    var call = server.call("PUT", "/v1/webhooks/hook").backEnd(app);
    call.json(url.formatted("")).send().data();
    server.clock().advance(Duration.ofMinutes(10));
    var again = server.call("PUT", "/v1/webhooks/hook").backEnd(app);
    var changed = again.json(url.formatted(",'events':['token.moved']")).send().data();
    assertEquals("[\"token.moved\"]", changed.get("events").toString());
  }

  @Test
  void aReceiverThatTheOperatorNamesIsSetWithoutALookUp() {
    var call = server.call("PUT", "/v1/webhooks/own").backEnd(app);
    call.json("{'url':'http://receiver.lan:9/x'}").send().data();
    assertFalse(asked.stream().anyMatch(it -> it.contains("receiver.lan")));
  }

  @Test
  void aSendLooksItsHostUpOnAThreadOfItsOwn() throws Exception {
    var set = server.call("PUT", "/v1/webhooks/own").backEnd(app);
    set.json("{'url':'http://receiver.lan:9/x'}").send().data();
    server.newUser(app, "alice");
    server.login(app, "alice").registerFcm("alices-phone");
    // Names that another test left waiting may come first.
    var host = next(asked);
    while (!host.contains("receiver.lan")) {
      host = next(asked);
    }
    assertEquals("receiver.lan", host);
  }

  private static String subscription(String host) {
    return "{'webPush':{'endpoint':'https://%s/x','keys':%s}}".formatted(host, KEYS);
  }

  @Test
  void aBrowserIsRegisteredWithoutALookUp() {
    var device = server.someone();
    device.register(subscription("push.example")).data();
    assertEquals(List.of("https://push.example/x"), device.tokens());
    device.register(subscription("10.0.0.1")).is(Code.ERR_BAD_REQUEST, "webPush.endpoint");
    var forged = new Device(server, device.app(), device.authToken().replaceFirst(".$", "x"));
    forged.register(subscription("push.example")).is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    server
        .call("POST", "/notifications/push/v1/tokens")
        .header("appId", app.id())
        .header("apiKey", "nonsense")
        .json(
            "{'platform':'web_push','authToken':'%s',".formatted(device.handle())
                + subscription("push.example").substring(1))
        .send()
        .is(Code.AUTH_ERR_APIKEY_NOT_FOUND);
    assertFalse(asked.stream().anyMatch(it -> it.contains("push.example")));
  }

  @Test
  void lookUpsAreCounted() {
    var metrics = server.call("GET", "/metrics").send().body();
    for (var outcome : List.of("answered", "timed_out", "refused")) {
      assertTrue(
          metrics.contains("rollcall_name_lookups_total{outcome=\"" + outcome + "\"}"), metrics);
    }
    assertTrue(metrics.contains("rollcall_name_lookups_hanging"), metrics);
  }
}

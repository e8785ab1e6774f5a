package dev.rollcall.webhook;

import dev.rollcall.egress.EndpointException;
import dev.rollcall.egress.EndpointForm;
import dev.rollcall.egress.GuardedClient;
import dev.rollcall.egress.ProxyException;
import dev.rollcall.egress.RetryAfter;
import dev.rollcall.problem.Problem;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Seal;
import dev.rollcall.webhook.WebhookStore.Claimed;
import dev.rollcall.webhook.WebhookStore.Target;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends events to webhooks, at least once and in no guaranteed order.
///
/// A node claims an event under a lease before it sends it, so nodes share the work without
/// duplicates. When a node is killed, other nodes send its events after the lease. A slow webhook
/// does not delay the others, because the sends in flight are limited for each webhook.
public final class WebhookDispatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WebhookDispatcher.class);

  /// The limits of sends in flight: to one webhook, and in all for this node.
  private static final int EACH = 20;

  private static final int ALL = 500;

  private static final int GONE = 410;
  private static final Duration EVERY = Duration.ofSeconds(1);

  /// Longer than a send can take.
  private static final Duration LEASE = Duration.ofMinutes(2);

  private static final Duration SWEEP_INTERVAL = Duration.ofHours(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /// The timeout for a receiver's answer.
  public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /// The timeout for an answer, including the wait for a free connection.
  private static final Duration ATTEMPT = ANSWER_TIMEOUT.multipliedBy(2);

  /// The result of a send.
  public enum Outcome {
    TOLD,
    FAILED,
    DROPPED,
    DISABLED
  }

  /// Receives each result.
  @FunctionalInterface
  public interface ResultListener {
    void completed(Outcome outcome);
  }

  private final WebhookStore store;
  private final GuardedClient client;
  private final Seal seal;
  private final ResultListener listener;
  private final Clock clock;
  private final Retries retries = new Retries(RandomGenerator.getDefault());
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Long, Integer> inFlight = new HashMap<>();
  private final Thread loop = Thread.ofVirtual().name("webhook-dispatcher").unstarted(this::run);
  private Instant lastSweep = Instant.EPOCH;
  private long served;
  private int total;
  private boolean closed;

  public WebhookDispatcher(
      WebhookStore store, GuardedClient client, Seal seal, ResultListener listener, Clock clock) {
    this.store = store;
    this.client = client;
    this.seal = seal;
    this.listener = listener;
    this.clock = clock;
  }

  public WebhookDispatcher start() {
    loop.start();
    return this;
  }

  private void run() {
    while (!isClosed()) {
      try {
        round();
        sweep();
      } catch (Problem e) {
        // The database cannot be reached, which is logged elsewhere.
        log.atDebug().setCause(e).log("looking for events failed");
      } catch (RuntimeException e) {
        if (!isClosed()) {
          log.atError().setCause(e).log("looking for due events failed; retrying");
        }
      }
      await(EVERY);
    }
  }

  private void sweep() {
    var now = clock.instant();
    if (now.isAfter(lastSweep.plus(SWEEP_INTERVAL))) {
      store.deleteOrphans();
      store.dropOld(now.minus(Retries.MAX_AGE), now);
      lastSweep = now;
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Sends the due events within the limits, and returns their number.
  int round() {
    int sent = 0;
    for (var target : inTurn(store.due(clock.instant()))) {
      int room = room(target);
      if (room > 0) {
        served = target.number();
        var now = clock.instant();
        for (var claimed : store.claim(target.number(), room, now.plus(LEASE), now)) {
          enter(target);
          sent++;
          Thread.startVirtualThread(() -> deliverAndLeave(target, claimed));
        }
      }
    }
    return sent;
  }

  /// Starts after the webhook that was served last, so that a few webhooks that hang cannot use up
  /// the whole limit.
  private List<Target> inTurn(List<Target> due) {
    int first = 0;
    while (first < due.size() && due.get(first).number() <= served) {
      first++;
    }
    var turned = new ArrayList<>(due);
    Collections.rotate(turned, -first);
    return turned;
  }

  private int room(Target target) {
    lock.lock();
    try {
      return Math.min(EACH - inFlight.getOrDefault(target.number(), 0), ALL - total);
    } finally {
      lock.unlock();
    }
  }

  private void enter(Target target) {
    lock.lock();
    try {
      inFlight.merge(target.number(), 1, Integer::sum);
      total++;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Target target) {
    lock.lock();
    try {
      inFlight.computeIfPresent(target.number(), (no, count) -> count == 1 ? null : count - 1);
      total--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void deliverAndLeave(Target target, Claimed claimed) {
    try {
      listener.completed(deliver(target, claimed));
    } catch (RuntimeException e) {
      // The event is due again when the lease expires.
      log.atWarn()
          .addKeyValue("webhook", target.id())
          .addKeyValue("event", claimed.event().id())
          .setCause(e)
          .log("the result of an event could not be stored");
    } finally {
      leave(target);
    }
  }

  private Outcome deliver(Target target, Claimed claimed) {
    var event = claimed.event();
    @Nullable String failure;
    var asked = Duration.ZERO;
    try {
      var answer = send(target, event);
      failure = answer.status() / 100 == 2 ? null : "the receiver answered " + answer.status();
      if (answer.status() == GONE) {
        return disable(target, false, "the receiver answered 410 Gone");
      }
      asked =
          answer
              .retryAfter()
              .flatMap(header -> RetryAfter.read(header, clock.instant()))
              .orElse(Duration.ZERO);
    } catch (EndpointException | CredentialException | Problem e) {
      failure = e.getMessage();
    } catch (IOException e) {
      var proxy = ProxyException.in(e);
      if (proxy.isPresent()) {
        return unsent(target, claimed, String.valueOf(proxy.get().getMessage()));
      }
      failure = "the receiver could not be reached, or did not answer in time";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "the server was stopped";
    }
    if (failure == null) {
      store.delivered(target.number(), event);
      return Outcome.TOLD;
    }
    return failed(target, claimed, asked, failure);
  }

  /// The event did not get to the receiver, so the webhook does not count as failing and is not
  /// disabled.
  private Outcome unsent(Target target, Claimed claimed, String why) {
    var now = clock.instant();
    var next = retries.next(claimed.event(), claimed.attempt(), Duration.ZERO, now);
    if (next.isEmpty()) {
      return drop(target, claimed, why, now);
    }
    store.postpone(target.number(), claimed.event(), next.get());
    return Outcome.FAILED;
  }

  /// `asked` is the delay that the receiver asked for.
  private Outcome failed(Target target, Claimed claimed, Duration asked, String why) {
    var now = clock.instant();
    var since = target.failingSince();
    if (since != null && !now.isBefore(Instant.ofEpochMilli(since).plus(Retries.DISABLE_AFTER))) {
      return disable(
          target,
          true,
          "it failed for " + Retries.DISABLE_AFTER.toDays() + " days; the last reason: " + why);
    }
    var next = retries.next(claimed.event(), claimed.attempt(), asked, now);
    if (next.isPresent()) {
      store.retryLater(target.number(), claimed.event(), next.get(), now);
      return Outcome.FAILED;
    }
    return drop(target, claimed, why, now);
  }

  private Outcome drop(Target target, Claimed claimed, String why, Instant now) {
    store.drop(target.number(), claimed.event(), now);
    log.atWarn()
        .addKeyValue("app", target.appId())
        .addKeyValue("webhook", target.id())
        .addKeyValue("event", claimed.event().id())
        .addKeyValue("why", why)
        .log("an event was dropped");
    return Outcome.DROPPED;
  }

  private Outcome disable(Target target, boolean failing, String reason) {
    // Several concurrent sends may each get the answer 410; only the first one is logged.
    if (store.disable(target, failing, reason, clock.instant())) {
      log.atWarn()
          .addKeyValue("app", target.appId())
          .addKeyValue("webhook", target.id())
          .addKeyValue("why", reason)
          .log("a webhook was disabled");
    }
    return Outcome.DISABLED;
  }

  private GuardedClient.Answer send(Target target, Event event)
      throws IOException, EndpointException, CredentialException, InterruptedException {
    var body = EventJson.of(target.appId(), event);
    long seconds = clock.instant().getEpochSecond();
    var headers = new LinkedHashMap<String, String>();
    headers.put("content-type", "application/json");
    headers.put("webhook-id", event.id());
    headers.put("webhook-timestamp", String.valueOf(seconds));
    headers.put("webhook-signature", signatures(target, event, seconds, body));
    return client.post(EndpointForm.read(target.url()), headers, body, ATTEMPT);
  }

  private String signatures(Target target, Event event, long seconds, byte[] body)
      throws CredentialException {
    var associatedData = Webhooks.associatedData(target.appId(), target.id());
    var text =
        SigningSecret.of(seal.decrypt(target.secret(), associatedData))
            .sign(event.id(), seconds, body);
    var old = target.oldSecret();
    if (old == null) {
      return text;
    }
    try {
      return text
          + " "
          + SigningSecret.of(seal.decrypt(old, associatedData)).sign(event.id(), seconds, body);
    } catch (CredentialException e) {
      // The old secret can no longer be decrypted, which may be why it was rotated.
      return text;
    }
  }

  /// Waits until a send has ended, at most for `atMost`.
  @SuppressWarnings("WaitNotInLoop") // Waking early only makes the next look at the queue earlier.
  private void await(Duration atMost) {
    lock.lock();
    try {
      if (!closed) {
        changed.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Sends all due events, and waits for the results.
  void settle() {
    while (round() > 0 || !isIdle()) {
      await(EVERY);
    }
  }

  private boolean isIdle() {
    lock.lock();
    try {
      return total == 0;
    } finally {
      lock.unlock();
    }
  }

  /// Waits a short time for the sends in flight.
  @Override
  public void close() {
    finish();
    try {
      if (loop.isAlive()) {
        loop.join(CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }

  private void finish() {
    long end = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (total > 0 && System.nanoTime() < end) {
        changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}

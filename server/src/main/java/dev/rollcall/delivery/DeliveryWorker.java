package dev.rollcall.delivery;

import dev.rollcall.delivery.verdict.CircuitBreaker;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.Provider;
import dev.rollcall.provider.Providers;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds recipients, claims due deliveries, sends them, and records the results.
///
/// Any number of nodes work on one queue. Recipients are looked up only as fast as deliveries are
/// sent, so a notification to a million users takes no more memory than one to a thousand.
public final class DeliveryWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeliveryWorker.class);

  /// Longer than an attempt takes, plus the difference between the nodes' clocks; an attempt to
  /// APNs may send twice. When a node dies, the deliveries that it has claimed are due again after
  /// the lease.
  static final Duration LEASE = Duration.ofMinutes(3);

  /// The limit of sends in flight to a provider whose type is unknown. While the node has more
  /// sends in flight in all, it looks up recipients less often.
  private static final int IN_FLIGHT = 1_000;

  private static final int SEARCH_LIMIT = 500;
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final int MAX_TRIES = 30;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /// Receives the result of each attempt, for the metrics.
  @FunctionalInterface
  public interface AttemptListener {
    void attempted(Channel channel, Transition transition);
  }

  private final DeliveryQueue queue;
  private final Providers providers;
  private final Duration unseen;
  private final AttemptListener listener;
  private final Clock clock;
  private final Dispatch dispatch;
  private final CircuitBreaker breaker;
  private final ServiceFailures failures;
  private final WakeUpSignal wakeUp = new WakeUpSignal();
  private final Map<Long, Lane> lanes = new ConcurrentHashMap<>();
  private final Thread loop =
      Thread.ofPlatform().daemon().name("delivery-worker").unstarted(this::work);
  private long lastSearch = System.nanoTime();
  private volatile boolean closing;

  /// Nothing is sent to tokens that were not registered and accepted no push for `unseen`.
  public DeliveryWorker(
      DeliveryQueue queue,
      Providers providers,
      Duration unseen,
      AttemptListener listener,
      Clock clock) {
    this.queue = queue;
    this.providers = providers;
    this.unseen = unseen;
    this.listener = listener;
    this.clock = clock;
    this.dispatch = new Dispatch(clock);
    this.breaker = new CircuitBreaker(clock);
    this.failures = new ServiceFailures(clock);
  }

  public DeliveryWorker start() {
    loop.start();
    return this;
  }

  /// Wakes the worker, because deliveries may be due.
  public void wake() {
    wakeUp.signal();
  }

  private void work() {
    while (!closing) {
      wakeUp.await(runRound());
    }
  }

  private Duration runRound() {
    try {
      return round() ? Duration.ZERO : IDLE;
    } catch (RuntimeException | Error e) {
      log.atWarn().setCause(e).log("processing the delivery queue failed; retrying");
      return RETRY_AFTER;
    }
  }

  /// Returns true if there was something to do, so there may be more.
  private boolean round() {
    boolean busy = false;
    for (var provider : queue.ready(clock.instant())) {
      busy |= claimAndLog(provider);
    }
    return (maySearch() && queue.search(SEARCH_LIMIT, unseen, clock.instant())) || busy;
  }

  /// A provider that answers slowly must not delay the search for the recipients of all others.
  private boolean maySearch() {
    long now = System.nanoTime();
    int inFlight = lanes.values().stream().mapToInt(Lane::inFlight).sum();
    boolean may = maySearch(inFlight, Duration.ofNanos(now - lastSearch));
    if (may) {
      lastSearch = now;
    }
    return may;
  }

  static boolean maySearch(int inFlight, Duration sinceLast) {
    return inFlight < IN_FLIGHT || sinceLast.compareTo(IDLE) > 0;
  }

  private boolean claimAndLog(long provider) {
    try {
      return claim(provider);
    } catch (RuntimeException e) {
      log.atWarn()
          .addKeyValue("provider", provider)
          .setCause(e)
          .log("claiming the deliveries of a provider failed; retrying");
      return false;
    }
  }

  private boolean claim(long provider) {
    var lane = lanes.computeIfAbsent(provider, this::lane);
    if (!lane.hasRoom()) {
      return false;
    }
    var now = clock.instant();
    var pauses = new ServicePauses(queue, provider, now);
    var claim = queue.claim(provider, lane.batch(), now.plus(LEASE), now);
    if (claim.deliveries().isEmpty()) {
      return false;
    }
    lane.enter(claim.deliveries().size());
    for (var delivery : claim.deliveries()) {
      Thread.startVirtualThread(() -> process(delivery, claim.probe(), pauses, lane));
    }
    return true;
  }

  private Lane lane(long provider) {
    int most =
        providers
            .open(provider)
            .map(opened -> opened.provider().type().inFlight())
            .orElse(IN_FLIGHT);
    return new Lane(most);
  }

  private void process(Delivery delivery, boolean probe, ServicePauses pauses, Lane lane) {
    try {
      send(delivery, probe, pauses);
    } catch (RuntimeException | Error e) {
      // The delivery is due again when the lease expires.
      log.atWarn()
          .addKeyValue("notification", delivery.notification().id())
          .addKeyValue("delivery", delivery.id())
          .setCause(e)
          .log("processing a delivery failed; it is due again when its lease expires");
    } finally {
      if (lane.leave()) {
        wakeUp.signal();
      }
    }
  }

  private void send(Delivery delivery, boolean probe, ServicePauses pauses) {
    Optional<Providers.OpenProvider> opened;
    try {
      opened = providers.open(delivery.provider());
    } catch (Problem away) {
      // The database cannot be reached, so nothing was sent. A call cannot wait for the lease to
      // expire.
      record(delivery, new Transition.Deferred(clock.instant().plus(RETRY_AFTER)), List.of(), 0);
      return;
    }
    if (opened.isEmpty()) {
      finish(delivery, Dispatch.Result.unsent(State.NO_PROVIDER, "the provider was removed"), 0);
      return;
    }
    var provider = opened.get().provider();
    switch (pauses.of(delivery, provider.environment())) {
      case ServicePauses.Turn.Wait(var until) -> {
        record(delivery, new Transition.Deferred(until), List.of(), 0);
        if (probe) {
          endProbe(provider, null, ProbeResult.UNSENT);
        }
      }
      case ServicePauses.Turn.Go go -> sendNow(delivery, opened.get(), probe, Optional.empty());
      case ServicePauses.Turn.Probe(var service) ->
          sendNow(delivery, opened.get(), probe, Optional.of(service));
    }
  }

  private void sendNow(
      Delivery delivery,
      Providers.OpenProvider opened,
      boolean probe,
      Optional<String> probedService) {
    var provider = opened.provider();
    var result = dispatch.send(delivery, opened.sender(), provider.environment());
    var probed = ProbeResult.of(result);
    if (probe) {
      endProbe(provider, null, probed);
    }
    probedService.ifPresent(service -> endProbe(provider, service, probed));
    finish(delivery, result, provider.version());
  }

  private void finish(Delivery delivery, Dispatch.Result result, long version) {
    // The circuit breaker is checked before the evidence is recorded, so that no token is removed
    // after it trips.
    result.outcome().ifPresent(outcome -> checkBreaker(delivery.provider(), version, outcome));
    // The pause is stored before the delivery is due again, so that this delivery is paused too.
    if (callsForPause(delivery, result, version)) {
      result.pause().ifPresent(it -> pause(delivery.provider(), version, it));
    }
    record(delivery, result.transition(), result.evidence(), version);
    delivery
        .destination()
        .ifPresent(it -> listener.attempted(it.token().channel(), result.transition()));
  }

  private boolean callsForPause(Delivery delivery, Dispatch.Result result, long version) {
    return result.outcome().isPresent()
        && delivery.destination().isPresent()
        && failures.callForPause(
            delivery.provider(),
            version,
            result.service(),
            TokenId.of(delivery.destination().get().token()),
            result.outcome().get());
  }

  /// Ends the pause, or pauses again until the next probe. While the database cannot be reached, the
  /// pause lasts; then another delivery is sent as a probe.
  private void endProbe(Provider provider, @Nullable String service, ProbeResult result) {
    var now = clock.instant();
    try {
      queue.endProbe(provider.number(), provider.version(), service, result.pausedUntil(now), now);
    } catch (Problem unreachable) {
      return;
    }
    wakeUp.signal();
  }

  /// Retries while the database cannot be reached: a send that is not recorded would be repeated.
  private void record(
      Delivery delivery, Transition transition, List<Evidence> evidence, long version) {
    for (int tries = 1; ; tries++) {
      try {
        queue.finish(delivery, transition, evidence, version, unseen, clock.instant());
        return;
      } catch (Problem away) {
        if (tries == MAX_TRIES) {
          throw away;
        }
        WakeUpSignal.sleep(RETRY_AFTER);
      }
    }
  }

  private void checkBreaker(long provider, long version, Outcome outcome) {
    if (breaker.trips(provider, version, outcome) && degrade(provider, version)) {
      log.atError()
          .addKeyValue("provider", provider)
          .addKeyValue("reason", outcome.reason())
          .log(
              "a provider reports too many bad tokens: no token is removed until an operator checks"
                  + " its credentials");
    }
  }

  private void pause(long provider, long version, Dispatch.ProviderPause pause) {
    try {
      queue.pause(provider, version, pause.service(), pause.until(), pause.withCalls());
    } catch (Problem away) {
      // The next delivery that has to wait tries again.
    }
  }

  private boolean degrade(long provider, long version) {
    try {
      return queue.degrade(provider, version, clock.instant());
    } catch (Problem away) {
      // The next bad answer above the limit tries again.
      return false;
    }
  }

  /// Stops claiming, and waits for the deliveries in flight. Those that do not end in time are due
  /// again when their leases expire.
  @Override
  public void close() {
    closing = true;
    wakeUp.signal();
    try {
      loop.join(CLOSE_TIMEOUT.toMillis());
      var end = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
      while (lanes.values().stream().anyMatch(it -> it.inFlight() > 0) && System.nanoTime() < end) {
        wakeUp.await(Duration.ofMillis(50));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.rollcall.operate;

import dev.rollcall.egress.ProxyException;
import dev.rollcall.http.HttpServer;
import dev.rollcall.http.Refusal;
import dev.rollcall.webhook.WebhookDispatcher.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/// The metrics for operators, in the Prometheus text format.
///
/// No label holds a value that a caller can choose: methods and routes come from our own lists.
public final class Metrics implements HttpServer.RequestListener {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
    Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(1)
  };

  // Callers can choose any other method.
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE");

  private record Label(String method, String route, int status) {}

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Label, Timer> requests = new ConcurrentHashMap<>();
  private final DistributionSummary batches =
      DistributionSummary.builder("rollcall.commit.batch")
          .description("Writes that shared one transaction")
          .serviceLevelObjectives(1, 4, 16, 64, 256, 512)
          .register(registry);
  private final Timer commits =
      Timer.builder("rollcall.commit")
          .description("Time from the start of a transaction until it is durable")
          .serviceLevelObjectives(BUCKETS)
          .register(registry);

  private final Map<Outcome, Counter> events = new EnumMap<>(Outcome.class);
  private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);

  public Metrics() {
    for (var why : Refusal.values()) {
      refusals.put(
          why,
          Counter.builder("rollcall.http.refusals")
              .description("Requests and connections that were refused, by cause")
              .tag("cause", why.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    for (var outcome : Outcome.values()) {
      events.put(
          outcome,
          Counter.builder("rollcall.webhook.events")
              .description("Results of sending events to webhooks")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  /// Counts the result of an event that was sent to a webhook.
  public void countWebhookEvent(Outcome outcome) {
    Objects.requireNonNull(events.get(outcome)).increment();
  }

  /// Shows the results of name look-ups, and how many still wait for a name server past their
  /// deadline.
  public void watchLookups(
      LongSupplier answered, LongSupplier timedOut, LongSupplier refused, IntSupplier hanging) {
    lookups("answered", answered);
    lookups("timed_out", timedOut);
    lookups("refused", refused);
    Gauge.builder("rollcall.name.lookups.hanging", hanging::getAsInt)
        .description("Look-ups that passed their deadline and still hold a thread")
        .strongReference(true)
        .register(registry);
  }

  /// Shows how often a device key or device id turned out to be that of several phones.
  public void watchSharedNames(LongSupplier count) {
    // The registry refers to `this` weakly, and to the function strongly.
    FunctionCounter.builder("rollcall.devices.shared", this, metrics -> count.getAsLong())
        .description("Device keys and device ids that turned out to be those of several phones")
        .register(registry);
  }

  /// Shows the number of open connections.
  public void watchConnections(IntSupplier open) {
    Gauge.builder("rollcall.http.connections", open::getAsInt)
        .description("Open connections, where one with TLS counts as three")
        .strongReference(true)
        .register(registry);
  }

  private void lookups(String outcome, LongSupplier count) {
    FunctionCounter.builder("rollcall.name.lookups", count, LongSupplier::getAsLong)
        .description("Name look-ups, by outcome")
        .tag("outcome", outcome)
        .register(registry);
  }

  /// Shows the calls that failed on their way through the outward proxy.
  public void watchProxy(ToLongFunction<ProxyException.Kind> failures) {
    for (var kind : ProxyException.Kind.values()) {
      FunctionCounter.builder(
              "rollcall.outward.proxy.failures", kind, it -> failures.applyAsLong(it))
          .description("Calls that failed on their way through the outward proxy, by cause")
          .tag("cause", kind.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  @Override
  public void answered(String method, String route, int status, Duration took) {
    var label = new Label(METHODS.contains(method) ? method : "other", route, status);
    requests.computeIfAbsent(label, this::timer).record(took);
  }

  @Override
  public void refused(Refusal why) {
    Objects.requireNonNull(refusals.get(why)).increment();
  }

  private Timer timer(Label label) {
    return Timer.builder("rollcall.http.requests")
        .description("Requests answered")
        .tag("method", label.method())
        .tag("route", label.route())
        .tag("status", String.valueOf(label.status()))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /// Records a transaction of batched writes.
  public void committed(int writes, Duration took) {
    batches.record(writes);
    commits.record(took);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  String scrape() {
    return registry.scrape();
  }
}

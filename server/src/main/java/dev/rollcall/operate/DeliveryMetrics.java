package dev.rollcall.operate;

import dev.rollcall.delivery.DeliveryQueue;
import dev.rollcall.delivery.DeliveryQueue.QueueStatus;
import dev.rollcall.delivery.DeliveryWorker;
import dev.rollcall.delivery.Transition;
import dev.rollcall.token.Channel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metrics of deliveries: their results, and how many wait.
public final class DeliveryMetrics implements DeliveryWorker.AttemptListener {
  private static final Logger log = LoggerFactory.getLogger(DeliveryMetrics.class);
  private static final Duration AT_MOST = Duration.ofSeconds(10);
  private static final int SHARE = 100;

  /// The form of a provider's code; a longer text is a sentence and must not become a label.
  private static final Pattern CODE = Pattern.compile("(\\d{3}( [A-Za-z_]{1,40})?)([;: ].*)?");

  private final PrometheusMeterRegistry registry;
  private final DeliveryQueue queue;
  private final Clock clock;
  private QueueStatus status = QueueStatus.EMPTY;
  private Instant next = Instant.MIN;

  public DeliveryMetrics(DeliveryQueue queue, Metrics metrics, Clock clock) {
    this.registry = metrics.registry();
    this.queue = queue;
    this.clock = clock;
    gauge("rollcall.deliveries.waiting", "Deliveries that wait", QueueStatus::waiting);
    gauge(
        "rollcall.deliveries.age", "Seconds since the oldest waiting delivery was due", this::age);
    gauge("rollcall.tokens.suspect", "Push tokens that are suspect", QueueStatus::suspect);
    gauge("rollcall.providers.paused", "Providers that are paused", QueueStatus::paused);
    gauge("rollcall.providers.degraded", "Providers that are degraded", QueueStatus::degraded);
    gauge(
        "rollcall.tokens.without.provider",
        "Tokens that name a provider that is not set",
        QueueStatus::withoutProvider);
  }

  private void gauge(String name, String description, ToDoubleFunction<QueueStatus> value) {
    Gauge.builder(name, () -> value.applyAsDouble(status()))
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private double age(QueueStatus status) {
    return status
        .oldest()
        .map(oldest -> Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1000.0))
        .orElse(0.0);
  }

  private synchronized QueueStatus status() {
    var start = clock.instant();
    if (!start.isBefore(next)) {
      try {
        status = queue.status(start);
        var took = Duration.between(start, clock.instant()).multipliedBy(SHARE);
        next = clock.instant().plus(took.compareTo(AT_MOST) > 0 ? took : AT_MOST);
      } catch (RuntimeException e) {
        next = clock.instant().plus(AT_MOST);
        log.atWarn().setCause(e).log("counting deliveries failed; the last count stays");
      }
    }
    return status;
  }

  @Override
  public void attempted(Channel channel, Transition transition) {
    switch (transition) {
      case Transition.Accepted accepted -> count(channel, "accepted", "");
      case Transition.Failed(var state, var reason) -> count(channel, state.wireName(), reason);
      case Transition.Retry(var at, var reason) -> count(channel, "again", reason);
      case Transition.Deferred deferred -> {}
    }
  }

  private void count(Channel channel, String result, String reason) {
    var code = CODE.matcher(reason);
    registry
        .counter(
            "rollcall.deliveries",
            "channel",
            channel.wireName(),
            "result",
            result,
            "code",
            code.matches() ? code.group(1) : "")
        .increment();
  }

  /// Counts dead tokens that were removed.
  public void retired(int tokens) {
    registry.counter("rollcall.tokens.retired").increment(tokens);
  }
}

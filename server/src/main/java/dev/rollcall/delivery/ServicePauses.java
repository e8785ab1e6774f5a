package dev.rollcall.delivery;

import dev.rollcall.delivery.DeliveryQueue.ServicePause;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.ApnsEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The paused services of one provider at the time when a batch of deliveries was claimed. After a
/// pause, one delivery of the batch becomes the probe of its service.
final class ServicePauses {
  /// Deliveries that wait for a probe are retried after this time.
  static final Duration SOON = Duration.ofSeconds(2);

  /// What to do with a delivery.
  sealed interface Turn {
    record Go() implements Turn {}

    record Wait(Instant until) implements Turn {}

    record Probe(String service) implements Turn {}
  }

  private final DeliveryQueue queue;
  private final long provider;
  private final Instant now;
  private final Map<String, ServicePause> paused;
  private final Set<String> probed = ConcurrentHashMap.newKeySet();

  ServicePauses(DeliveryQueue queue, long provider, Instant now) {
    this.queue = queue;
    this.provider = provider;
    this.now = now;
    this.paused = queue.pausedServices(provider);
  }

  /// `usual` is the environment of APNs tokens whose own environment is unknown.
  Turn of(Delivery delivery, ApnsEnvironment usual) {
    var service = paused.isEmpty() ? Optional.<String>empty() : service(delivery, usual);
    if (service.isEmpty()) {
      return new Turn.Go();
    }
    var pause = paused.get(service.get());
    return pause == null
        ? new Turn.Go()
        : turn(service.get(), pause, Urgency.of(delivery.notification().message()));
  }

  private static Optional<String> service(Delivery delivery, ApnsEnvironment usual) {
    return delivery
        .destination()
        .flatMap(
            to -> {
              var environment = to.environment() == null ? usual : to.environment();
              return Address.of(to.token(), environment).service();
            });
  }

  private Turn turn(String service, ServicePause pause, Urgency urgency) {
    boolean over = !pause.until().isAfter(now);
    if (over && probed.add(service) && claimProbe(service, pause)) {
      return new Turn.Probe(service);
    }
    if (urgency == Urgency.CALL && !pause.withCalls()) {
      return new Turn.Go();
    }
    // A pause that ends this soon may be a running probe, so it may be lifted at any moment.
    boolean probing = over || !pause.until().isAfter(now.plus(DeliveryQueue.PROBE));
    return new Turn.Wait(probing ? now.plus(SOON) : pause.until());
  }

  private boolean claimProbe(String service, ServicePause pause) {
    return queue.claimProbe(provider, service, pause.until(), now.plus(DeliveryQueue.PROBE));
  }
}

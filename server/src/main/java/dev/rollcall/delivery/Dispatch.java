package dev.rollcall.delivery;

import dev.rollcall.delivery.Delivery.Destination;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sends one delivery, and turns the outcome into a transition, evidence and a pause.
final class Dispatch {
  private static final Duration DENIED = Duration.ofMinutes(1);
  private static final Duration MAX_DELAY = Duration.ofHours(1);
  private static final String WRONG_ENVIRONMENT = "BadDeviceToken";

  /// A pause of the provider, or of one service of it. Calls wait only if `withCalls`.
  record ProviderPause(@Nullable String service, Instant until, boolean withCalls) {}

  /// `pause` is set if the outcome is not the fault of one token. `service` is the service that
  /// answered, if the provider has several. `outcome` is empty if nothing was sent.
  record Result(
      Transition transition,
      List<Evidence> evidence,
      Optional<ProviderPause> pause,
      Optional<String> service,
      Optional<Outcome> outcome) {
    static Result unsent(State state, String reason) {
      return new Result(
          new Transition.Failed(state, Outcome.OURS + ": " + reason),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }

  private final Clock clock;

  Dispatch(Clock clock) {
    this.clock = clock;
  }

  /// `usual` is the environment of APNs tokens whose own environment is unknown.
  Result send(Delivery delivery, Sender sender, ApnsEnvironment defaultEnvironment) {
    if (delivery.destination().isEmpty()) {
      return Result.unsent(State.ENDED, "the session has ended, or no longer holds this token");
    }
    var destination = delivery.destination().get();
    if (destination.dead()) {
      return Result.unsent(State.TOKEN_BAD, "a provider declared the token dead");
    }
    var environment =
        destination.environment() == null ? defaultEnvironment : destination.environment();
    var push = push(delivery, Address.of(destination.token(), environment));
    if (isTooLate(push)) {
      return Result.unsent(State.EXPIRED, "its time to live has passed");
    }
    var outcome = sender.send(push);
    if (isWrongEnvironment(outcome, destination)) {
      var other = environment.other();
      var otherPush = push(delivery, Address.of(destination.token(), other));
      var second = sender.send(otherPush);
      if (second instanceof Outcome.Accepted) {
        return result(otherPush, second, destination, Optional.of(other));
      }
      if (second instanceof Outcome.Later) {
        // It is still unknown whether the other environment accepts the token.
        return result(otherPush, second, destination, Optional.empty());
      }
    }
    return result(push, outcome, destination, Optional.empty());
  }

  /// A push with a time to live of zero is not retried.
  private boolean isTooLate(Push push) {
    return push.isTooLate(clock.instant()) || (push.message().ttl().isZero() && push.attempt() > 0);
  }

  static Push push(Delivery delivery, Address address) {
    return new Push(
        delivery.id(),
        address,
        delivery.notification().message(),
        delivery.notification().acceptedAt(),
        delivery.attempt());
  }

  // If the token was suspect before, both environments have been tried already.
  private static boolean isWrongEnvironment(Outcome outcome, Destination destination) {
    return outcome instanceof Outcome.Suspect(var reason)
        && destination.token().channel().isApns()
        && !destination.suspected()
        && reason.contains(WRONG_ENVIRONMENT);
  }

  private Result result(
      Push push, Outcome outcome, Destination destination, Optional<ApnsEnvironment> learned) {
    var evidence = new ArrayList<Evidence>();
    learned.ifPresent(environment -> evidence.add(new Evidence.AcceptedIn(environment)));
    var pause = Optional.<ProviderPause>empty();
    Transition transition =
        switch (outcome) {
          case Outcome.Accepted(var receipt) -> {
            if (destination.suspected()) {
              evidence.add(new Evidence.Accepted());
            }
            yield new Transition.Accepted(receipt);
          }
          case Outcome.Gone(var since, var reason) -> {
            evidence.add(new Evidence.Dead(since, reason));
            yield new Transition.Failed(State.TOKEN_BAD, reason);
          }
          case Outcome.Suspect(var reason) -> {
            evidence.add(new Evidence.Doubt(reason));
            yield new Transition.Failed(State.TOKEN_BAD, reason);
          }
          case Outcome.Refused(var reason) -> new Transition.Failed(State.REFUSED, reason);
          case Outcome.Later(var delay, var scope, var pauseFor, var reason) -> {
            pause = pause(scope, push, pauseFor);
            yield retryOrExpire(push, delay, reason);
          }
          case Outcome.Denied(var scope, var reason) -> {
            pause = pause(scope, push, DENIED);
            // A delivery that waits for a pause is due as soon as the pause ends or is lifted.
            yield retryOrExpire(
                push,
                scope == PauseScope.DELIVERY ? delayWhenDenied(push.attempt()) : Duration.ZERO,
                reason);
          }
        };
    return new Result(transition, evidence, pause, push.address().service(), Optional.of(outcome));
  }

  private Transition retryOrExpire(Push push, Duration delay, String reason) {
    var at = clock.instant().plus(delay);
    return at.isBefore(push.expires()) ? new Transition.Retry(at, reason) : expired(reason);
  }

  private static Transition expired(String reason) {
    return new Transition.Failed(State.EXPIRED, reason);
  }

  /// An operator has to fix the cause; until then the delivery is retried less and less often.
  private static Duration delayWhenDenied(int attempt) {
    var doubled = DENIED.multipliedBy(1L << Math.min(attempt, 10));
    return doubled.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : doubled;
  }

  private Optional<ProviderPause> pause(PauseScope scope, Push push, Duration delay) {
    var until = clock.instant().plus(delay);
    return switch (scope) {
      case DELIVERY -> Optional.empty();
      case IF_MOST_FAIL ->
          Optional.of(new ProviderPause(push.address().service().orElse(null), until, false));
      case ENVIRONMENT ->
          Optional.of(new ProviderPause(push.address().service().orElse(null), until, true));
      case PROVIDER -> Optional.of(new ProviderPause(null, until, true));
    };
  }
}

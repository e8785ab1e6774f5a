package dev.rollcall.delivery;

import dev.rollcall.delivery.Delivery.Reached;
import dev.rollcall.delivery.verdict.News;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Pause;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sends one delivery, and reads what came of it.
final class Dispatch {
  private static final Duration DENIED = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final String WRONG_ENVIRONMENT = "BadDeviceToken";

  /// Nothing more goes to the provider, or to one host of it, for a while.
  record Break(@Nullable String host, Instant until) {}

  /// `outcome` is what the provider said, if it was asked.
  record Result(Ending ending, List<News> news, Optional<Break> pause, Optional<Outcome> outcome) {
    static Result unsent(State state, String reason) {
      return new Result(
          new Ending.Failed(state, Outcome.OURS + ": " + reason),
          List.of(),
          Optional.empty(),
          Optional.empty());
    }
  }

  private final Clock clock;

  Dispatch(Clock clock) {
    this.clock = clock;
  }

  /// `usual` is the environment of APNs tokens of which nothing better is known.
  Result send(Delivery delivery, Sender sender, ApnsEnvironment usual) {
    if (delivery.reached().isEmpty()) {
      return Result.unsent(State.ENDED, "the session has ended, or holds this token no more");
    }
    var reached = delivery.reached().get();
    if (reached.dead()) {
      return Result.unsent(State.TOKEN_BAD, "a provider declared the token dead");
    }
    var environment = reached.environment() == null ? usual : reached.environment();
    var push = push(delivery, Address.of(reached.token(), environment));
    if (isTooLate(push)) {
      return Result.unsent(State.EXPIRED, "its time to live is over");
    }
    var outcome = sender.send(push);
    if (isWrongEnvironment(outcome, reached)) {
      var other = environment.other();
      var second = sender.send(push(delivery, Address.of(reached.token(), other)));
      if (second instanceof Outcome.Accepted) {
        return result(push, second, reached, Optional.of(other));
      }
      if (second instanceof Outcome.Later) {
        // It is not known yet whether the token lives there.
        return result(push, second, reached, Optional.empty());
      }
    }
    return result(push, outcome, reached, Optional.empty());
  }

  /// One that has only this moment is not tried twice.
  private boolean isTooLate(Push push) {
    return push.isTooLate(clock.instant()) || push.message().ttl().isZero() && push.attempt() > 0;
  }

  static Push push(Delivery delivery, Address address) {
    return new Push(
        delivery.id(),
        address,
        delivery.notice().message(),
        delivery.notice().acceptedAt(),
        delivery.attempt());
  }

  // A token that was under suspicion before has been through this.
  private static boolean isWrongEnvironment(Outcome outcome, Reached reached) {
    return outcome instanceof Outcome.Suspect(var reason)
        && reached.token().channel().isApns()
        && !reached.suspected()
        && reason.contains(WRONG_ENVIRONMENT);
  }

  private Result result(
      Push push, Outcome outcome, Reached reached, Optional<ApnsEnvironment> learned) {
    var news = new ArrayList<News>();
    learned.ifPresent(environment -> news.add(new News.Lives(environment)));
    var pause = Optional.<Break>empty();
    Ending ending =
        switch (outcome) {
          case Outcome.Accepted(var receipt) -> {
            if (reached.suspected()) {
              news.add(new News.Good());
            }
            yield new Ending.Accepted(receipt);
          }
          case Outcome.Gone(var since, var reason) -> {
            news.add(new News.Dead(since, reason));
            yield new Ending.Failed(State.TOKEN_BAD, reason);
          }
          case Outcome.Suspect(var reason) -> {
            news.add(new News.Doubtful(reason));
            yield new Ending.Failed(State.TOKEN_BAD, reason);
          }
          case Outcome.Refused(var reason) -> new Ending.Failed(State.REFUSED, reason);
          case Outcome.Later(var delay, var whose, var rest, var reason) -> {
            pause = pause(whose, push, rest);
            yield again(push, delay, reason);
          }
          case Outcome.Denied(var whose, var reason) -> {
            pause = pause(whose, push, DENIED);
            // What waits for the provider goes on as soon as somebody has mended that.
            yield again(
                push, whose == Pause.DELIVERY ? patience(push.attempt()) : Duration.ZERO, reason);
          }
        };
    return new Result(ending, news, pause, Optional.of(outcome));
  }

  private Ending again(Push push, Duration delay, String reason) {
    var at = clock.instant().plus(delay);
    return at.isBefore(push.expires()) ? new Ending.Again(at, reason) : expired(reason);
  }

  private static Ending expired(String reason) {
    return new Ending.Failed(State.EXPIRED, reason);
  }

  /// Somebody has to act before what is denied is taken; until then it is tried now and then.
  private static Duration patience(int attempt) {
    var doubled = DENIED.multipliedBy(1L << Math.min(attempt, 10));
    return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }

  private Optional<Break> pause(Pause whose, Push push, Duration delay) {
    var until = clock.instant().plus(delay);
    return switch (whose) {
      case DELIVERY -> Optional.empty();
      case HOST -> Optional.of(new Break(push.address().host().orElse(null), until));
      case PROVIDER -> Optional.of(new Break(null, until));
    };
  }
}

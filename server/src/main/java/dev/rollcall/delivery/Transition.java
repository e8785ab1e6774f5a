package dev.rollcall.delivery;

import java.time.Instant;
import java.util.Optional;

/// How an attempt changes its delivery: the next state, the time of a retry, and what is stored of
/// the answer.
public sealed interface Transition {
  /// The provider has accepted the message; `receipt` is its id for it.
  record Accepted(String receipt) implements Transition {}

  /// The delivery has failed and is not retried.
  record Failed(State state, String reason) implements Transition {
    public static final Failed NO_PROVIDER =
        new Failed(
            State.NO_PROVIDER,
            "rollcall: the app has no provider for this token; set one with PUT"
                + " /v1/providers/{id}");
  }

  /// The attempt failed, and the delivery is due again at `at`.
  record Retry(Instant at, String reason) implements Transition {}

  /// Nothing was sent, so no attempt is counted; the delivery is due again at `at`.
  record Deferred(Instant at) implements Transition {}

  default State state() {
    return switch (this) {
      case Accepted accepted -> State.ACCEPTED;
      case Failed(var state, var reason) -> state;
      case Retry retry -> State.PENDING;
      case Deferred deferred -> State.PENDING;
    };
  }

  /// When the delivery is due again; empty if it has ended.
  default Optional<Instant> dueAt() {
    return switch (this) {
      case Accepted accepted -> Optional.empty();
      case Failed failed -> Optional.empty();
      case Retry(var at, var reason) -> Optional.of(at);
      case Deferred(var at) -> Optional.of(at);
    };
  }

  /// The reason of a failure that says something about the token: the provider rejects the token,
  /// or the message for it. Failures of the credentials, the network or the provider say nothing
  /// about it.
  default Optional<String> tokenFailure() {
    return switch (this) {
      case Failed(var state, var reason) ->
          state == State.TOKEN_BAD || state == State.REFUSED
              ? Optional.of(reason)
              : Optional.empty();
      case Accepted accepted -> Optional.empty();
      case Retry retry -> Optional.empty();
      case Deferred deferred -> Optional.empty();
    };
  }

  default boolean wasTried() {
    return switch (this) {
      case Accepted accepted -> true;
      case Failed failed -> true;
      case Retry retry -> true;
      case Deferred deferred -> false;
    };
  }
}

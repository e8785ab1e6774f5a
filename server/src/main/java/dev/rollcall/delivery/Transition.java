package dev.rollcall.delivery;

import java.time.Instant;
import java.util.Optional;

/// How an attempt changes its delivery: what state it has next, when it is due again if it is, and
/// what is kept of the answer.
public sealed interface Transition {
  Failed NO_PROVIDER =
      new Failed(
          State.NO_PROVIDER,
          "rollcall: the app has no provider for this token; set one with PUT /v1/providers/{id}");

  /// The provider took the message; `receipt` is its name for it.
  record Accepted(String receipt) implements Transition {}

  /// It will not be tried again.
  record Failed(State state, String reason) implements Transition {}

  /// It was tried, and is due again at `at`.
  record Retry(Instant at, String reason) implements Transition {}

  /// It was not tried, which does not count as an attempt, and is due again at `at`.
  record Deferred(Instant at) implements Transition {}

  default State state() {
    return switch (this) {
      case Accepted accepted -> State.ACCEPTED;
      case Failed(var state, var reason) -> state;
      case Retry retry -> State.PENDING;
      case Deferred deferred -> State.PENDING;
    };
  }

  /// When it is due again; empty when it is over.
  default Optional<Instant> dueAt() {
    return switch (this) {
      case Accepted accepted -> Optional.empty();
      case Failed failed -> Optional.empty();
      case Retry(var at, var reason) -> Optional.of(at);
      case Deferred(var at) -> Optional.of(at);
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

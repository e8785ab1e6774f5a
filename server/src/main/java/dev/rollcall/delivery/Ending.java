package dev.rollcall.delivery;

import java.time.Instant;

/// How an attempt ends for the delivery.
public sealed interface Ending {
  Failed NO_PROVIDER =
      new Failed(
          State.NO_PROVIDER,
          "rollcall: the app has no provider for this token; set one with PUT /v1/providers/{id}");

  record Accepted(String receipt) implements Ending {}

  /// It will not be tried again.
  record Failed(State state, String reason) implements Ending {}

  /// It was tried, and is due again at `at`.
  record Again(Instant at, String reason) implements Ending {}

  /// It was not tried: whom it goes to has asked for patience until `at`.
  record Deferred(Instant at) implements Ending {}
}

package dev.rollcall.webhook;

import dev.rollcall.account.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What webhooks ask of a database. Each method is one transaction; those for callers check them in
/// it.
public interface WebhookStore {

  /// A webhook as it is to be. `secret` is taken when there is none, or `rotate`; the old one then
  /// signs too until `oldUntil`.
  record Draft(
      String id,
      String url,
      Set<EventType> events,
      byte[] secret,
      boolean rotate,
      Instant oldUntil) {}

  /// What came of it; `fresh` when the draft's secret was taken.
  record Put(Webhook webhook, boolean fresh) {}

  /// A webhook that has something to be told, with its app and its sealed secrets.
  record Target(
      long no,
      String appId,
      String id,
      String url,
      byte[] secret,
      byte @Nullable [] oldSecret,
      @Nullable Long failingSince,
      long updatedAt) {}

  /// An event taken for sending; `attempt` counts from 1.
  record Claimed(Event event, int attempt) {}

  /// Adds a webhook to at most `most` of the app, or changes it; either way it is enabled.
  Put put(Caller.BackEnd caller, Draft draft, int most, Instant now);

  List<Webhook> list(Caller.BackEnd caller);

  Optional<Webhook> find(Caller.BackEnd caller, String id);

  /// Forgets a webhook and what it was to be told; false when there was none.
  boolean delete(Caller.BackEnd caller, String id);

  /// The webhooks that have something due.
  List<Target> due(Instant now);

  /// Takes up to `most` events that are due. Whoever takes them has them until `lease`; after that
  /// they are due again.
  List<Claimed> claim(long webhook, int most, Instant lease, Instant now);

  void told(long webhook, Event event);

  /// Notes a failure; the event is due again then.
  void again(long webhook, Event event, Instant due, Instant now);

  /// Notes a failure, and gives the event up.
  void drop(long webhook, Event event, Instant now);

  /// Gives the webhook up, with all that it was to be told, unless it was set anew meanwhile; one that
  /// is given up for `failing`, only if it has not succeeded meanwhile. Answers false when it was not,
  /// or had been given up before.
  boolean disable(Target target, boolean failing, String reason, Instant now);

  /// Gives up what is due, and from before `before`.
  void dropOld(Instant before, Instant now);

  /// Forgets events of webhooks that are gone or disabled: one may be noted by a transaction that
  /// began before. Answers how many.
  int forgetOrphans();
}

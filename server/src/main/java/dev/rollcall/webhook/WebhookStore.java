package dev.rollcall.webhook;

import dev.rollcall.account.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The database operations on webhooks and events; each is one transaction, in which a caller is
/// checked.
public interface WebhookStore {

  /// The wanted state of a webhook. `secret` is used if the webhook has none or if `rotate` is set.
  /// After a rotation, the old secret signs too until `oldUntil`.
  record Draft(
      String id,
      String url,
      Set<EventType> events,
      byte[] secret,
      boolean rotate,
      Instant oldUntil) {}

  /// The stored webhook; `fresh` if the draft's secret is used.
  record Put(Webhook webhook, boolean fresh) {}

  /// A webhook with due events, with its app and its encrypted secrets.
  record Target(
      long number,
      String appId,
      String id,
      String url,
      byte[] secret,
      byte @Nullable [] oldSecret,
      @Nullable Long failingSince,
      long updatedAt) {}

  /// An event claimed for sending; `attempt` counts from 1.
  record Claimed(Event event, int attempt) {}

  /// Adds a webhook if the app has fewer than `most`, or changes an existing one; it is enabled in
  /// either case.
  Put put(Caller.BackEnd caller, Draft draft, int most, Instant now);

  List<Webhook> list(Caller.BackEnd caller);

  Optional<Webhook> find(Caller.BackEnd caller, String id);

  /// Deletes a webhook and its events; false if there is none.
  boolean delete(Caller.BackEnd caller, String id);

  /// The webhooks that have due events.
  List<Target> due(Instant now);

  /// Claims up to `most` due events. The lease ends at `lease`; then the events are due again.
  List<Claimed> claim(long webhook, int most, Instant lease, Instant now);

  void delivered(long webhook, Event event);

  /// Records a failure; the event is due again at `due`.
  void retryLater(long webhook, Event event, Instant due, Instant now);

  /// Makes the event due again at `due`, without a failure of the webhook.
  void postpone(long webhook, Event event, Instant due);

  /// Records a failure, and drops the event.
  void drop(long webhook, Event event, Instant now);

  /// Disables the webhook and drops its events, unless it was changed in the meantime. With
  /// `failing`, a success in the meantime prevents that too. False if nothing was changed, or if
  /// the webhook was disabled before.
  boolean disable(Target target, boolean failing, String reason, Instant now);

  /// Drops due events that are older than `before`.
  void dropOld(Instant before, Instant now);

  /// Deletes events of webhooks that were deleted or disabled; a transaction that began earlier may
  /// still add one. Returns their number.
  int deleteOrphans();
}

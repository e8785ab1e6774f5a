package dev.rollcall.delivery;

import dev.rollcall.account.Caller;
import dev.rollcall.delivery.Delivery.Destination;
import dev.rollcall.delivery.Delivery.Notification;
import dev.rollcall.delivery.DeliveryQueue.Accepted;
import dev.rollcall.delivery.DeliveryQueue.Planned;
import dev.rollcall.message.Message;
import dev.rollcall.message.NewNotification;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.Providers;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenId;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// The rules for notifications: what is accepted, queued, previewed and reported.
public final class Notifications {
  /// The form of a UUID.
  private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

  /// The number of users that a dry run looks at.
  static final int PREVIEWED = 100;

  /// What would be sent to a token, or why nothing would be sent; `provider` is empty if the app
  /// has none.
  public record Plan(PushToken token, Optional<String> provider, Prepared prepared) {}

  public record DryRun(long users, long unknown, long silenced, boolean whole, List<Plan> plans) {}

  private final DeliveryQueue queue;
  private final Providers providers;
  private final Duration unseen;
  private final Runnable wake;
  private final Clock clock;

  /// `wake` wakes the worker when a notification has been queued.
  public Notifications(
      DeliveryQueue queue, Providers providers, Duration unseen, Runnable wake, Clock clock) {
    this.queue = queue;
    this.providers = providers;
    this.unseen = unseen;
    this.wake = wake;
    this.clock = clock;
  }

  /// Queues a notification durably. The same request with the same idempotency key is queued once.
  public Accepted accept(Caller.BackEnd caller, NewNotification notification) {
    requireAccepted(caller, notification.message());
    var accepted =
        queue.accept(caller, notification, UUID.randomUUID().toString(), clock.instant());
    wake.run();
    return accepted;
  }

  /// Refuses a message before it is queued if one of the app's providers would never accept it.
  private void requireAccepted(Caller.BackEnd caller, Message message) {
    var reasons = new LinkedHashMap<String, Object>();
    for (var provider : providers.recentOfApp(queue.app(caller))) {
      providers
          .open(provider.number())
          .flatMap(opened -> opened.sender().refusal(message))
          .ifPresent(refused -> reasons.put(provider.id(), refused.reason()));
    }
    if (!reasons.isEmpty()) {
      throw new Problem(
          Code.ERR_MESSAGE_REFUSED,
          "A provider of this app would refuse this message: "
              + String.join("; ", reasons.values().stream().map(String::valueOf).toList()),
          Map.of("providers", reasons));
    }
  }

  public DryRun dryRun(Caller.BackEnd caller, NewNotification notification) {
    var now = clock.instant();
    var preview = queue.preview(caller, notification, PREVIEWED, unseen, now);
    var stored =
        new Notification(0, UUID.randomUUID().toString(), 0, notification.message(), now, false);
    var plans = preview.planned().stream().map(planned -> plan(stored, planned)).toList();
    return new DryRun(
        preview.users(), preview.unknown(), preview.silenced(), preview.whole(), plans);
  }

  private Plan plan(Notification stored, Planned planned) {
    var opened = providers.open(planned.provider());
    if (opened.isEmpty()) {
      return new Plan(
          planned.token(),
          Optional.empty(),
          new Outcome.Refused(Outcome.OURS + ": the app has no provider for this token"));
    }
    var known = planned.environment();
    var destination = new Destination(planned.token(), known, false, false);
    var address =
        Address.of(planned.token(), known == null ? opened.get().provider().environment() : known);
    var delivery = new Delivery(stored, 0, planned.provider(), 0, Optional.of(destination));
    return new Plan(
        planned.token(),
        Optional.of(opened.get().provider().id()),
        opened.get().sender().prepare(Dispatch.push(delivery, address)));
  }

  public Report report(Caller.BackEnd caller, String id, long from, int most) {
    requireValidId(id);
    return queue.report(caller, id, from, most).orElseThrow(Notifications::unknown);
  }

  public void cancel(Caller.BackEnd caller, String id) {
    requireValidId(id);
    if (!queue.cancel(caller, id, clock.instant())) {
      throw unknown();
    }
  }

  /// Makes a suspect token active again.
  public void restore(Caller.BackEnd caller, TokenId token) {
    if (!queue.restore(caller, token, clock.instant())) {
      throw TokenId.unknown();
    }
  }

  // PostgreSQL refuses text that contains NUL.
  private static void requireValidId(String id) {
    if (!ID.matcher(id).matches()) {
      throw unknown();
    }
  }

  private static Problem unknown() {
    return new Problem(
        Code.ERR_NOTIFICATION_NOT_FOUND,
        "This app has no such notification; reports are deleted some days after the last delivery");
  }
}

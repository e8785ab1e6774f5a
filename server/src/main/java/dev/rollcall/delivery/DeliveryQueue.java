package dev.rollcall.delivery;

import dev.rollcall.account.Caller;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.message.NewNotification;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What delivery asks of a database. Each method is one transaction, but for `tidy` and `sweep`.
///
/// Tokens unseen for `unseen` are as good as removed.
public interface DeliveryQueue {

  /// The id under which a notification is queued; `repeated` when the same request had been accepted
  /// before.
  record Accepted(String id, boolean repeated) {}

  /// Where a message would go; `provider` is 0 where there is none for it.
  record Planned(PushToken token, long provider, @Nullable ApnsEnvironment environment) {}

  /// What a dry run found; `whole` when it has looked at everybody that was asked for.
  record Preview(long users, long unknown, long silenced, boolean whole, List<Planned> planned) {}

  /// How many deliveries wait, since when the first is due, how many tokens are under suspicion, and
  /// how many providers are paused or degraded.
  record QueueStatus(
      long waiting, Optional<Instant> oldest, long suspect, long paused, long degraded) {
    public static final QueueStatus EMPTY = new QueueStatus(0, Optional.empty(), 0, 0, 0);
  }

  /// The number of the caller's app, if it may come in.
  long app(Caller.BackEnd caller);

  Accepted accept(Caller.BackEnd caller, NewNotification notification, String id, Instant now);

  Preview preview(
      Caller.BackEnd caller, NewNotification notification, int most, Duration unseen, Instant now);

  /// The notification, with up to `most` of its deliveries from the `from`th on.
  Optional<Report> report(Caller.BackEnd caller, String id, long from, int most);

  /// Calls off what is not sent yet; answers false when there is no such notification.
  boolean cancel(Caller.BackEnd caller, String id, Instant now);

  /// Clears a token of suspicion; answers false when the app has no such live token.
  boolean restore(Caller.BackEnd caller, TokenId token, Instant now);

  /// Finds up to `most` recipients of the notification whose turn it is, and queues a delivery for
  /// each of their sessions; answers false when there was none to be found.
  boolean search(int most, Duration unseen, Instant now);

  /// Providers that have deliveries due, and may be called.
  List<Long> ready(Instant now);

  /// Takes on up to `most` due deliveries of a provider until `until`, when they are due again; not
  /// more than the provider's rate leaves for this second.
  List<Delivery> claim(long provider, int most, Instant until, Instant now);

  /// Notes how an attempt ended and what it taught, if the delivery is still open. What was said to
  /// other credentials than those of `version`, which was used, says nothing against a token.
  void finish(
      Delivery delivery, Transition transition, List<Evidence> evidence, long version, Instant now);

  /// Nothing goes to this provider, or to this host of it, before `until`, unless it is set anew.
  void pause(long provider, long version, @Nullable String host, Instant until);

  Map<String, Instant> pausedHosts(long provider, Instant now);

  /// Tokens are no longer forgotten on this provider's word; answers false when it was set anew, or
  /// is degraded already.
  boolean degrade(long provider, long version, Instant now);

  /// Forgets up to `most` tokens that were declared dead before `before`, unless their provider is
  /// degraded; answers how many.
  int retire(Instant before, int most, Instant now);

  /// Removes up to `most` notifications that have ended and are from before `before`.
  int tidy(Instant before, int most);

  /// Ends what waits for a provider that is gone, and removes what nobody needs any more since
  /// `before`.
  void sweep(Instant before, Instant now);

  QueueStatus status(Instant now);
}

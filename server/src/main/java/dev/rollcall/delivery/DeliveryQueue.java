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

/// The database operations on notifications and deliveries.
///
/// Each method changes data in one transaction, except `deleteEnded` and `sweep`. Tokens that were
/// not registered and accepted no push for `unseen` count as removed.
public interface DeliveryQueue {

  /// The id of the queued notification; `repeated` if the same request was accepted before.
  record Accepted(String id, boolean repeated) {}

  /// A token to which a message would be sent; `provider` is 0 if there is none for it.
  record Planned(PushToken token, long provider, @Nullable ApnsEnvironment environment) {}

  /// The result of a dry run; `whole` if it covers every recipient.
  record Preview(long users, long unknown, long silenced, boolean whole, List<Planned> planned) {}

  /// The number of waiting deliveries, the time since which the oldest is due, the number of
  /// suspect tokens, the numbers of paused and degraded providers, and the number of tokens that
  /// name a provider that is not set.
  record QueueStatus(
      long waiting,
      Optional<Instant> oldest,
      long suspect,
      long paused,
      long degraded,
      long withoutProvider) {
    public static final QueueStatus EMPTY = new QueueStatus(0, Optional.empty(), 0, 0, 0, 0);
  }

  /// Claimed deliveries. If `probe` is true, the pause of their provider is over, and the result of
  /// this one delivery decides whether the others are sent.
  record Claim(List<Delivery> deliveries, boolean probe) {}

  /// A pause of one service of a provider. Calls wait too only if `withCalls`.
  record ServicePause(Instant until, boolean withCalls) {}

  /// How long a probe may take. Then another delivery is sent as a probe.
  Duration PROBE = Duration.ofSeconds(15);

  /// Checks the caller, and returns the number of its app.
  long app(Caller.BackEnd caller);

  Accepted accept(Caller.BackEnd caller, NewNotification notification, String id, Instant now);

  Preview preview(
      Caller.BackEnd caller, NewNotification notification, int most, Duration unseen, Instant now);

  /// The notification with up to `most` of its deliveries, starting at index `from`.
  Optional<Report> report(Caller.BackEnd caller, String id, long from, int most);

  /// Cancels the deliveries that are not sent yet; false if there is no such notification.
  boolean cancel(Caller.BackEnd caller, String id, Instant now);

  /// Makes a suspect token active again; false if the app has no such live token.
  boolean restore(Caller.BackEnd caller, TokenId token, Instant now);

  /// Finds up to `most` recipients of the next notification, and queues a delivery for each of
  /// their sessions; false if no notification has recipients left to find.
  boolean search(int most, Duration unseen, Instant now);

  /// The providers that have due deliveries and are not paused for them.
  List<Long> ready(Instant now);

  /// Claims up to `most` due deliveries of a provider, within the provider's rate limit for this
  /// second. The lease ends at `until`; then the deliveries are due again. While the provider is
  /// paused, claims only calls, or nothing. After the pause, claims one delivery as a probe, and
  /// pauses the provider until the probe has ended.
  Claim claim(long provider, int most, Instant until, Instant now);

  /// Records the result of an attempt and its evidence, if the delivery is still open. Evidence
  /// against a token counts only if `version`, the version of the credentials that were used, is
  /// current. Also records that the token accepted a push, or that a push to it failed, but at most
  /// once in a fraction of `unseen`.
  void finish(
      Delivery delivery,
      Transition transition,
      List<Evidence> evidence,
      long version,
      Duration unseen,
      Instant now);

  /// Pauses this provider, or one service of it, until `until` at least. The pause ends with a
  /// probe, or when the provider is replaced. If calls have to wait, a longer pause that let them
  /// through holds them back too.
  void pause(
      long provider, long version, @Nullable String service, Instant until, boolean withCalls);

  /// The pauses of the services of a provider that no probe has ended.
  Map<String, ServicePause> pausedServices(long provider);

  /// Claims the probe of a service whose pause ended at `ended`, and pauses the service for all
  /// others until `until`. Returns false if another worker has claimed it.
  boolean claimProbe(long provider, String service, Instant ended, Instant until);

  /// Records the result of a probe of a provider, or of one service of it: the pause has ended, or
  /// lasts until `pausedUntil`. A longer pause that began during the probe stays.
  void endProbe(
      long provider,
      long version,
      @Nullable String service,
      Optional<Instant> pausedUntil,
      Instant now);

  /// Marks a provider as degraded, so that no token is removed because of its answers. False if the
  /// provider was replaced or is degraded already.
  boolean degrade(long provider, long version, Instant now);

  /// Removes up to `most` tokens that were declared dead before `before`, unless their provider is
  /// degraded. Returns their number.
  int retire(Instant before, int most, Instant now);

  /// Removes up to `most` notifications that have ended and are older than `before`.
  int deleteEnded(Instant before, int most);

  /// Ends or reroutes deliveries to providers that no longer exist, and removes records not used
  /// since `before`.
  void sweep(Instant before, Instant now);

  QueueStatus status(Instant now);
}

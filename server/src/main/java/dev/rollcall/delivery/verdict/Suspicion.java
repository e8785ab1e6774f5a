package dev.rollcall.delivery.verdict;

import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The rules for when a push token is dead, as a function: from what stands and what a provider
/// said to what has to change.
///
/// The transaction that calls it has read `Standing` under lock and carries out the steps, so
/// nothing can come between.
public final class Suspicion {
  /// A complaint that our own mistake may have caused has to be made this often, over this long.
  static final int CONFIRMATIONS = 3;

  static final Duration CONFIRMED_OVER = Duration.ofDays(2);

  /// A registration that is repeated at once is not written, so the token of one this young may
  /// have been registered again without a trace. It is twice the longest time for which that holds.
  static final Duration TOO_YOUNG = Duration.ofSeconds(20);

  /// A dead token is kept this long: were the mistake ours, the provider would complain of many
  /// others meanwhile, and be degraded.
  static final Duration HOLD = Duration.ofMinutes(1);

  private static final String ACCEPTED = "a message was accepted";
  private static final String OPERATOR = "by the operator";

  /// The token as it was sent to, and the version of the credentials that were used.
  public record Sent(PushToken token, long version) {}

  /// What was said against a token as it was registered at `registeredAt`: how often, since when,
  /// when last, and whether that made it dead. Times are epoch milliseconds.
  public record Complaints(
      long registeredAt, long times, long since, long lastAt, boolean dead, String reason) {

    /// They mean nothing for a token that was registered again.
    public boolean areAbout(PushToken token) {
      return registeredAt == token.registeredAt();
    }
  }

  /// What the database holds: the token that the session has now in this channel, what stands
  /// against it, and the present version of the provider's credentials.
  public record Standing(
      Optional<PushToken> token, Optional<Complaints> complaints, OptionalLong version) {}

  /// One change.
  public sealed interface Step {
    /// Nothing stands against the token any more.
    record Clear() implements Step {}

    /// This stands against the token, in place of what stood before.
    record Suspect(Complaints complaints) implements Step {}

    /// The environment takes the token.
    record Learn(ApnsEnvironment environment) implements Step {}

    /// A line in the history of the token's user.
    record Note(TokenEvent.Kind kind, String reason) implements Step {}
  }

  private Suspicion() {}

  public static List<Step> decide(Sent sent, Evidence evidence, Standing standing, Instant now) {
    // Nothing is known of a token that was registered again since.
    if (standing.token().filter(token -> isSame(token, sent.token())).isEmpty()) {
      return List.of();
    }
    return switch (evidence) {
      case Evidence.Accepted accepted -> clear(standing.complaints(), ACCEPTED);
      case Evidence.AcceptedIn(var environment) -> List.of(new Step.Learn(environment));
      case Evidence.Complaint complaint -> complain(sent, complaint, standing, now);
    };
  }

  private static boolean isSame(PushToken token, PushToken sent) {
    return token.registeredAt() == sent.registeredAt() && token.value().equals(sent.value());
  }

  /// What an operator's word changes for a token with these complaints.
  public static List<Step> restore(Optional<Complaints> complaints) {
    return clear(complaints, OPERATOR);
  }

  private static List<Step> clear(Optional<Complaints> complaints, String reason) {
    return complaints.isEmpty()
        ? List.of()
        : List.of(new Step.Clear(), new Step.Note(TokenEvent.Kind.RESTORED, reason));
  }

  private static List<Step> complain(
      Sent sent, Evidence.Complaint complaint, Standing standing, Instant now) {
    if (!counts(sent, standing, now)) {
      return List.of();
    }
    return switch (complaint) {
      case Evidence.Doubt(var reason) -> doubt(sent.token(), reason, standing.complaints(), now);
      case Evidence.Dead(var since, var reason) ->
          since == null || since.toEpochMilli() > sent.token().registeredAt()
              ? suspect(first(sent.token(), true, reason, now))
              : List.of();
    };
  }

  /// What was said to former credentials is held against nobody.
  private static boolean counts(Sent sent, Standing standing, Instant now) {
    return now.toEpochMilli() - sent.token().registeredAt() >= TOO_YOUNG.toMillis()
        && standing.version().equals(OptionalLong.of(sent.version()));
  }

  private static List<Step> doubt(
      PushToken token, String reason, Optional<Complaints> before, Instant now) {
    return suspect(
        before
            .filter(it -> it.areAbout(token))
            .map(it -> repeated(it, reason, now))
            .orElseGet(() -> first(token, false, reason, now)));
  }

  private static Complaints first(PushToken token, boolean dead, String reason, Instant now) {
    return new Complaints(
        token.registeredAt(), 1, now.toEpochMilli(), now.toEpochMilli(), dead, reason);
  }

  private static Complaints repeated(Complaints before, String reason, Instant now) {
    long times = before.times() + 1;
    long over = now.toEpochMilli() - before.since();
    boolean dead = times >= CONFIRMATIONS && over >= CONFIRMED_OVER.toMillis();
    return new Complaints(
        before.registeredAt(), times, before.since(), now.toEpochMilli(), dead, reason);
  }

  private static List<Step> suspect(Complaints complaints) {
    var steps = new ArrayList<Step>();
    steps.add(new Step.Suspect(complaints));
    if (complaints.times() == 1) {
      steps.add(new Step.Note(TokenEvent.Kind.SUSPECTED, complaints.reason()));
    }
    return steps;
  }

  /// What was declared dead until then may be removed now.
  public static Instant removable(Instant now) {
    return now.minus(HOLD);
  }

  /// Whether a token that was `found` dead before the locks were taken is to be removed: it may have
  /// been restored meanwhile, and a degraded provider is not believed.
  public static boolean isDead(Complaints found, Optional<Complaints> current, boolean degraded) {
    return !degraded
        && current.filter(it -> it.dead() && it.registeredAt() == found.registeredAt()).isPresent();
  }
}

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

/// The rules for when a push token is dead: a pure function from the stored state and a provider's
/// answer to the changes.
///
/// The calling transaction has read `StoredTokens` under locks and carries out the steps, so no
/// concurrent change can happen in between.
public final class Suspicion {
  /// A complaint that may be our own mistake must be repeated this often, over this time.
  static final int CONFIRMATIONS = 3;

  static final Duration CONFIRMED_OVER = Duration.ofDays(2);

  /// An immediate repetition of a registration is not written, so a token this young may have been
  /// registered again without a trace. This is twice the longest time in which a repetition is not
  /// written.
  static final Duration TOO_YOUNG = Duration.ofSeconds(20);

  /// A dead token is kept this long: if the mistake were ours, the provider would report many other
  /// tokens in this time and be marked as degraded.
  static final Duration HOLD = Duration.ofMinutes(1);

  private static final String ACCEPTED = "a message was accepted";
  private static final String OPERATOR = "by the operator";

  /// The token that the message was sent to, and the version of the credentials that were used.
  public record Sent(PushToken token, long version) {}

  /// The complaints about a token that was registered at `registeredAt`: how many, since when, the
  /// last time, and whether the token is dead. Times are epoch milliseconds.
  public record Complaints(
      long registeredAt, long times, long since, long lastAt, boolean dead, String reason) {

    /// Complaints do not count for a token that was registered again.
    public boolean areAbout(PushToken token) {
      return registeredAt == token.registeredAt();
    }
  }

  /// The stored state: the token that the session holds now in this channel, the complaints about
  /// it, and the current version of the provider's credentials.
  public record StoredState(
      Optional<PushToken> token, Optional<Complaints> complaints, OptionalLong version) {}

  /// One change to the stored state.
  public sealed interface Step {
    /// Removes the complaints about the token.
    record Clear() implements Step {}

    /// Replaces the complaints about the token.
    record Suspect(Complaints complaints) implements Step {}

    /// Stores that the environment accepts the token.
    record Learn(ApnsEnvironment environment) implements Step {}

    /// Adds a line to the history of the token's user.
    record Note(TokenEvent.Kind kind, String reason) implements Step {}
  }

  private Suspicion() {}

  public static List<Step> decide(Sent sent, Evidence evidence, StoredState stored, Instant now) {
    // The answer says nothing about a token that was registered again in the meantime.
    if (stored.token().filter(token -> isSame(token, sent.token())).isEmpty()) {
      return List.of();
    }
    return switch (evidence) {
      case Evidence.Accepted accepted -> clear(stored.complaints(), ACCEPTED);
      case Evidence.AcceptedIn(var environment) -> List.of(new Step.Learn(environment));
      case Evidence.Complaint complaint -> complain(sent, complaint, stored, now);
    };
  }

  private static boolean isSame(PushToken token, PushToken sent) {
    return token.registeredAt() == sent.registeredAt() && token.value().equals(sent.value());
  }

  /// The changes when an operator restores a token with these complaints.
  public static List<Step> restore(Optional<Complaints> complaints) {
    return clear(complaints, OPERATOR);
  }

  private static List<Step> clear(Optional<Complaints> complaints, String reason) {
    return complaints.isEmpty()
        ? List.of()
        : List.of(new Step.Clear(), new Step.Note(TokenEvent.Kind.RESTORED, reason));
  }

  private static List<Step> complain(
      Sent sent, Evidence.Complaint complaint, StoredState stored, Instant now) {
    if (!counts(sent, stored, now)) {
      return List.of();
    }
    return switch (complaint) {
      case Evidence.Doubt(var reason) -> doubt(sent.token(), reason, stored.complaints(), now);
      case Evidence.Dead(var since, var reason) ->
          since == null || since.toEpochMilli() > sent.token().registeredAt()
              ? suspect(first(sent.token(), true, reason, now))
              : List.of();
    };
  }

  /// Complaints about former credentials do not count.
  private static boolean counts(Sent sent, StoredState stored, Instant now) {
    return now.toEpochMilli() - sent.token().registeredAt() >= TOO_YOUNG.toMillis()
        && stored.version().equals(OptionalLong.of(sent.version()));
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

  /// Tokens that were declared dead before this time may be removed.
  public static Instant removable(Instant now) {
    return now.minus(HOLD);
  }

  /// Whether to remove a token that was `found` dead before the locks were taken. It may have been
  /// restored in the meantime, and the answers of a degraded provider do not count.
  public static boolean isDead(Complaints found, Optional<Complaints> current, boolean degraded) {
    return !degraded
        && current.filter(it -> it.dead() && it.registeredAt() == found.registeredAt()).isPresent();
  }
}

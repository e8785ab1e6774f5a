package dev.rollcall.token;

import dev.rollcall.account.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rules of one registration, as a function: from what stands to what has to change.
///
/// It is called inside the transaction that read `Standing` and carries out the steps, so nothing
/// can come between.
public final class Registration {

  /// How soon the same registration again is not worth a write, and how many tokens a user may
  /// hold.
  public record Limits(Duration coalesce, int tokensPerUser) {}

  /// A token of the user, with the device that its session runs on.
  public record Held(PushToken token, @Nullable String deviceId) {}

  /// What the database holds: whoever has this value now, and all tokens of the user's live sessions.
  public record Standing(Optional<PushToken> holder, List<Held> ofUser) {}

  /// One change; `Remove` and `Note` each leave a line in the history of the token's user.
  public sealed interface Step {
    record Put(PushToken token) implements Step {}

    record Remove(PushToken token, TokenEvent.Kind kind, String reason) implements Step {}

    record Note(PushToken token, TokenEvent.Kind kind, String reason) implements Step {}
  }

  private static final long DAY = Duration.ofDays(1).toMillis();

  private final Limits limits;

  public Registration(Limits limits) {
    this.limits = limits;
  }

  public List<Step> decide(Session session, NewToken wanted, Standing standing, Instant now) {
    var token = tokenOf(session, wanted, now);
    var mine = standing.ofUser().stream().map(Held::token).filter(held -> samePlace(held, token));
    var current = mine.findFirst();
    var twins = twins(session, token, standing);
    var steps = new ArrayList<Step>();
    if (current.isPresent() && current.get().value().equals(token.value())) {
      replace(twins, steps);
      refresh(current.get(), token, steps);
      return steps;
    }
    standing.holder().ifPresent(holder -> steps.add(takeFrom(holder, session)));
    current.ifPresent(
        old ->
            steps.add(
                new Step.Note(old, TokenEvent.Kind.REPLACED, "its session registered another")));
    replace(twins, steps);
    makeRoom(token, standing, twins, steps);
    steps.add(new Step.Put(token));
    steps.add(new Step.Note(token, TokenEvent.Kind.REGISTERED, cameFrom(standing.holder(), token)));
    return steps;
  }

  private static PushToken tokenOf(Session session, NewToken wanted, Instant now) {
    return new PushToken(
        session.userId(),
        session.id(),
        wanted.value(),
        wanted.platformIn(session),
        wanted.providerId(),
        wanted.timezone(),
        now.toEpochMilli(),
        now.toEpochMilli());
  }

  private static boolean samePlace(PushToken a, PushToken b) {
    return a.sessionId() == b.sessionId() && a.channel() == b.channel();
  }

  private void refresh(PushToken current, PushToken token, List<Step> steps) {
    var fresh =
        new PushToken(
            token.userId(),
            token.sessionId(),
            token.value(),
            token.pushPlatform(),
            token.providerId(),
            token.timezone() == null ? current.timezone() : token.timezone(),
            current.createdAt(),
            Math.max(token.registeredAt(), current.registeredAt()));
    if (saysNothingNew(current, fresh)) {
      return;
    }
    steps.add(new Step.Put(fresh));
    if (fresh.registeredAt() / DAY != current.registeredAt() / DAY) {
      steps.add(new Step.Note(fresh, TokenEvent.Kind.REFRESHED, "registered again"));
    }
  }

  private boolean saysNothingNew(PushToken current, PushToken fresh) {
    var sooner = fresh.registeredAt() - current.registeredAt() < limits.coalesce().toMillis();
    return sooner
        && fresh.pushPlatform() == current.pushPlatform()
        && fresh.providerId().equals(current.providerId())
        && Objects.equals(fresh.timezone(), current.timezone());
  }

  private static Step takeFrom(PushToken holder, Session session) {
    var reason =
        holder.userId() == session.userId()
            ? "another session of the user registered it"
            : "another user registered it";
    return new Step.Remove(holder, TokenEvent.Kind.MOVED, reason);
  }

  private static String cameFrom(Optional<PushToken> holder, PushToken token) {
    if (holder.isEmpty()) {
      return "new";
    }
    return holder.get().userId() == token.userId()
        ? "moved from another session"
        : "moved from another user";
  }

  /// Tokens that other sessions on the same device left behind in this channel.
  private static List<PushToken> twins(Session session, PushToken token, Standing standing) {
    var device = session.deviceId();
    if (device == null) {
      return List.of();
    }
    return standing.ofUser().stream()
        .filter(held -> device.equals(held.deviceId()))
        .map(Held::token)
        .filter(held -> held.channel() == token.channel() && !samePlace(held, token))
        .filter(held -> !isHolder(held, standing))
        .toList();
  }

  private static void replace(List<PushToken> twins, List<Step> steps) {
    for (var twin : twins) {
      steps.add(
          new Step.Remove(
              twin, TokenEvent.Kind.REPLACED, "its device registered in another session"));
    }
  }

  private static boolean isHolder(PushToken held, Standing standing) {
    return standing.holder().filter(holder -> samePlace(holder, held)).isPresent();
  }

  private void makeRoom(
      PushToken token, Standing standing, List<PushToken> twins, List<Step> steps) {
    var staying =
        standing.ofUser().stream()
            .map(Held::token)
            .filter(held -> !samePlace(held, token) && !isHolder(held, standing))
            .filter(held -> !twins.contains(held))
            .toList();
    staying.stream()
        .sorted(Comparator.comparingLong(PushToken::registeredAt))
        .limit(Math.max(0, staying.size() + 1 - limits.tokensPerUser()))
        .map(
            oldest ->
                new Step.Remove(
                    oldest, TokenEvent.Kind.EVICTED, "the user holds as many as allowed"))
        .forEach(steps::add);
  }
}

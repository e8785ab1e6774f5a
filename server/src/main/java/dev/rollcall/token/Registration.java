package dev.rollcall.token;

import dev.rollcall.account.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The rules of one registration, as a pure function from the stored state to the changes that it
/// needs.
///
/// The caller reads `Standing` and applies the steps in one transaction, so no other write can come
/// in between.
public final class Registration {

  /// A registration that repeats the stored one within `coalesce` is not written. A user may hold
  /// at most `tokensPerUser` tokens.
  public record Limits(Duration coalesce, int tokensPerUser) {}

  /// A token of the user, with the device that its session runs on.
  public record Held(PushToken token, @Nullable String deviceId) {}

  /// The stored state: the current holder of this token value, all tokens of the user's live
  /// sessions, and the tokens that were registered in this channel under the same device key.
  public record Standing(Optional<PushToken> holder, List<Held> ofUser, List<PushToken> ofDevice) {}

  /// One change. `Remove` and `Note` each add an event to the history of the token's user.
  public sealed interface Step {
    record Put(PushToken token) implements Step {}

    record Remove(PushToken token, TokenEvent.Kind kind, String reason) implements Step {}

    record Note(PushToken token, TokenEvent.Kind kind, String reason) implements Step {}
  }

  /// The changes to make, and the tokens that the session holds after them. If `superseded` is
  /// true, the installation has already made a newer registration, and nothing changes.
  public record Decision(List<Step> steps, List<PushToken> held, boolean superseded) {}

  private static final long DAY = Duration.ofDays(1).toMillis();

  private final Limits limits;

  public Registration(Limits limits) {
    this.limits = limits;
  }

  public Limits limits() {
    return limits;
  }

  public Decision decide(Session session, NewToken wanted, Standing standing, Instant now) {
    var superseded = isSuperseded(session, wanted, standing);
    var steps = superseded ? List.<Step>of() : steps(session, wanted, standing, now);
    return new Decision(steps, held(session, standing, steps), superseded);
  }

  private static boolean isSuperseded(Session session, NewToken wanted, Standing standing) {
    return Stream.concat(ofSession(session, standing), standing.ofDevice().stream())
        .filter(held -> held.channel() == wanted.value().channel())
        .anyMatch(held -> wanted.installation().isOlderThan(held.installation()));
  }

  private static List<PushToken> held(Session session, Standing standing, List<Step> steps) {
    var held = new EnumMap<Channel, PushToken>(Channel.class);
    ofSession(session, standing).forEach(it -> held.put(it.channel(), it));
    for (var step : steps) {
      switch (step) {
        case Step.Put(var token) -> held.put(token.channel(), token);
        case Step.Remove(var token, var kind, var reason) -> held.values().remove(token);
        case Step.Note note -> {}
      }
    }
    return List.copyOf(held.values());
  }

  private static Stream<PushToken> ofSession(Session session, Standing standing) {
    return standing.ofUser().stream()
        .map(Held::token)
        .filter(held -> held.sessionId() == session.id());
  }

  private List<Step> steps(Session session, NewToken wanted, Standing standing, Instant now) {
    var token = tokenOf(session, wanted, now);
    var current = ofSession(session, standing).filter(held -> samePlace(held, token)).findFirst();
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
    var put = token.with(shown(standing.holder()));
    steps.add(new Step.Put(put));
    steps.add(new Step.Note(put, TokenEvent.Kind.REGISTERED, cameFrom(standing.holder(), put)));
    return steps;
  }

  /// The result of applying a registration that arrives late.
  public sealed interface Late {
    record Done(List<Step> steps) implements Late {}

    /// The registration would undo something newer; `reason` says what.
    record Outdated(String reason) implements Late {}
  }

  /// Does the same as `decide` for a registration that was made at `then` and arrives only now. It
  /// displaces only tokens that were registered before `older`.
  public Late decideLate(
      Session session, NewToken wanted, Standing standing, Instant then, Instant older) {
    long at = older.toEpochMilli();
    var token = tokenOf(session, wanted, then);
    var known =
        standing
            .holder()
            .filter(held -> samePlace(held, token) && held.registeredAt() >= at)
            .isPresent();
    if (known) {
      return new Late.Done(List.of());
    }
    var decision = decide(session, wanted, standing, then);
    if (decision.superseded()) {
      return new Late.Outdated("the installation has registered something newer");
    }
    var steps = decision.steps();
    return steps.stream()
        .flatMap(step -> undone(step, at).stream())
        .findFirst()
        .<Late>map(Late.Outdated::new)
        .orElseGet(() -> new Late.Done(steps));
  }

  /// The reason why a step is not allowed: the token it displaces was registered at `at` or later.
  private static Optional<String> undone(Step step, long at) {
    return switch (step) {
      case Step.Put put -> Optional.empty();
      case Step.Remove(var token, var kind, var reason) ->
          token.registeredAt() < at ? Optional.empty() : Optional.of(newer(kind));
      case Step.Note(var token, var kind, var reason) ->
          kind != TokenEvent.Kind.REPLACED || token.registeredAt() < at
              ? Optional.empty()
              : Optional.of(newer(kind));
    };
  }

  private static String newer(TokenEvent.Kind kind) {
    return switch (kind) {
      case MOVED -> "another session registered this token later";
      case EVICTED -> "the user holds as many tokens as allowed, all registered later";
      case REPLACED, REGISTERED, REFRESHED, DELETED, EXPIRED, SUSPECTED, RETIRED, RESTORED ->
          "the device registered another token later";
    };
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
        now.toEpochMilli(),
        wanted.installation(),
        wanted.subscription());
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
            Math.max(token.registeredAt(), current.registeredAt()),
            token.installation().orElse(current.installation()),
            Subscription.orElse(token.subscription(), current.subscription()),
            current.pushes());
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
        && Objects.equals(fresh.timezone(), current.timezone())
        && fresh.installation().equals(current.installation())
        && Objects.equals(fresh.subscription(), current.subscription());
  }

  private static Step takeFrom(PushToken holder, Session session) {
    var reason =
        holder.userId() == session.userId()
            ? "another session of the user registered it"
            : "another user registered it";
    return new Step.Remove(holder, TokenEvent.Kind.MOVED, reason);
  }

  /// What pushes have shown is about the value, so it goes where the value goes.
  private static PushResults shown(Optional<PushToken> holder) {
    return holder.map(PushToken::pushes).orElse(PushResults.NONE);
  }

  private static String cameFrom(Optional<PushToken> holder, PushToken token) {
    if (holder.isEmpty()) {
      return "new";
    }
    return holder.get().userId() == token.userId()
        ? "moved from another session"
        : "moved from another user";
  }

  /// Tokens in this channel that other sessions on the same device left behind.
  private static List<PushToken> twins(Session session, PushToken token, Standing standing) {
    return Stream.concat(sameDevice(session, standing), standing.ofDevice().stream())
        .filter(held -> held.channel() == token.channel() && !samePlace(held, token))
        .filter(held -> !isHolder(held, standing))
        .distinct()
        .toList();
  }

  private static Stream<PushToken> sameDevice(Session session, Standing standing) {
    var device = session.deviceId();
    return standing.ofUser().stream()
        .filter(held -> device != null && device.equals(held.deviceId()))
        .map(Held::token);
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

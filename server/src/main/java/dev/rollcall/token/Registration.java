package dev.rollcall.token;

import dev.rollcall.account.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The rules of one registration, as a pure function from the stored state to the changes that it
/// needs.
///
/// The caller reads `StoredTokens` and applies the steps in one transaction, so no other write can come
/// in between.
public final class Registration {

  /// A registration that repeats the stored one within `coalesce` is not written. A user may hold
  /// at most `tokensPerUser` tokens.
  public record Limits(Duration coalesce, int tokensPerUser) {}

  /// A token of the user, with the device that its session runs on.
  public record HeldToken(PushToken token, @Nullable String deviceId) {}

  /// The stored state: the current holder of this token value, all tokens of the user's live
  /// sessions, the tokens that were registered in this channel under the same device key, and the use
  /// of the contested names.
  public record StoredTokens(
      Optional<PushToken> holder,
      List<HeldToken> ofUser,
      List<PushToken> ofDevice,
      Map<DeviceName, DeviceUse> uses) {
    public StoredTokens(
        Optional<PushToken> holder, List<HeldToken> ofUser, List<PushToken> ofDevice) {
      this(holder, ofUser, ofDevice, Map.of());
    }

    public StoredTokens with(Map<DeviceName, DeviceUse> others) {
      return new StoredTokens(holder, ofUser, ofDevice, others);
    }

    /// The names of the phone under which other sessions hold tokens that the registration would
    /// replace. Their use has to be looked up; most registrations have none.
    public List<DeviceName> contested(Session session, NewToken wanted) {
      return otherTokensOfDevice(session, wanted, this).stream().map(Twins::name).toList();
    }

    /// The tokens of other sessions that a registration made at `at` replaces because they belong
    /// to the same phone, as far as is known already. A name that several phones share replaces
    /// none.
    public List<PushToken> twins(Session session, NewToken wanted, Instant at) {
      return otherTokensOfDevice(session, wanted, this).stream()
          .filter(it -> !isShared(it.name(), at))
          .flatMap(it -> it.tokens().stream())
          .toList();
    }

    private List<DeviceName> shared(Session session, NewToken wanted, Instant at) {
      return contested(session, wanted).stream().filter(name -> isShared(name, at)).toList();
    }

    private boolean isShared(DeviceName name, Instant at) {
      return uses.getOrDefault(name, DeviceUse.NONE).isShared(at);
    }
  }

  /// Tokens in the channel of a registration that other sessions hold under one name of its phone.
  private record Twins(DeviceName name, List<PushToken> tokens) {}

  /// One change. `Remove` and `Note` each add an event to the history of the token's user. `Use`
  /// stores the use of a name of the phone.
  public sealed interface Step {
    record Put(PushToken token) implements Step {}

    record Remove(PushToken token, TokenEvent.Kind kind, String reason) implements Step {}

    record Note(PushToken token, TokenEvent.Kind kind, String reason) implements Step {}

    record Use(DeviceName name, DeviceUse use) implements Step {}
  }

  /// The changes to make, and the tokens that the session holds after them. `found` are the names
  /// that this registration shows to be shared by several phones.
  public record Decision(
      List<Step> steps, List<PushToken> held, List<Ignored> ignored, List<DeviceName> found) {}

  /// The session has registered another token with the greater number `sequence`, so the
  /// registration changes nothing. `notes` are the events for the history.
  public record Superseded(long sequence, List<PushToken> held, List<Step.Note> notes) {}

  /// The tokens that a registration replaces because they belong to the same phone, the steps that
  /// store the use of the phone's names, the names that several phones share, and those of them
  /// that were found now.
  private record Phone(
      List<PushToken> twins, List<Step> uses, List<DeviceName> shared, List<DeviceName> found) {}

  private static final String SHARED_KEY =
      "Several phones register under this key, so it replaces no push token";

  /// How long the sequence numbers of a session are compared.
  private static final long ORDERED = Duration.ofHours(1).toMillis();

  private static final long DAY = Duration.ofDays(1).toMillis();

  private final Limits limits;

  public Registration(Limits limits) {
    this.limits = limits;
  }

  public Limits limits() {
    return limits;
  }

  public Decision decide(Session session, NewToken wanted, StoredTokens stored, Instant now) {
    if (repeatsOlder(session, wanted, stored, now)) {
      return new Decision(List.of(), held(session, stored, List.of()), List.of(), List.of());
    }
    var phone = phone(session, wanted, stored, now);
    var key = DeviceName.key(session, wanted.installation());
    boolean keyIgnored = key.filter(phone.shared()::contains).isPresent();
    var counted = keyIgnored ? withoutKey(wanted) : wanted;
    var steps = new ArrayList<>(phone.uses());
    steps.addAll(
        steps(session, counted, stored, phone.twins(), doubt(phone.shared(), keyIgnored), now));
    return new Decision(
        steps,
        held(session, stored, steps),
        keyIgnored ? List.of(new Ignored("deviceKey", SHARED_KEY)) : List.of(),
        phone.found());
  }

  private static NewToken withoutKey(NewToken wanted) {
    return wanted.withInstallation(wanted.installation().withoutKey());
  }

  /// The addition to the reason in the history.
  private static String doubt(List<DeviceName> shared, boolean keyIgnored) {
    if (shared.isEmpty()) {
      return "";
    }
    return keyIgnored
        ? "; its device key names several phones, so it replaced no token"
        : "; its device id names several phones, so it replaced no token";
  }

  private static Phone phone(Session session, NewToken wanted, StoredTokens stored, Instant now) {
    var phone =
        new Phone(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (var left : otherTokensOfDevice(session, wanted, stored)) {
      var before = stored.uses().getOrDefault(left.name(), DeviceUse.NONE);
      var after = before.after(session.userId(), wanted.value(), left.tokens(), now);
      if (!after.equals(before)) {
        phone.uses().add(new Step.Use(left.name(), after));
      }
      if (!after.isShared(now)) {
        phone.twins().addAll(left.tokens());
        continue;
      }
      phone.shared().add(left.name());
      if (!before.isShared(now)) {
        phone.found().add(left.name());
      }
    }
    return phone;
  }

  /// Present if the session has registered a newer token than one of `all`. Then none of them is
  /// registered.
  ///
  /// Sequence numbers are compared only within a session, because each login starts to count anew.
  /// They are compared only for an hour, because no request is late for longer. So a phone whose
  /// numbers went back can register again after an hour, whatever its app does.
  public static Optional<Superseded> superseded(
      Session session, List<NewToken> all, StoredTokens stored, Instant now) {
    var notes = new ArrayList<Step.Note>();
    long greatest = -1;
    for (var wanted : all) {
      var newer = newerToken(session, wanted, stored, now);
      if (newer.isPresent() && !newer.get().value().equals(wanted.value())) {
        long sequence = newer.get().installation().number();
        greatest = Math.max(greatest, sequence);
        notes.add(
            new Step.Note(
                tokenOf(session, wanted, List.of(), now),
                TokenEvent.Kind.SUPERSEDED,
                "its sequence %d is below %d, which the session registered before"
                    .formatted(wanted.installation().number(), sequence)));
      }
    }
    return notes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Superseded(greatest, held(session, stored, List.of()), notes));
  }

  private static boolean repeatsOlder(
      Session session, NewToken wanted, StoredTokens stored, Instant now) {
    return newerToken(session, wanted, stored, now)
        .filter(held -> held.value().equals(wanted.value()))
        .isPresent();
  }

  /// The token that the session registered in this channel within the last hour with a greater
  /// number.
  private static Optional<PushToken> newerToken(
      Session session, NewToken wanted, StoredTokens stored, Instant now) {
    return ofSession(session, stored)
        .filter(held -> held.channel() == wanted.value().channel())
        .filter(held -> wanted.installation().isOlderThan(held.installation()))
        .filter(held -> Math.abs(now.toEpochMilli() - held.registeredAt()) < ORDERED)
        .findFirst();
  }

  private static List<PushToken> held(Session session, StoredTokens stored, List<Step> steps) {
    var held = new EnumMap<Channel, PushToken>(Channel.class);
    ofSession(session, stored).forEach(it -> held.put(it.channel(), it));
    for (var step : steps) {
      switch (step) {
        case Step.Put(var token) -> held.put(token.channel(), token);
        case Step.Remove(var token, var kind, var reason) -> held.values().remove(token);
        case Step.Note note -> {}
        case Step.Use use -> {}
      }
    }
    return List.copyOf(held.values());
  }

  private static Stream<PushToken> ofSession(Session session, StoredTokens stored) {
    return stored.ofUser().stream()
        .map(HeldToken::token)
        .filter(held -> held.sessionId() == session.id());
  }

  private List<Step> steps(
      Session session,
      NewToken wanted,
      StoredTokens stored,
      List<PushToken> allTwins,
      String doubt,
      Instant now) {
    var channel = wanted.value().channel();
    var current = ofSession(session, stored).filter(held -> held.channel() == channel).findFirst();
    var token = tokenOf(session, wanted, known(stored.holder(), current), now);
    var others = allTwins.stream().distinct().toList();
    var steps = new ArrayList<Step>();
    if (current.isPresent() && current.get().value().equals(token.value())) {
      replace(others, steps);
      refresh(current.get(), token, wanted.reason("registered again") + doubt, steps);
      return steps;
    }
    stored.holder().ifPresent(holder -> steps.add(moveFrom(holder, session)));
    current.ifPresent(
        old ->
            steps.add(
                new Step.Note(old, TokenEvent.Kind.REPLACED, "its session registered another")));
    replace(others, steps);
    evictOldest(token, stored, others, steps);
    var put = token.with(shown(stored.holder()));
    steps.add(new Step.Put(put));
    var reason = wanted.reason(registrationReason(stored.holder(), put)) + doubt;
    steps.add(new Step.Note(put, TokenEvent.Kind.REGISTERED, reason));
    return steps;
  }

  /// The result of applying a registration that arrives late.
  public sealed interface LateDecision {
    record Done(List<Step> steps) implements LateDecision {}

    /// The registration would undo something newer; `reason` says what.
    record Outdated(String reason) implements LateDecision {}
  }

  /// Like `decide`, for a registration that was made at `then` and arrives only now. It displaces
  /// only tokens that were registered before `older`, and none under a name that is known to be
  /// shared. It does not check whether further names are shared, because registrations do not
  /// arrive in the order in which they were made.
  public LateDecision decideLate(
      Session session, NewToken wanted, StoredTokens stored, Instant then, Instant older) {
    long at = older.toEpochMilli();
    var known =
        stored
            .holder()
            .filter(held -> held.sessionId() == session.id() && held.registeredAt() >= at)
            .isPresent();
    if (known) {
      return new LateDecision.Done(List.of());
    }
    var shared = stored.shared(session, wanted, then);
    var key = DeviceName.key(session, wanted.installation());
    boolean keyIgnored = key.filter(shared::contains).isPresent();
    var counted = keyIgnored ? withoutKey(wanted) : wanted;
    var twins = stored.twins(session, wanted, then);
    var steps = steps(session, counted, stored, twins, doubt(shared, keyIgnored), then);
    return steps.stream()
        .flatMap(step -> conflict(step, at).stream())
        .findFirst()
        .<LateDecision>map(LateDecision.Outdated::new)
        .orElseGet(() -> new LateDecision.Done(steps));
  }

  /// The reason why a step is not allowed: the token it displaces was registered at `at` or later.
  private static Optional<String> conflict(Step step, long at) {
    return switch (step) {
      case Step.Put put -> Optional.empty();
      case Step.Use use -> Optional.empty();
      case Step.Remove(var token, var kind, var reason) ->
          token.registeredAt() < at ? Optional.empty() : Optional.of(conflictReason(kind));
      case Step.Note(var token, var kind, var reason) ->
          kind != TokenEvent.Kind.REPLACED || token.registeredAt() < at
              ? Optional.empty()
              : Optional.of(conflictReason(kind));
    };
  }

  private static String conflictReason(TokenEvent.Kind kind) {
    return switch (kind) {
      case MOVED -> "another session registered this token at the same time or later";
      case EVICTED ->
          "the user holds as many tokens as allowed, all registered at the same time or later";
      case REPLACED,
          REGISTERED,
          REFRESHED,
          SUPERSEDED,
          DELETED,
          EXPIRED,
          SUSPECTED,
          RETIRED,
          RESTORED ->
          "the device registered another token at the same time or later";
    };
  }

  /// The tokens from which a registration takes the details that it leaves out. The row with the
  /// same value is first, because it is the same installation. The token that this one replaces is
  /// next, because it is the same session.
  private static List<PushToken> known(Optional<PushToken> holder, Optional<PushToken> current) {
    return Stream.concat(holder.stream(), current.stream()).distinct().toList();
  }

  private static PushToken tokenOf(
      Session session, NewToken wanted, List<PushToken> known, Instant now) {
    var platform = platform(wanted.platformIn(session), known);
    return new PushToken(
        session.userId(),
        session.id(),
        wanted.value(),
        platform.platform(),
        providerId(wanted, known),
        timezone(session, wanted, known),
        now.toEpochMilli(),
        now.toEpochMilli(),
        wanted.installation(),
        wanted.subscription(),
        PushResults.NONE,
        platform.basis());
  }

  private static PlatformClaim platform(PlatformClaim claim, List<PushToken> known) {
    return known.stream()
        .map(PushToken::platformClaim)
        .reduce(claim, (newer, older) -> newer.after(older));
  }

  private static String providerId(NewToken wanted, List<PushToken> known) {
    var said = wanted.providerId();
    return said != null
        ? said
        : known.stream()
            .map(PushToken::providerId)
            .filter(id -> !id.equals(NewToken.DEFAULT_PROVIDER))
            .findFirst()
            .orElse(NewToken.DEFAULT_PROVIDER);
  }

  // The time zone is personal data, unlike the platform and the provider, so it is taken only from
  // tokens of the same user.
  private static @Nullable String timezone(
      Session session, NewToken wanted, List<PushToken> known) {
    var said = wanted.timezone();
    return said != null
        ? said
        : known.stream()
            .filter(token -> token.userId() == session.userId())
            .flatMap(token -> Stream.ofNullable(token.timezone()))
            .findFirst()
            .orElse(null);
  }

  private static boolean hasSameKey(PushToken a, PushToken b) {
    return a.sessionId() == b.sessionId() && a.channel() == b.channel();
  }

  private void refresh(PushToken current, PushToken token, String reason, List<Step> steps) {
    var fresh =
        new PushToken(
            token.userId(),
            token.sessionId(),
            token.value(),
            token.pushPlatform(),
            token.providerId(),
            token.timezone(),
            current.createdAt(),
            Math.max(token.registeredAt(), current.registeredAt()),
            token.installation().orElse(current.installation()),
            Subscription.orElse(token.subscription(), current.subscription()),
            current.pushes(),
            token.platformBasis());
    if (isUnchanged(current, fresh)) {
      return;
    }
    steps.add(new Step.Put(fresh));
    if (fresh.registeredAt() / DAY != current.registeredAt() / DAY) {
      steps.add(new Step.Note(fresh, TokenEvent.Kind.REFRESHED, reason));
    }
  }

  private boolean isUnchanged(PushToken current, PushToken fresh) {
    var isRecent = fresh.registeredAt() - current.registeredAt() < limits.coalesce().toMillis();
    return isRecent
        && fresh.platformClaim().equals(current.platformClaim())
        && fresh.providerId().equals(current.providerId())
        && Objects.equals(fresh.timezone(), current.timezone())
        && fresh.installation().equals(current.installation())
        && Objects.equals(fresh.subscription(), current.subscription());
  }

  private static Step moveFrom(PushToken holder, Session session) {
    var reason =
        holder.userId() == session.userId()
            ? "another session of the user registered it"
            : "another user registered it";
    return new Step.Remove(holder, TokenEvent.Kind.MOVED, reason);
  }

  /// The results of pushes belong to the token value, so they move with it.
  private static PushResults shown(Optional<PushToken> holder) {
    return holder.map(PushToken::pushes).orElse(PushResults.NONE);
  }

  private static String registrationReason(Optional<PushToken> holder, PushToken token) {
    if (holder.isEmpty()) {
      return "new";
    }
    return holder.get().userId() == token.userId()
        ? "moved from another session"
        : "moved from another user";
  }

  /// The tokens in this channel of other sessions on the same phone, by its device key and by its
  /// device id.
  private static List<Twins> otherTokensOfDevice(
      Session session, NewToken wanted, StoredTokens stored) {
    return Stream.concat(
            DeviceName.id(session)
                .map(name -> new Twins(name, sameDevice(session, stored).toList()))
                .stream(),
            DeviceName.key(session, wanted.installation())
                .map(name -> new Twins(name, stored.ofDevice()))
                .stream())
        .map(
            all ->
                new Twins(
                    all.name(),
                    all.tokens().stream()
                        .filter(held -> held.channel() == wanted.value().channel())
                        .filter(held -> held.sessionId() != session.id())
                        .filter(held -> !isHolder(held, stored))
                        .toList()))
        .filter(all -> !all.tokens().isEmpty())
        .toList();
  }

  private static Stream<PushToken> sameDevice(Session session, StoredTokens stored) {
    return stored.ofUser().stream()
        .filter(held -> Objects.equals(held.deviceId(), session.deviceId()))
        .map(HeldToken::token);
  }

  private static void replace(List<PushToken> others, List<Step> steps) {
    for (var other : others) {
      steps.add(
          new Step.Remove(
              other, TokenEvent.Kind.REPLACED, "its device registered in another session"));
    }
  }

  private static boolean isHolder(PushToken held, StoredTokens stored) {
    return stored.holder().filter(holder -> hasSameKey(holder, held)).isPresent();
  }

  private void evictOldest(
      PushToken token, StoredTokens stored, List<PushToken> others, List<Step> steps) {
    var staying =
        stored.ofUser().stream()
            .map(HeldToken::token)
            .filter(held -> !hasSameKey(held, token) && !isHolder(held, stored))
            .filter(held -> !others.contains(held))
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

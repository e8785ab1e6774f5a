package dev.rollcall.storage.token;

import dev.rollcall.storage.token.Operation.ModelChannel;
import dev.rollcall.storage.token.Operation.Person;
import dev.rollcall.storage.token.Operation.TokenRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The rules of push tokens on plain maps, written as simply as possible and without the server's code.
final class ReferenceModel {
  private static final Duration SHORT_LIFE = Duration.ofDays(1);
  private static final long ORDERED = Duration.ofHours(1).toMillis();
  private static final long MONTH = Duration.ofDays(30).toMillis();
  private static final Duration REMOVAL = Duration.ofDays(270);

  enum Answer {
    DONE,
    SUPERSEDED,
    REFUSED
  }

  record TokenKey(int session, ModelChannel channel) {
    @Override
    public String toString() {
      return channel + " of session " + session;
    }
  }

  /// A token as lists show it.
  record ListedToken(Person person, TokenKey key, String value, long seenAt) {
    @Override
    public String toString() {
      return "%s %s: %s seen %s".formatted(person, key, value, Instant.ofEpochMilli(seenAt));
    }
  }

  /// What lists show, and which tokens exist by the last event of the history about each key.
  record State(Set<ListedToken> listed, Map<TokenKey, String> held) {}

  private record Session(Person person, @Nullable String device, long endsAt) {}

  private record Token(
      Person person,
      TokenKey key,
      String value,
      @Nullable String phone,
      @Nullable Long sequence,
      long seenAt) {}

  /// What is remembered of a name of a phone. `owner` is an app, or a user.
  private record Name(Object owner, String name) {}

  private record Trace(long at, String user, String token) {}

  private record Use(List<Trace> traces, long sharedUntil, String lastUser) {}

  private final Map<Name, Use> uses = new HashMap<>();
  private final Map<Person, Integer> deletions = new HashMap<>();
  private final boolean shared;
  private final int tokensPerUser;
  private final Set<Person> users = new HashSet<>();
  private final Set<Person> deactivated = new HashSet<>();
  private final Map<Integer, Session> sessions = new HashMap<>();
  private final Map<TokenKey, Token> tokens = new HashMap<>();
  private int opened;
  private long now;

  ReferenceModel(boolean shared, int tokensPerUser, long now) {
    this.shared = shared;
    this.tokensPerUser = tokensPerUser;
    this.now = now;
  }

  ReferenceModel copy() {
    var copy = new ReferenceModel(shared, tokensPerUser, now);
    copy.users.addAll(users);
    copy.deactivated.addAll(deactivated);
    copy.sessions.putAll(sessions);
    copy.tokens.putAll(tokens);
    copy.uses.putAll(uses);
    copy.deletions.putAll(deletions);
    copy.opened = opened;
    return copy;
  }

  /// Everything that its answers depend on, except the time.
  Object snapshot() {
    return List.of(users, deactivated, sessions, tokens, uses, deletions);
  }

  State state() {
    var listed = tokens.values().stream().filter(this::isListed).map(ReferenceModel::listed);
    return new State(
        listed.collect(Collectors.toSet()),
        tokens.values().stream()
            .collect(Collectors.toMap(Token::key, it -> it.value().substring(0, 8) + "…")));
  }

  /// The tokens that a session may list, of its user and its own; nothing if it is refused.
  List<Set<ListedToken>> listedFor(int session) {
    if (!isLive(session)) {
      return List.of();
    }
    var person = sessions.get(session).person();
    var all = state().listed().stream().filter(it -> it.person() == person).toList();
    return List.of(
        Set.copyOf(all),
        all.stream().filter(it -> it.key().session() == session).collect(Collectors.toSet()));
  }

  private static ListedToken listed(Token token) {
    return new ListedToken(token.person(), token.key(), token.value(), token.seenAt());
  }

  private boolean isListed(Token token) {
    return isLive(token.key().session()) && !isUnseen(token);
  }

  private boolean isUnseen(Token token) {
    return token.seenAt() <= now - REMOVAL.toMillis();
  }

  private boolean isLive(int session) {
    return sessions.containsKey(session) && sessions.get(session).endsAt() > now;
  }

  Answer apply(Operation operation) {
    return switch (operation) {
      case Operation.Login(var person, var device, var shortLived) ->
          done(logIn(person, device, shortLived));
      case Operation.Register(var number, var tokens, var device) -> {
        int session = number % opened;
        yield isLive(session) ? register(session, tokens, device) : Answer.REFUSED;
      }
      case Operation.BackEndRegisters(var number, var request) -> {
        int session = number % opened;
        yield isLive(session) ? register(session, List.of(request), null) : Answer.REFUSED;
      }
      case Operation.Forge forge -> Answer.REFUSED;
      case Operation.Intrude intrude -> Answer.REFUSED;
      case Operation.Logout(var number) -> ended(number % opened);
      case Operation.EndSession(var number) -> ended(number % opened);
      case Operation.LogoutLate(var number) -> {
        end(number % opened);
        yield Answer.DONE;
      }
      case Operation.EndSessions(var person) -> done(users.contains(person) && endAll(person));
      case Operation.DeleteUser(var person, var permanent) -> done(forget(person, permanent));
      case Operation.Delete(var number, var all) -> deleted(number % opened, all);
      case Operation.BackEndDeletes(var number, var all) -> deleted(number % opened, all);
      case Operation.BackEndDeletesOne(var number, var request) -> {
        int session = number % opened;
        yield done(
            isLive(session)
                && remove(
                    it ->
                        it.person() == sessions.get(session).person()
                            && it.value().equals(request.value())));
      }
      case Operation.Wait(var time) -> {
        now += time.toMillis();
        yield Answer.DONE;
      }
      case Operation.SweepSessions sweep -> {
        sessions.keySet().stream().filter(it -> !isLive(it)).toList().forEach(this::end);
        yield Answer.DONE;
      }
      case Operation.SweepTokens sweep -> {
        remove(this::isUnseen);
        yield Answer.DONE;
      }
    };
  }

  private static Answer done(boolean done) {
    return done ? Answer.DONE : Answer.REFUSED;
  }

  private boolean logIn(Person person, @Nullable String device, boolean shortLived) {
    users.add(person);
    deactivated.remove(person);
    var endsAt = shortLived ? now + SHORT_LIFE.toMillis() : Long.MAX_VALUE;
    sessions.put(opened++, new Session(person, device, endsAt));
    return true;
  }

  private Answer ended(int session) {
    if (!isLive(session)) {
      return Answer.REFUSED;
    }
    end(session);
    return Answer.DONE;
  }

  private void end(int session) {
    sessions.remove(session);
    remove(it -> it.key().session() == session);
  }

  private boolean endAll(Person person) {
    sessions.values().removeIf(it -> it.person() == person);
    remove(it -> it.person() == person);
    return true;
  }

  private boolean forget(Person person, boolean permanent) {
    boolean was = users.remove(person);
    if (!was && !(permanent && deactivated.contains(person))) {
      return false;
    }
    if (permanent) {
      uses.values().removeIf(it -> it.lastUser().equals(user(person)));
      deletions.merge(person, 1, Integer::sum);
      deactivated.remove(person);
    } else {
      deactivated.add(person);
    }
    return endAll(person);
  }

  private Answer deleted(int session, boolean all) {
    if (!isLive(session)) {
      return Answer.REFUSED;
    }
    var person = sessions.get(session).person();
    remove(it -> all ? it.person() == person : it.key().session() == session);
    return Answer.DONE;
  }

  private boolean remove(Predicate<Token> which) {
    return tokens.values().removeIf(which);
  }

  private Answer register(int session, List<TokenRequest> requests, @Nullable String device) {
    var before = sessions.get(session);
    if (device != null) {
      sessions.put(session, new Session(before.person(), device, before.endsAt()));
    }
    if (requests.stream().anyMatch(it -> isOlder(session, it) && holdsAnother(session, it))) {
      return Answer.SUPERSEDED;
    }
    requests.stream().filter(it -> !isOlder(session, it)).forEach(it -> register(session, it));
    return Answer.DONE;
  }

  private boolean holdsAnother(int session, TokenRequest request) {
    var here = held(session, request);
    return here != null && !here.value().equals(request.value());
  }

  private @Nullable Token held(int session, TokenRequest request) {
    return tokens.get(new TokenKey(session, request.channel()));
  }

  private boolean isOlder(int session, TokenRequest request) {
    var here = held(session, request);
    return here != null
        && here.sequence() != null
        && request.sequence() != null
        && here.sequence() > request.sequence()
        && now - here.seenAt() < ORDERED;
  }

  private void register(int session, TokenRequest request) {
    var person = sessions.get(session).person();
    var key = new TokenKey(session, request.channel());
    var here = tokens.get(key);
    var others = tokens.values().stream().filter(it -> !it.key().equals(key)).toList();
    var ofPhone = others.stream().filter(it -> isOfPhone(it, person, request)).toList();
    var rivals = others.stream().filter(it -> !isSameToken(it, person, request)).toList();
    boolean keyCounts =
        request.phone() == null
            || counts(
                new Name(shared ? person : person.app(), request.phone()),
                person,
                request,
                rivals.stream().filter(ofPhone::contains).toList());
    var onDevice =
        rivals.stream()
            .filter(it -> it.key().channel() == request.channel() && isOnSameDevice(it, session))
            .toList();
    var device = sessions.get(session).device();
    boolean deviceCounts =
        device == null || counts(new Name(person, device), person, request, onDevice);
    others.stream()
        .filter(
            it ->
                isSameToken(it, person, request)
                    || (keyCounts && ofPhone.contains(it))
                    || (deviceCounts && onDevice.contains(it)))
        .forEach(it -> tokens.remove(it.key()));
    boolean again = here != null && here.value().equals(request.value());
    var phone = keyCounts ? request.phone() : null;
    tokens.put(
        key,
        new Token(
            person,
            key,
            request.value(),
            again && phone == null ? here.phone() : phone,
            again && request.sequence() == null ? here.sequence() : request.sequence(),
            now));
    makeRoom(person, key);
  }

  private boolean isSameToken(Token token, Person person, TokenRequest request) {
    return token.key().channel() == request.channel()
        && token.value().equals(request.value())
        && inOneScope(token, person);
  }

  private String user(Person person) {
    return person + "#" + deletions.getOrDefault(person, 0);
  }

  /// Whether the name replaces the tokens that others hold under it.
  private boolean counts(Name name, Person person, TokenRequest request, List<Token> others) {
    if (others.isEmpty()) {
      return true;
    }
    var mine = new Trace(now, user(person), request.channel() + request.value());
    var use = uses.getOrDefault(name, new Use(List.of(), 0, ""));
    var traces = new ArrayList<>(use.traces());
    traces.removeIf(it -> now - it.at() >= MONTH);
    if (use.sharedUntil() > now) {
      long known = use.sharedUntil() - MONTH;
      boolean another =
          traces.isEmpty()
              || !traces.getLast().token().equals(mine.token())
              || others.stream().anyMatch(it -> it.seenAt() > known);
      if (now - known >= SHORT_LIFE.toMillis() && another) {
        traces.add(mine);
        uses.put(name, new Use(last16(traces), now + MONTH, mine.user()));
      }
      return false;
    }
    var people = new HashSet<>(Set.of(mine.user()));
    others.forEach(it -> people.add(user(it.person())));
    traces.stream()
        .filter(it -> now - it.at() < SHORT_LIFE.toMillis())
        .forEach(it -> people.add(it.user()));
    if (people.size() > 3 || traces.stream().anyMatch(it -> it.token().equals(mine.token()))) {
      traces.add(mine);
      uses.put(name, new Use(last16(traces), now + MONTH, mine.user()));
      return false;
    }
    others.forEach(
        it -> traces.add(new Trace(now, user(it.person()), it.key().channel() + it.value())));
    uses.put(name, new Use(last16(traces), 0, mine.user()));
    return true;
  }

  private static List<Trace> last16(List<Trace> traces) {
    return List.copyOf(traces.subList(Math.max(0, traces.size() - 16), traces.size()));
  }

  private boolean inOneScope(Token token, Person person) {
    return shared ? token.person() == person : token.person().app().equals(person.app());
  }

  private boolean isOfPhone(Token token, Person person, TokenRequest request) {
    return request.phone() != null
        && request.phone().equals(token.phone())
        && token.key().channel() == request.channel()
        && inOneScope(token, person);
  }

  private boolean isOnSameDevice(Token token, int session) {
    int other = token.key().session();
    var device = sessions.get(session).device();
    return device != null
        && token.person() == sessions.get(session).person()
        && isLive(other)
        && device.equals(sessions.get(other).device());
  }

  private void makeRoom(Person person, TokenKey registered) {
    BooleanSupplier tooMany = () -> ofLiveSessions(person).count() > tokensPerUser;
    while (tooMany.getAsBoolean()) {
      var oldest =
          ofLiveSessions(person)
              .filter(it -> !it.key().equals(registered))
              .min(Comparator.comparingLong(Token::seenAt))
              .orElseThrow();
      tokens.remove(oldest.key());
    }
  }

  private Stream<Token> ofLiveSessions(Person person) {
    return tokens.values().stream()
        .filter(it -> it.person() == person && isLive(it.key().session()));
  }
}

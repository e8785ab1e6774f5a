package dev.rollcall.storage.token;

import dev.rollcall.storage.token.Operation.ModelChannel;
import dev.rollcall.storage.token.Operation.Person;
import dev.rollcall.storage.token.Operation.TokenRequest;
import java.time.Duration;
import java.time.Instant;
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
    copy.opened = opened;
    return copy;
  }

  /// Everything that its answers depend on, except the time.
  Object snapshot() {
    return List.of(users, deactivated, sessions, tokens);
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
    var answer = Answer.DONE;
    for (var request : requests) {
      if (!register(session, request)) {
        answer = Answer.SUPERSEDED;
      }
    }
    return answer;
  }

  private boolean register(int session, TokenRequest request) {
    var person = sessions.get(session).person();
    var key = new TokenKey(session, request.channel());
    var here = tokens.get(key);
    var others = tokens.values().stream().filter(it -> !it.key().equals(key)).toList();
    var ofPhone = others.stream().filter(it -> isOfPhone(it, person, request)).toList();
    if (Stream.concat(Stream.ofNullable(here), ofPhone.stream())
        .anyMatch(it -> isNewer(it, request))) {
      return false;
    }
    others.stream()
        .filter(
            it ->
                it.key().channel() == request.channel()
                    && ((it.value().equals(request.value()) && inOneScope(it, person))
                        || ofPhone.contains(it)
                        || isOnSameDevice(it, session)))
        .forEach(it -> tokens.remove(it.key()));
    boolean again = here != null && here.value().equals(request.value());
    tokens.put(
        key,
        new Token(
            person,
            key,
            request.value(),
            again && request.phone() == null ? here.phone() : request.phone(),
            again && request.sequence() == null ? here.sequence() : request.sequence(),
            now));
    makeRoom(person, key);
    return true;
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

  private static boolean isNewer(Token token, TokenRequest request) {
    return token.sequence() != null
        && request.sequence() != null
        && token.sequence() > request.sequence();
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

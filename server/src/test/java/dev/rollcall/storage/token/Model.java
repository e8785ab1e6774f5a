package dev.rollcall.storage.token;

import dev.rollcall.storage.token.Deed.Person;
import dev.rollcall.storage.token.Deed.Way;
import dev.rollcall.storage.token.Deed.Wish;
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

/// The rules of the roll on plain maps, written as simply as they can be, and apart from the server.
final class Model {
  private static final Duration PASSING = Duration.ofDays(1);
  private static final Duration REMOVAL = Duration.ofDays(270);

  enum Answer {
    DONE,
    SUPERSEDED,
    REFUSED
  }

  record Place(int session, Way way) {
    @Override
    public String toString() {
      return way + " of session " + session;
    }
  }

  /// A token as a list shows it.
  record Shown(Person person, Place place, String value, long seenAt) {
    @Override
    public String toString() {
      return "%s %s: %s seen %s".formatted(person, place, value, Instant.ofEpochMilli(seenAt));
    }
  }

  /// What lists show, and which tokens there are by the last line of history about each place.
  record State(Set<Shown> shown, Map<Place, String> held) {}

  private record Session(Person person, @Nullable String device, long endsAt) {}

  private record Token(
      Person person,
      Place place,
      String value,
      @Nullable String phone,
      @Nullable Long sequence,
      long seenAt) {}

  private final boolean shared;
  private final int tokensPerUser;
  private final Set<Person> users = new HashSet<>();
  private final Set<Person> deactivated = new HashSet<>();
  private final Map<Integer, Session> sessions = new HashMap<>();
  private final Map<Place, Token> tokens = new HashMap<>();
  private int opened;
  private long now;

  Model(boolean shared, int tokensPerUser, long now) {
    this.shared = shared;
    this.tokensPerUser = tokensPerUser;
    this.now = now;
  }

  Model copy() {
    var copy = new Model(shared, tokensPerUser, now);
    copy.users.addAll(users);
    copy.deactivated.addAll(deactivated);
    copy.sessions.putAll(sessions);
    copy.tokens.putAll(tokens);
    copy.opened = opened;
    return copy;
  }

  /// All that decides what it does from here on, while time stands still.
  Object all() {
    return List.of(users, deactivated, sessions, tokens);
  }

  State state() {
    var shown = tokens.values().stream().filter(this::isShown).map(Model::shown);
    return new State(
        shown.collect(Collectors.toSet()),
        tokens.values().stream()
            .collect(Collectors.toMap(Token::place, it -> it.value().substring(0, 8) + "…")));
  }

  /// What a session is shown of its user, and of itself; nothing for one that is not let in.
  List<Set<Shown>> shownTo(int session) {
    if (!isLive(session)) {
      return List.of();
    }
    var person = sessions.get(session).person();
    var all = state().shown().stream().filter(it -> it.person() == person).toList();
    return List.of(
        Set.copyOf(all),
        all.stream().filter(it -> it.place().session() == session).collect(Collectors.toSet()));
  }

  private static Shown shown(Token token) {
    return new Shown(token.person(), token.place(), token.value(), token.seenAt());
  }

  private boolean isShown(Token token) {
    return isLive(token.place().session()) && !isUnseen(token);
  }

  private boolean isUnseen(Token token) {
    return token.seenAt() <= now - REMOVAL.toMillis();
  }

  private boolean isLive(int session) {
    return sessions.containsKey(session) && sessions.get(session).endsAt() > now;
  }

  Answer does(Deed deed) {
    return switch (deed) {
      case Deed.Login(var person, var device, var passing) -> done(logIn(person, device, passing));
      case Deed.Register(var number, var wishes, var device) -> {
        int session = number % opened;
        yield isLive(session) ? register(session, wishes, device) : Answer.REFUSED;
      }
      case Deed.BackEndRegisters(var number, var wish) -> {
        int session = number % opened;
        yield isLive(session) ? register(session, List.of(wish), null) : Answer.REFUSED;
      }
      case Deed.Forge forge -> Answer.REFUSED;
      case Deed.Intrude intrude -> Answer.REFUSED;
      case Deed.Logout(var number) -> ended(number % opened);
      case Deed.EndSession(var number) -> ended(number % opened);
      case Deed.LogoutLate(var number) -> {
        end(number % opened);
        yield Answer.DONE;
      }
      case Deed.EndSessions(var person) -> done(users.contains(person) && endAll(person));
      case Deed.DeleteUser(var person, var forGood) -> done(forget(person, forGood));
      case Deed.Delete(var number, var all) -> deleted(number % opened, all);
      case Deed.BackEndDeletes(var number, var all) -> deleted(number % opened, all);
      case Deed.BackEndDeletesOne(var number, var wish) -> {
        int session = number % opened;
        yield done(
            isLive(session)
                && remove(
                    it ->
                        it.person() == sessions.get(session).person()
                            && it.value().equals(wish.value())));
      }
      case Deed.Wait(var time) -> {
        now += time.toMillis();
        yield Answer.DONE;
      }
      case Deed.SweepSessions sweep -> {
        sessions.keySet().stream().filter(it -> !isLive(it)).toList().forEach(this::end);
        yield Answer.DONE;
      }
      case Deed.SweepTokens sweep -> {
        remove(this::isUnseen);
        yield Answer.DONE;
      }
    };
  }

  private static Answer done(boolean done) {
    return done ? Answer.DONE : Answer.REFUSED;
  }

  private boolean logIn(Person person, @Nullable String device, boolean passing) {
    users.add(person);
    deactivated.remove(person);
    var endsAt = passing ? now + PASSING.toMillis() : Long.MAX_VALUE;
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
    remove(it -> it.place().session() == session);
  }

  private boolean endAll(Person person) {
    sessions.values().removeIf(it -> it.person() == person);
    remove(it -> it.person() == person);
    return true;
  }

  private boolean forget(Person person, boolean forGood) {
    boolean was = users.remove(person);
    if (!was && !(forGood && deactivated.contains(person))) {
      return false;
    }
    if (forGood) {
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
    remove(it -> all ? it.person() == person : it.place().session() == session);
    return Answer.DONE;
  }

  private boolean remove(Predicate<Token> which) {
    return tokens.values().removeIf(which);
  }

  private Answer register(int session, List<Wish> wishes, @Nullable String told) {
    var before = sessions.get(session);
    if (told != null) {
      sessions.put(session, new Session(before.person(), told, before.endsAt()));
    }
    var answer = Answer.DONE;
    for (var wish : wishes) {
      if (!register(session, wish)) {
        answer = Answer.SUPERSEDED;
      }
    }
    return answer;
  }

  private boolean register(int session, Wish wish) {
    var person = sessions.get(session).person();
    var place = new Place(session, wish.way());
    var here = tokens.get(place);
    var others = tokens.values().stream().filter(it -> !it.place().equals(place)).toList();
    var ofPhone = others.stream().filter(it -> isOfPhone(it, person, wish)).toList();
    if (Stream.concat(Stream.ofNullable(here), ofPhone.stream())
        .anyMatch(it -> isNewer(it, wish))) {
      return false;
    }
    others.stream()
        .filter(
            it ->
                it.place().way() == wish.way()
                    && (it.value().equals(wish.value()) && inOneScope(it, person)
                        || ofPhone.contains(it)
                        || isOnSameDevice(it, session)))
        .forEach(it -> tokens.remove(it.place()));
    boolean again = here != null && here.value().equals(wish.value());
    tokens.put(
        place,
        new Token(
            person,
            place,
            wish.value(),
            again && wish.phone() == null ? here.phone() : wish.phone(),
            again && wish.sequence() == null ? here.sequence() : wish.sequence(),
            now));
    makeRoom(person, place);
    return true;
  }

  private boolean inOneScope(Token token, Person person) {
    return shared ? token.person() == person : token.person().app().equals(person.app());
  }

  private boolean isOfPhone(Token token, Person person, Wish wish) {
    return wish.phone() != null
        && wish.phone().equals(token.phone())
        && token.place().way() == wish.way()
        && inOneScope(token, person);
  }

  private boolean isOnSameDevice(Token token, int session) {
    int other = token.place().session();
    var device = sessions.get(session).device();
    return device != null
        && token.person() == sessions.get(session).person()
        && isLive(other)
        && device.equals(sessions.get(other).device());
  }

  private static boolean isNewer(Token token, Wish wish) {
    return token.sequence() != null
        && wish.sequence() != null
        && token.sequence() > wish.sequence();
  }

  private void makeRoom(Person person, Place registered) {
    BooleanSupplier tooMany = () -> ofLiveSessions(person).count() > tokensPerUser;
    while (tooMany.getAsBoolean()) {
      var oldest =
          ofLiveSessions(person)
              .filter(it -> !it.place().equals(registered))
              .min(Comparator.comparingLong(Token::seenAt))
              .orElseThrow();
      tokens.remove(oldest.place());
    }
  }

  private Stream<Token> ofLiveSessions(Person person) {
    return tokens.values().stream()
        .filter(it -> it.person() == person && isLive(it.place().session()));
  }
}

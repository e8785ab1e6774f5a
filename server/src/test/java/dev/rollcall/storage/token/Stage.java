package dev.rollcall.storage.token;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.MovableClock;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.Storage;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.token.Deed.Person;
import dev.rollcall.storage.token.Deed.Way;
import dev.rollcall.storage.token.Deed.Wish;
import dev.rollcall.storage.token.Model.Answer;
import dev.rollcall.storage.token.Model.Place;
import dev.rollcall.storage.token.Model.Shown;
import dev.rollcall.storage.token.Model.State;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenEvent;
import dev.rollcall.token.TokenStore.Listed;
import dev.rollcall.token.TokenStore.Reach;
import dev.rollcall.token.TokenStore.Registered;
import dev.rollcall.token.TokenStore.Roll;
import dev.rollcall.token.TokenStore.Who;
import dev.rollcall.token.TokenValue;
import dev.rollcall.token.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The real thing, to which deeds are done as they are to the model: the rules over a database.
final class Stage {
  private static final int AT_ONCE = 1_000;

  private final Storage storage;
  private final MovableClock clock;
  private final Map<String, Tenant> tenants;
  private final List<Caller.Device> sessions;
  private final List<Person> people;
  private final Accounts lasting;
  private final Accounts passing;
  private final Tokens tokens;

  private Stage(
      Storage storage,
      int tokensPerUser,
      MovableClock clock,
      Map<String, Tenant> tenants,
      List<Caller.Device> sessions,
      List<Person> people) {
    this.storage = storage;
    this.clock = clock;
    this.tenants = tenants;
    this.sessions = sessions;
    this.people = people;
    this.lasting = accounts(Optional.empty());
    this.passing = accounts(Optional.of(Duration.ofDays(1)));
    var limits = new Registration.Limits(Duration.ofSeconds(10), tokensPerUser);
    this.tokens =
        new Tokens(
            storage.tokens(),
            new Tokens.Limits(limits, Duration.ofDays(30), Duration.ofDays(270), 10_000, 512),
            endpoint -> {},
            clock);
  }

  /// On a database that is emptied first.
  static Stage empty(Storage storage, TokenPolicy policy, int tokensPerUser) {
    StoreContract.empty(storage.database());
    var tenants =
        Arrays.stream(Person.values())
            .map(Person::app)
            .distinct()
            .collect(
                Collectors.toMap(
                    Function.identity(), app -> Tenant.create(storage.apps(), app, policy)));
    return new Stage(
        storage,
        tokensPerUser,
        new MovableClock(StoreContract.NOON),
        tenants,
        new ArrayList<>(),
        new ArrayList<>());
  }

  /// The same people with the same sessions, at another database.
  Stage movedTo(Storage other) {
    return new Stage(other, 100, clock, tenants, sessions, people);
  }

  private Accounts accounts(Optional<Duration> sessionTtl) {
    return new Accounts(
        storage.users(), storage.sessions(), new Accounts.Limits(sessionTtl, 1_000), clock);
  }

  MovableClock clock() {
    return clock;
  }

  Answer does(Deed deed) {
    try {
      return done(deed);
    } catch (Problem refused) {
      return switch (refused.code()) {
        case AUTH_ERR_AUTH_TOKEN_NOT_FOUND,
            ERR_AUTH_TOKEN_NOT_FOUND,
            ERR_UID_NOT_FOUND,
            ERR_TOKEN_NOT_FOUND ->
            Answer.REFUSED;
        default -> throw refused;
      };
    }
  }

  private Answer done(Deed deed) {
    switch (deed) {
      case Deed.Login login -> logIn(login);
      case Deed.Register(var session, var wishes, var device) -> {
        return answer(tokens.register(new Who.Self(device(session), says(device)), all(wishes)));
      }
      case Deed.BackEndRegisters(var session, var wish) -> {
        return answer(tokens.register(named(session), all(List.of(wish))));
      }
      case Deed.Forge(var session, var wish) -> {
        var forger = new Who.Self(StoreContract.forged(device(session)));
        return answer(tokens.register(forger, all(List.of(wish))));
      }
      case Deed.Intrude(var session) -> tokens.delete(intruder(session), Reach.USER);
      case Deed.Logout(var session) -> lasting.logout(device(session));
      case Deed.LogoutLate(var session) ->
          lasting.logout(device(session).appId(), StoreContract.logoutToken(device(session)));
      case Deed.EndSession(var session) -> {
        var person = person(session);
        lasting.endSession(backEnd(person), person.uid(), named(session).session());
      }
      case Deed.EndSessions(var person) -> lasting.endSessions(backEnd(person), person.uid());
      case Deed.DeleteUser(var person, var forGood) ->
          lasting.deleteUser(backEnd(person), person.uid(), forGood);
      case Deed.Delete(var session, var all) ->
          tokens.delete(new Who.Self(device(session)), all ? Reach.USER : Reach.SESSION);
      case Deed.BackEndDeletes(var session, var all) ->
          tokens.delete(named(session), all ? Reach.USER : Reach.SESSION);
      case Deed.BackEndDeletesOne(var session, var wish) ->
          tokens.delete(named(session), wish.value());
      case Deed.Wait(var time) -> clock.advance(time);
      case Deed.SweepSessions sweep -> lasting.endExpired(AT_ONCE);
      case Deed.SweepTokens sweep -> tokens.forgetUnseen(AT_ONCE);
    }
    return Answer.DONE;
  }

  private void logIn(Deed.Login login) {
    var person = login.person();
    var tenant = tenants.get(person.app());
    try {
      lasting.createUser(
          tenant.backEnd(), person.uid(), StoreContract.profile(person.uid()), false);
    } catch (Problem taken) {
      if (taken.code() != Code.ERR_UID_ALREADY_EXISTS) {
        throw taken;
      }
    }
    var accounts = login.passing() ? passing : lasting;
    var opened = accounts.login(tenant.client(), person.uid(), says(login.device()));
    sessions.add(tenant.device(opened.token()));
    people.add(person);
  }

  private static ClientInfo says(@Nullable String device) {
    return new ClientInfo(null, null, device, null);
  }

  private static Answer answer(Registered registered) {
    return registered.superseded() ? Answer.SUPERSEDED : Answer.DONE;
  }

  private Caller.Device device(int session) {
    return sessions.get(session % sessions.size());
  }

  private Person person(int session) {
    return people.get(session % people.size());
  }

  private Caller.BackEnd backEnd(Person person) {
    return tenants.get(person.app()).backEnd();
  }

  private Who.Named named(int session) {
    return tenants.get(person(session).app()).named(device(session));
  }

  private Who.Named intruder(int session) {
    var elsewhere =
        tenants.keySet().stream()
            .filter(app -> !app.equals(person(session).app()))
            .findFirst()
            .orElseThrow();
    return tenants.get(elsewhere).named(device(session));
  }

  private static List<NewToken> all(List<Wish> wishes) {
    return wishes.stream().map(Stage::token).toList();
  }

  private static NewToken token(Wish wish) {
    var channel =
        switch (wish.way()) {
          case FCM -> Channel.FCM;
          case APNS -> Channel.APNS;
          case VOIP -> Channel.APNS_VOIP;
        };
    return new NewToken(
        TokenValue.read(channel, "token", wish.value()),
        null,
        null,
        NewToken.DEFAULT_PROVIDER,
        null,
        Installation.of(wish.phone(), wish.sequence()));
  }

  private static Way way(Channel channel) {
    return switch (channel) {
      case FCM -> Way.FCM;
      case APNS -> Way.APNS;
      case APNS_VOIP -> Way.VOIP;
      case WEB_PUSH -> throw new IllegalArgumentException("no program registers a browser");
    };
  }

  State state() {
    var shown = new HashSet<Shown>();
    var held = new HashMap<Place, String>();
    for (var person : Person.values()) {
      roll(person)
          .ifPresent(
              roll -> {
                roll.tokens().forEach(it -> shown.add(shown(it)));
                held.putAll(held(roll.history().reversed()));
              });
    }
    return new State(shown, held);
  }

  private Optional<Roll> roll(Person person) {
    try {
      return Optional.of(tokens.roll(backEnd(person), person.uid()));
    } catch (Problem gone) {
      if (gone.code() != Code.ERR_UID_NOT_FOUND) {
        throw gone;
      }
      return Optional.empty();
    }
  }

  private Map<Place, String> held(List<TokenEvent> oldestFirst) {
    var held = new HashMap<Place, String>();
    for (var line : oldestFirst) {
      var place = new Place(number(line.session()), way(line.channel()));
      switch (line.kind()) {
        case REGISTERED, REFRESHED -> held.put(place, line.token());
        case MOVED, REPLACED, DELETED, EVICTED, EXPIRED -> held.remove(place);
      }
    }
    return held;
  }

  private int number(String handle) {
    return IntStream.range(0, sessions.size())
        .filter(i -> StoreContract.handle(sessions.get(i)).equals(handle))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody opened " + handle));
  }

  private Shown shown(Listed listed) {
    return shown(listed.token(), number(listed.session()));
  }

  private Shown shown(PushToken token, int session) {
    var place = new Place(session, way(token.channel()));
    return new Shown(people.get(session), place, token.value().text(), token.registeredAt());
  }

  /// How many tokens lie in the database, shown or not.
  long count() {
    return storage.tokens().liveByChannel().values().stream().mapToLong(it -> it).sum();
  }

  int sessions() {
    return sessions.size();
  }

  /// What a session is shown of its user, and of itself; nothing for one that is not let in.
  List<Set<Shown>> shownTo(int session) {
    var device = device(session);
    try {
      var all = tokens.ofUser(device).stream().map(it -> shown(it, numberOf(it))).toList();
      var own = tokens.list(named(session), Reach.SESSION).stream().map(this::shown).toList();
      return List.of(Set.copyOf(all), Set.copyOf(own));
    } catch (Problem notLetIn) {
      if (notLetIn.code() != Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND) {
        throw notLetIn;
      }
      return List.of();
    }
  }

  private int numberOf(PushToken token) {
    return IntStream.range(0, sessions.size())
        .filter(i -> sessions.get(i).token().sessionId().orElseThrow() == token.sessionId())
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody opened the session of " + token));
  }
}

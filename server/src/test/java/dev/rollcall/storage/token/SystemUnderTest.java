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
import dev.rollcall.storage.token.Operation.ModelChannel;
import dev.rollcall.storage.token.Operation.Person;
import dev.rollcall.storage.token.Operation.TokenRequest;
import dev.rollcall.storage.token.ReferenceModel.Answer;
import dev.rollcall.storage.token.ReferenceModel.ListedToken;
import dev.rollcall.storage.token.ReferenceModel.State;
import dev.rollcall.storage.token.ReferenceModel.TokenKey;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenEvent;
import dev.rollcall.token.TokenStore.Listed;
import dev.rollcall.token.TokenStore.Registered;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.token.TokenStore.UserTokens;
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

/// The real rules over a real database, for the same operations as the model.
final class SystemUnderTest {
  private static final int AT_ONCE = 1_000;

  private final Storage storage;
  private final MovableClock clock;
  private final Map<String, Tenant> tenants;
  private final List<Caller.Device> sessions;
  private final List<Person> people;
  private final Accounts longLived;
  private final Accounts shortLived;
  private final Tokens tokens;

  private SystemUnderTest(
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
    this.longLived = accounts(Optional.empty());
    this.shortLived = accounts(Optional.of(Duration.ofDays(1)));
    var limits = new Registration.Limits(Duration.ofSeconds(10), tokensPerUser);
    this.tokens =
        new Tokens(
            storage.tokens(),
            new Tokens.Limits(limits, Duration.ofDays(30), Duration.ofDays(270), 10_000, 512),
            endpoint -> {},
            clock);
  }

  /// Empties the database first.
  static SystemUnderTest empty(Storage storage, TokenPolicy policy, int tokensPerUser) {
    StoreContract.empty(storage.database());
    var tenants =
        Arrays.stream(Person.values())
            .map(Person::app)
            .distinct()
            .collect(
                Collectors.toMap(
                    Function.identity(), app -> Tenant.create(storage.apps(), app, policy)));
    return new SystemUnderTest(
        storage,
        tokensPerUser,
        new MovableClock(StoreContract.NOON),
        tenants,
        new ArrayList<>(),
        new ArrayList<>());
  }

  /// The same people with the same sessions, on another database.
  SystemUnderTest movedTo(Storage other) {
    return new SystemUnderTest(other, 100, clock, tenants, sessions, people);
  }

  private Accounts accounts(Optional<Duration> sessionTtl) {
    return new Accounts(
        storage.users(), storage.sessions(), new Accounts.Limits(sessionTtl, 1_000), clock);
  }

  MovableClock clock() {
    return clock;
  }

  Answer apply(Operation operation) {
    try {
      return applied(operation);
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

  private Answer applied(Operation operation) {
    switch (operation) {
      case Operation.Login login -> logIn(login);
      case Operation.Register(var session, var requests, var device) -> {
        return answer(
            tokens.register(
                new RequestedSession.Own(device(session), says(device)), all(requests)));
      }
      case Operation.BackEndRegisters(var session, var request) -> {
        return answer(tokens.register(named(session), all(List.of(request))));
      }
      case Operation.Forge(var session, var request) -> {
        var forger = new RequestedSession.Own(StoreContract.forged(device(session)));
        return answer(tokens.register(forger, all(List.of(request))));
      }
      case Operation.Intrude(var session) -> tokens.delete(intruder(session), TokenScope.USER);
      case Operation.Logout(var session) -> longLived.logout(device(session));
      case Operation.LogoutLate(var session) ->
          longLived.logout(device(session).appId(), StoreContract.logoutToken(device(session)));
      case Operation.EndSession(var session) -> {
        var person = person(session);
        longLived.endSession(backEnd(person), person.uid(), named(session).session());
      }
      case Operation.EndSessions(var person) ->
          longLived.endSessions(backEnd(person), person.uid());
      case Operation.DeleteUser(var person, var permanent) ->
          longLived.deleteUser(backEnd(person), person.uid(), permanent);
      case Operation.Delete(var session, var all) ->
          tokens.delete(
              new RequestedSession.Own(device(session)),
              all ? TokenScope.USER : TokenScope.SESSION);
      case Operation.BackEndDeletes(var session, var all) ->
          tokens.delete(named(session), all ? TokenScope.USER : TokenScope.SESSION);
      case Operation.BackEndDeletesOne(var session, var request) ->
          tokens.delete(named(session), request.value());
      case Operation.Wait(var time) -> clock.advance(time);
      case Operation.SweepSessions sweep -> longLived.endExpired(AT_ONCE);
      case Operation.SweepTokens sweep -> tokens.deleteUnseen(AT_ONCE);
    }
    return Answer.DONE;
  }

  private void logIn(Operation.Login login) {
    var person = login.person();
    var tenant = tenants.get(person.app());
    try {
      longLived.createUser(
          tenant.backEnd(), person.uid(), StoreContract.profile(person.uid()), false);
    } catch (Problem taken) {
      if (taken.code() != Code.ERR_UID_ALREADY_EXISTS) {
        throw taken;
      }
    }
    var accounts = login.shortLived() ? shortLived : longLived;
    var opened = accounts.login(tenant.client(), person.uid(), says(login.device()));
    sessions.add(tenant.device(opened.token()));
    people.add(person);
  }

  private static ClientInfo says(@Nullable String device) {
    return new ClientInfo(null, null, device, null);
  }

  private static Answer answer(Registered registered) {
    return registered.superseded().isPresent() ? Answer.SUPERSEDED : Answer.DONE;
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

  private RequestedSession.Named named(int session) {
    return tenants.get(person(session).app()).named(device(session));
  }

  private RequestedSession.Named intruder(int session) {
    var elsewhere =
        tenants.keySet().stream()
            .filter(app -> !app.equals(person(session).app()))
            .findFirst()
            .orElseThrow();
    return tenants.get(elsewhere).named(device(session));
  }

  private static List<NewToken> all(List<TokenRequest> requests) {
    return requests.stream().map(SystemUnderTest::token).toList();
  }

  private static NewToken token(TokenRequest request) {
    var channel =
        switch (request.channel()) {
          case FCM -> Channel.FCM;
          case APNS -> Channel.APNS;
          case VOIP -> Channel.APNS_VOIP;
        };
    return new NewToken(
        TokenValue.read(channel, "token", request.value()),
        null,
        null,
        NewToken.DEFAULT_PROVIDER,
        null,
        Installation.of(request.phone(), request.sequence()));
  }

  private static ModelChannel channel(Channel channel) {
    return switch (channel) {
      case FCM -> ModelChannel.FCM;
      case APNS -> ModelChannel.APNS;
      case APNS_VOIP -> ModelChannel.VOIP;
      case WEB_PUSH -> throw new IllegalArgumentException("no program registers a browser");
    };
  }

  State state() {
    var listed = new HashSet<ListedToken>();
    var held = new HashMap<TokenKey, String>();
    for (var person : Person.values()) {
      roll(person)
          .ifPresent(
              roll -> {
                roll.tokens().forEach(it -> listed.add(listed(it)));
                held.putAll(held(roll.history().reversed()));
              });
    }
    return new State(listed, held);
  }

  private Optional<UserTokens> roll(Person person) {
    try {
      return Optional.of(tokens.userTokens(backEnd(person), person.uid()));
    } catch (Problem gone) {
      if (gone.code() != Code.ERR_UID_NOT_FOUND) {
        throw gone;
      }
      return Optional.empty();
    }
  }

  private Map<TokenKey, String> held(List<TokenEvent> oldestFirst) {
    var held = new HashMap<TokenKey, String>();
    for (var line : oldestFirst) {
      var key = new TokenKey(number(line.session()), channel(line.channel()));
      switch (line.kind()) {
        case REGISTERED, REFRESHED -> held.put(key, line.token());
        case MOVED, REPLACED, DELETED, EVICTED, EXPIRED -> held.remove(key);
        case SUPERSEDED, SUSPECTED, RETIRED, RESTORED -> {}
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

  private ListedToken listed(Listed listed) {
    return listed(listed.token(), number(listed.session()));
  }

  private ListedToken listed(PushToken token, int session) {
    var key = new TokenKey(session, channel(token.channel()));
    return new ListedToken(people.get(session), key, token.value().text(), token.registeredAt());
  }

  /// How many tokens the database has, listed or not.
  long count() {
    return storage.tokens().liveByChannel().values().stream().mapToLong(it -> it).sum();
  }

  int sessions() {
    return sessions.size();
  }

  /// The tokens that a session may list, of its user and its own; nothing if it is refused.
  List<Set<ListedToken>> listedFor(int session) {
    var device = device(session);
    try {
      var all = tokens.ofUser(device).stream().map(it -> listed(it, numberOf(it))).toList();
      var own = tokens.list(named(session), TokenScope.SESSION).stream().map(this::listed).toList();
      return List.of(Set.copyOf(all), Set.copyOf(own));
    } catch (Problem refused) {
      if (refused.code() != Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND) {
        throw refused;
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

package dev.rollcall.storage.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.App;
import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Key;
import dev.rollcall.account.Page;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Scope;
import dev.rollcall.account.Session;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.SessionStore;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.account.User;
import dev.rollcall.account.UserStore;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What every database has to make true of apps, keys, users and sessions.
abstract class AccountStoreContract extends StoreContract {
  private static final User.Profile FULL =
      new User.Profile(
          "Zoë Ωmega 📱",
          "https://example.com/a.png",
          "https://example.com/zoe",
          "moderator",
          "it's \"busy\"; DROP TABLE app_user",
          "{\"@private\":{\"email\":\"zoe@example.com\"},\"n\":1}",
          List.of("first tag", "second", "ünïcode"));

  private User create(String uid) {
    return accounts.createUser(app.backEnd(), uid, profile(uid), false).user();
  }

  private List<Session> sessions(String uid) {
    return accounts.sessions(app.backEnd(), uid, ALL).rows();
  }

  private static SessionRef ref(Caller.Device device) {
    return new SessionRef(device.token().value());
  }

  // Users.

  @Test
  void aUserIsReadAsItWasWritten() {
    accounts.createUser(app.backEnd(), "zoe", FULL, false);
    clock.advance(Duration.ofDays(1));
    create("plain");

    var zoe = accounts.user(app.backEnd(), "zoe");
    assertEquals(FULL, zoe.profile());
    assertEquals("zoe", zoe.uid());
    assertEquals(NOON.toEpochMilli(), zoe.createdAt());
    assertEquals(profile("plain"), accounts.user(app.backEnd(), "plain").profile());
  }

  @Test
  void uidsAreLowerCasedAndFoundInAnyCase() {
    var user = create("ALICE-1_x");
    assertEquals("alice-1_x", user.uid());
    assertEquals(user, accounts.user(app.backEnd(), "Alice-1_X"));
    assertProblem(Code.ERR_UID_ALREADY_EXISTS, () -> create("aLICE-1_x"));
  }

  @Test
  void whatCannotBeAUidIsRefusedWhenMadeAndUnknownWhenAskedFor() {
    for (var uid : List.of("", " ", "a b", "a/b", "a,b", "a".repeat(101), "a\0b", "..", "a%")) {
      assertProblem(Code.ERR_BAD_REQUEST, () -> create(uid));
      assertProblem(Code.ERR_UID_NOT_FOUND, () -> accounts.user(app.backEnd(), uid));
      assertProblem(
          Code.ERR_UID_NOT_FOUND, () -> accounts.login(app.client(), uid, ClientInfo.NONE));
    }
    assertEquals(100, create("a".repeat(100)).uid().length());
  }

  @Test
  void aTakenUidIsRefusedAndTheUserStaysAsItIs() {
    accounts.createUser(app.backEnd(), "zoe", FULL, false);
    assertProblem(Code.ERR_UID_ALREADY_EXISTS, () -> create("zoe"));
    assertProblem(
        Code.ERR_UID_ALREADY_EXISTS,
        () -> accounts.createUser(app.backEnd(), "zoe", profile("other"), true));

    assertEquals(FULL, accounts.user(app.backEnd(), "zoe").profile());
    assertEquals(List.of(), sessions("zoe"));
  }

  @Test
  void aUserCanBeMadeTogetherWithItsFirstSession() {
    var created = accounts.createUser(app.backEnd(), "Alice", profile("Alice"), true);
    var token = created.session().orElseThrow().token();

    assertEquals("alice", accounts.signedIn(app.device(token)).user().uid());
  }

  @Test
  void anUpdateChangesWhatItSaysAndWhen() {
    accounts.createUser(app.backEnd(), "zoe", FULL, false);
    clock.advance(Duration.ofHours(1));
    var updated = accounts.updateUser(app.backEnd(), "ZOE", old -> profile(old.name() + "!"));

    assertEquals(profile(FULL.name() + "!"), updated.profile());
    assertEquals(updated, accounts.user(app.backEnd(), "zoe"));
    assertEquals(NOON.toEpochMilli(), updated.createdAt());
    assertEquals(NOON.plusSeconds(3600).toEpochMilli(), updated.updatedAt());
    assertProblem(
        Code.ERR_UID_NOT_FOUND,
        () -> accounts.updateUser(app.backEnd(), "nobody", old -> profile("x")));
  }

  @Test
  void anUpdateThatIsRefusedChangesNothing() {
    accounts.createUser(app.backEnd(), "zoe", FULL, false);
    assertProblem(
        Code.ERR_BAD_REQUEST,
        () ->
            accounts.updateUser(
                app.backEnd(),
                "zoe",
                old -> {
                  throw Problem.badField("name", "name must not be blank");
                }));
    assertEquals(FULL, accounts.user(app.backEnd(), "zoe").profile());
  }

  @Test
  void usersAreListedInPages() {
    IntStream.range(0, 25).forEach(i -> create("user" + i));
    accounts.deleteUser(app.backEnd(), "user3", false);
    accounts.deleteUser(app.backEnd(), "user4", true);

    var first = accounts.users(app.backEnd(), new Page.Request(10, 1));
    var last = accounts.users(app.backEnd(), new Page.Request(10, 3));
    var beyond = accounts.users(app.backEnd(), new Page.Request(10, 4));
    assertEquals(23, first.total());
    assertEquals(10, first.rows().size());
    assertEquals("user0", first.rows().getFirst().uid());
    assertEquals(3, last.rows().size());
    assertEquals("user24", last.rows().getLast().uid());
    assertEquals(List.of(), beyond.rows());
  }

  @Test
  void aDeactivatedUserIsUnknownUntilItIsMadeAgain() {
    var alice = login("alice");
    accounts.deleteUser(app.backEnd(), "alice", false);

    var code = Code.ERR_UID_NOT_FOUND;
    assertProblem(code, () -> accounts.user(app.backEnd(), "alice"));
    assertProblem(code, () -> accounts.updateUser(app.backEnd(), "alice", old -> old));
    assertProblem(code, () -> accounts.deleteUser(app.backEnd(), "alice", false));
    assertProblem(code, () -> accounts.login(app.client(), "alice", ClientInfo.NONE));
    assertProblem(code, () -> sessions("alice"));
    assertProblem(code, () -> accounts.endSessions(app.backEnd(), "alice"));
    assertProblem(code, () -> accounts.session(app.backEnd(), "alice", ref(alice)));
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.signedIn(alice));
    assertEquals(0, accounts.users(app.backEnd(), ALL).total());

    accounts.createUser(app.backEnd(), "alice", FULL, false);
    assertEquals(FULL, accounts.user(app.backEnd(), "alice").profile());
    assertEquals(List.of(), sessions("alice"));
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.signedIn(alice));
  }

  @Test
  void aUserDeletedForGoodIsGoneAndItsUidFree() {
    var alice = login("alice");
    accounts.deleteUser(app.backEnd(), "alice", true);
    assertProblem(Code.ERR_UID_NOT_FOUND, () -> accounts.user(app.backEnd(), "alice"));
    assertProblem(Code.ERR_UID_NOT_FOUND, () -> accounts.deleteUser(app.backEnd(), "alice", true));

    clock.advance(Duration.ofDays(1));
    var again = create("alice");
    assertEquals(NOON.plusSeconds(86_400).toEpochMilli(), again.createdAt());
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.signedIn(alice));
  }

  @Test
  void aDeactivatedUserCanStillBeDeletedForGood() {
    register(login("alice"), fcm("phone"));
    accounts.deleteUser(app.backEnd(), "alice", false);
    accounts.deleteUser(app.backEnd(), "alice", true);

    create("alice");
    assertEquals(List.of(), history("alice"));
  }

  @Test
  void aUserDeletedForGoodLeavesNoTraceOfItself() {
    accounts.createUser(app.backEnd(), "zoe-the-erased", FULL, false);
    var zoe = login("zoe-the-erased");
    register(zoe, fcm("the-token-of-zoe"));
    accounts.deleteUser(app.backEnd(), "zoe-the-erased", true);

    var left =
        database.read(
            "counting what is left",
            tx ->
                tx.one(
                    """
                    SELECT (SELECT count(*) FROM app_user) + (SELECT count(*) FROM session)
                      + (SELECT count(*) FROM push_token) + (SELECT count(*) FROM token_event)
                    """,
                    row -> row.getLong(1)));
    assertEquals(Optional.of(0L), left);
  }

  // Sessions.

  @Test
  void everyLoginIsANewSession() {
    var first = login("alice");
    var second = login("alice");

    assertNotEquals(first.token(), second.token());
    assertEquals("alice", accounts.signedIn(first).user().uid());
    assertEquals("alice", accounts.signedIn(second).user().uid());
    accounts.logout(first);
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.signedIn(first));
    assertEquals("alice", accounts.signedIn(second).user().uid());
  }

  @Test
  void loggingInAsNobodyIsRefused() {
    assertProblem(
        Code.ERR_UID_NOT_FOUND, () -> accounts.login(app.client(), "nobody", ClientInfo.NONE));
  }

  @Test
  void aSessionKeepsWhatTheClientSaysOfItself() {
    var alice = login(app, "alice", new ClientInfo(Platform.IOS, "IOS-4", "iphone-1", "ios@4"));
    clock.advance(Duration.ofMinutes(5));
    accounts.recordSeen(alice, new ClientInfo(Platform.WEB, null, null, null));

    var session = accounts.signedIn(alice).session();
    assertEquals(Platform.WEB, session.platform());
    assertEquals("iphone-1", session.deviceId());
    assertEquals(NOON.toEpochMilli(), session.createdAt());
    assertEquals(NOON.plusSeconds(300).toEpochMilli(), session.lastSeen());
    assertNull(session.expiresAt());
    assertEquals(app.id(), session.app().id());
    assertEquals(session, accounts.session(app.backEnd(), "alice", ref(alice)));
  }

  @Test
  void aBackEndReadsAndChangesASessionByItsHandleOrItsAuthToken() {
    var alice = login("alice");
    for (var text : List.of(handle(alice), alice.token().value())) {
      var named = new SessionRef(text);
      assertEquals(
          alice.token().sessionId().orElseThrow(),
          accounts.session(app.backEnd(), "Alice", named).id());
      var platform = text.equals(handle(alice)) ? Platform.IOS : Platform.ANDROID;
      var updated =
          accounts.updateSession(
              app.backEnd(), "alice", named, new ClientInfo(platform, null, null, null));
      assertEquals(platform, updated.platform());
      assertEquals(updated, accounts.session(app.backEnd(), "alice", named));
    }
    accounts.endSession(app.backEnd(), "alice", new SessionRef(handle(alice)));
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.signedIn(alice));
    assertProblem(
        Code.ERR_AUTH_TOKEN_NOT_FOUND,
        () -> accounts.endSession(app.backEnd(), "alice", new SessionRef(handle(alice))));
  }

  @Test
  void theSessionOfAnotherUserIsOutOfReachUnderAUsersPath() {
    var alice = login("alice");
    login("bob");
    for (var named : List.of(ref(alice), new SessionRef(handle(alice)))) {
      var code = Code.ERR_AUTHTOKEN_NOT_ACCESSIBLE;
      assertProblem(code, () -> accounts.session(app.backEnd(), "bob", named));
      assertProblem(
          code, () -> accounts.updateSession(app.backEnd(), "bob", named, ClientInfo.NONE));
      assertProblem(code, () -> accounts.endSession(app.backEnd(), "bob", named));
    }
    assertEquals("alice", accounts.signedIn(alice).user().uid());
  }

  @Test
  void aSessionIsNotNamedByAWrongSecretOrAWrongUid() {
    var alice = login("alice");
    login("bob");
    for (var text :
        List.of(
            forged(alice).token().value(),
            handle(alice).replace("alice", "bob"),
            handle(alice).toUpperCase(Locale.ROOT),
            "alice",
            "")) {
      assertProblem(
          Code.ERR_AUTH_TOKEN_NOT_FOUND,
          () -> accounts.session(app.backEnd(), "alice", new SessionRef(text)));
    }
  }

  @Test
  void liveSessionsAreListedNewestFirstAndInPages() {
    accounts = accounts(Optional.of(Duration.ofHours(1)), 100);
    login("alice");
    clock.advance(Duration.ofMinutes(59));
    var second = login("alice");
    var third = login("alice");
    login("bob");
    clock.advance(Duration.ofMinutes(1));

    assertEquals(
        List.of(handle(third), handle(second)),
        sessions("alice").stream().map(Session::handle).toList());
    var page = accounts.sessions(app.backEnd(), "alice", new Page.Request(1, 2));
    assertEquals(2, page.total());
    assertEquals(handle(second), page.rows().getFirst().handle());
    assertEquals(
        NOON.plus(Duration.ofMinutes(119)).toEpochMilli(), page.rows().getFirst().expiresAt());
  }

  @Test
  void aUserKeepsTheHundredSessionsSeenLast() {
    var first = login("alice");
    var second = login("alice");
    for (int i = 0; i < 98; i++) {
      login("alice");
    }
    clock.advance(Duration.ofSeconds(1));
    accounts.recordSeen(first, ClientInfo.NONE);
    login("bob");
    assertEquals(100, sessions("alice").size());
    login("alice");

    assertEquals(100, sessions("alice").size());
    assertEquals("alice", accounts.signedIn(first).user().uid());
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.signedIn(second));
    assertEquals(1, sessions("bob").size());
  }

  @Test
  void sessionsThatHaveExpiredTakeNoRoomFromTheLiving() {
    var lasting = accounts(Optional.empty(), 2);
    accounts.createUser(app.backEnd(), "alice", profile("Alice"), false);
    var old = app.device(lasting.login(app.client(), "alice", ClientInfo.NONE).token());
    clock.advance(Duration.ofMinutes(1));
    accounts(Optional.of(Duration.ofHours(1)), 2).login(app.client(), "alice", ClientInfo.NONE);
    clock.advance(Duration.ofHours(2));

    lasting.login(app.client(), "alice", ClientInfo.NONE);
    assertEquals("alice", accounts.signedIn(old).user().uid());
  }

  @Test
  void rule3_anExpiredSessionIsDeadBeforeTheSweepAndGoneAfterIt() {
    accounts = accounts(Optional.of(Duration.ofHours(1)), 100);
    var alice = login("alice");
    clock.advance(Duration.ofHours(1).minusMillis(1));
    assertEquals("alice", accounts.signedIn(alice).user().uid());
    clock.advance(Duration.ofMillis(1));

    var code = Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND;
    assertProblem(code, () -> accounts.signedIn(alice));
    assertProblem(code, () -> accounts.recordSeen(alice, ClientInfo.NONE));
    assertProblem(code, () -> accounts.logout(alice));
    assertProblem(
        Code.ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.session(app.backEnd(), "alice", ref(alice)));
    assertEquals(List.of(), sessions("alice"));
    assertEquals(1, accounts.endExpired(10));
    assertEquals(0, accounts.endExpired(10));
  }

  @Test
  void rule3_expiredSessionsAreSweptInBatchesAndLastingOnesStay() {
    var lasting = login("alice");
    accounts = accounts(Optional.of(Duration.ofHours(1)), 100);
    IntStream.range(0, 5).forEach(i -> login("user" + i));
    clock.advance(Duration.ofHours(1));

    assertEquals(3, accounts.endExpired(3));
    assertEquals(2, accounts.endExpired(3));
    assertEquals(0, accounts.endExpired(3));
    assertEquals("alice", accounts.signedIn(lasting).user().uid());
  }

  @Test
  void rule3_flushingEndsEverySessionOfTheUserAndOfNoOther() {
    var alice = login("alice");
    var bob = login("bob");
    login("alice");
    accounts.endSessions(app.backEnd(), "alice");

    assertEquals(List.of(), sessions("alice"));
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.signedIn(alice));
    assertEquals("bob", accounts.signedIn(bob).user().uid());
    accounts.endSessions(app.backEnd(), "alice");
  }

  // Apps and keys.

  @Test
  void anAppIsMadeOnceAndASecondAttemptChangesNothing() {
    var other = new App(0, "demo", "eu", TokenPolicy.SHARED, 1);
    var authKey = Key.random();
    var apiKey = Key.random();
    assertFalse(appStore.createApp(other, authKey, apiKey));

    var apps = appStore.apps();
    assertEquals(1, apps.size());
    assertEquals("us", apps.getFirst().region());
    assertEquals(TokenPolicy.EXCLUSIVE, apps.getFirst().policy());
    assertEquals(NOON.toEpochMilli(), apps.getFirst().createdAt());
    assertFalse(appStore.hasKey("demo", apiKey, Scope.FULL_ACCESS));
    assertTrue(appStore.hasKey("demo", app.apiKey(), Scope.FULL_ACCESS));
  }

  @Test
  void keysOpenTheirAppInTheirScopeOnly() {
    Tenant.create(appStore, "other", TokenPolicy.SHARED);
    assertTrue(appStore.hasKey("demo", app.authKey(), Scope.AUTH_ONLY));
    assertTrue(appStore.hasKey("demo", app.apiKey(), Scope.FULL_ACCESS));
    assertFalse(appStore.hasKey("demo", app.authKey(), Scope.FULL_ACCESS));
    assertFalse(appStore.hasKey("demo", app.apiKey(), Scope.AUTH_ONLY));
    assertFalse(appStore.hasKey("other", app.apiKey(), Scope.FULL_ACCESS));
    assertFalse(appStore.hasKey("nowhere", app.apiKey(), Scope.FULL_ACCESS));
  }

  @Test
  void twoAppsMayBeGivenTheSameKeys() {
    var twin = new App(0, "twin", "us", TokenPolicy.EXCLUSIVE, 1);
    assertTrue(appStore.createApp(twin, app.authKey(), app.apiKey()));
    create("alice");

    assertProblem(
        Code.ERR_UID_NOT_FOUND,
        () -> accounts.user(new Caller.BackEnd("twin", app.apiKey(), Scope.FULL_ACCESS), "alice"));
  }

  @Test
  void aRotatedKeyIsDeadAndTheNewOneAndTheOtherScopesOpen() {
    create("alice");
    var fresh = Key.random();
    assertTrue(appStore.rotateKey("demo", Scope.FULL_ACCESS, fresh, NOON));

    assertProblem(Code.AUTH_ERR_APIKEY_NOT_FOUND, () -> accounts.user(app.backEnd(), "alice"));
    accounts.user(new Caller.BackEnd("demo", fresh, Scope.FULL_ACCESS), "alice");
    accounts.login(app.client(), "alice", ClientInfo.NONE);
    assertFalse(appStore.rotateKey("nowhere", Scope.FULL_ACCESS, fresh, NOON));
  }

  @Test
  void theApiKeyMayLogUsersInAndTheAuthKeyMayDoNothingElse() {
    var alice = login("alice");
    accounts.login(
        new Caller.BackEnd("demo", app.apiKey(), Scope.AUTH_ONLY), "alice", ClientInfo.NONE);

    var authKey = new Caller.BackEnd("demo", app.authKey(), Scope.FULL_ACCESS);
    for (var call : backEndCalls(authKey, alice).values()) {
      assertProblem(Code.AUTH_ERR_NO_ACCESS, call);
    }
  }

  @Test
  void rule4_aKeyOfOneAppSeesNothingOfAnother() {
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    login(other, "there", ClientInfo.NONE);
    var alice = login("alice");
    register(alice, fcm("phone"));
    var before = List.of(accounts.user(app.backEnd(), "alice"), sessions("alice"));

    var wrongKey = new Caller.BackEnd("demo", other.apiKey(), Scope.FULL_ACCESS);
    var nowhere = new Caller.BackEnd("nowhere", app.apiKey(), Scope.FULL_ACCESS);
    backEndCalls(wrongKey, alice)
        .values()
        .forEach(call -> assertProblem(Code.AUTH_ERR_APIKEY_NOT_FOUND, call));
    backEndCalls(nowhere, alice)
        .values()
        .forEach(call -> assertProblem(Code.AUTH_ERR_INVALID_APPID, call));
    backEndCalls(other.backEnd(), alice)
        .forEach(
            (name, call) -> {
              if (!Set.of("createUser", "users").contains(name)) {
                assertProblem(Code.ERR_UID_NOT_FOUND, call);
              }
            });
    assertEquals(
        List.of("there"),
        accounts.users(other.backEnd(), ALL).rows().stream().map(User::uid).toList());
    accounts.createUser(other.backEnd(), "alice", FULL, false);
    accounts.deleteUser(other.backEnd(), "alice", true);

    // Under the uid of a user of its own, it still does not reach a session of this app.
    for (var named : List.of(ref(alice), new SessionRef(handle(alice)))) {
      var code = Code.ERR_AUTH_TOKEN_NOT_FOUND;
      assertProblem(code, () -> accounts.session(other.backEnd(), "there", named));
      assertProblem(
          code, () -> accounts.updateSession(other.backEnd(), "there", named, ClientInfo.NONE));
      assertProblem(code, () -> accounts.endSession(other.backEnd(), "there", named));
    }
    var abroad = other.device(alice.token());
    for (var call : deviceCalls(abroad).values()) {
      assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, call);
    }

    assertEquals(before, List.of(accounts.user(app.backEnd(), "alice"), sessions("alice")));
    assertListed(listed(alice), "phone");
  }

  @Test
  void rule4_aForgedAuthTokenOpensNothing() {
    var alice = login("alice");
    var forgeries =
        List.of(
            forged(alice).token(),
            new AuthToken(handle(alice)),
            new AuthToken(""),
            new AuthToken("null"),
            AuthToken.random("alice", NOON));
    for (var forgery : forgeries) {
      for (var call : deviceCalls(app.device(forgery)).values()) {
        assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, call);
      }
    }
    assertEquals("alice", accounts.signedIn(alice).user().uid());
  }

  @Test
  void rule4_everyMethodOfTheStoreThatHasACallerIsTriedAbove() {
    var device = app.device(AuthToken.random("alice", NOON));
    var tried = new LinkedHashMap<String, Executable>();
    tried.putAll(backEndCalls(app.backEnd(), device));
    tried.putAll(deviceCalls(device));
    tried.put("login", () -> {});

    var declared =
        Stream.of(UserStore.class, SessionStore.class)
            .flatMap(store -> Arrays.stream(store.getDeclaredMethods()))
            .filter(
                it ->
                    Arrays.stream(it.getParameterTypes()).anyMatch(Caller.class::isAssignableFrom))
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertEquals(declared, tried.keySet());
  }

  /// Everything that needs the API key, asked about alice and a session.
  private Map<String, Executable> backEndCalls(Caller.BackEnd caller, Caller.Device device) {
    var calls = new LinkedHashMap<String, Executable>();
    calls.put("createUser", () -> accounts.createUser(caller, "mallory", FULL, true));
    calls.put("user", () -> accounts.user(caller, "alice"));
    calls.put("users", () -> accounts.users(caller, ALL));
    calls.put("updateUser", () -> accounts.updateUser(caller, "alice", old -> FULL));
    calls.put("deleteUser", () -> accounts.deleteUser(caller, "alice", true));
    calls.put("sessions", () -> accounts.sessions(caller, "alice", ALL));
    calls.put("session", () -> accounts.session(caller, "alice", ref(device)));
    calls.put(
        "updateSession",
        () -> accounts.updateSession(caller, "alice", ref(device), ClientInfo.NONE));
    calls.put("endSession", () -> accounts.endSession(caller, "alice", ref(device)));
    calls.put("endSessions", () -> accounts.endSessions(caller, "alice"));
    return calls;
  }

  private Map<String, Executable> deviceCalls(Caller.Device device) {
    return Map.of(
        "signedIn", () -> accounts.signedIn(device),
        "recordSeen", () -> accounts.recordSeen(device, ClientInfo.NONE),
        "logout", () -> accounts.logout(device));
  }
}

package dev.rollcall.storage.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The rules of the design under concurrency, on every database.
abstract class TokenRaceContract extends StoreContract {

  private List<Caller.Device> logInAtOnce(int times, int users) {
    for (int i = 0; i < users; i++) {
      accounts.createUser(app.backEnd(), "user" + i, profile("user"), false);
    }
    return AtOnce.run(
        times,
        i ->
            () ->
                app.device(
                    accounts.login(app.client(), "user" + i % users, ClientInfo.NONE).token()));
  }

  private Callable<Boolean> registering(Caller.Device device, NewToken token) {
    return registering(new RequestedSession.Own(device), token);
  }

  private Callable<Boolean> registering(RequestedSession who, NewToken... wanted) {
    return () -> {
      tokens.register(who, List.of(wanted));
      return true;
    };
  }

  @Test
  void twoHundredIdenticalRegistrationsAtOnceMakeOneRowAndNoneFails() {
    var alice = login("alice");
    AtOnce.run(200, i -> registering(alice, fcm("phone")));

    assertListed(listed(alice), "phone");
    assertEquals(1, history("alice").size());
  }

  @Test
  void rule2_twoHundredSessionsRegisteringOneTokenAtOnceLeaveItWithOneOfThem() {
    var sessions = logInAtOnce(200, 10);
    AtOnce.run(200, i -> registering(sessions.get(i), fcm("phone")));

    var holders = IntStream.range(0, 10).filter(i -> !rolled("user" + i).isEmpty()).count();
    assertEquals(1, holders);
    assertEquals(1L, tokenStore.liveByChannel().get(Channel.FCM));
    var lines = IntStream.range(0, 10).mapToObj(i -> history("user" + i)).flatMap(List::stream);
    var kinds = lines.map(line -> line.kind()).toList();
    assertEquals(200, kinds.stream().filter(it -> it == Kind.REGISTERED).count());
    assertEquals(199, kinds.stream().filter(it -> it == Kind.MOVED).count());
  }

  @Test
  void rule1_twoHundredValuesForOneSessionAtOnceLeaveOne() {
    var alice = login("alice");
    AtOnce.run(200, i -> registering(alice, fcm("t" + i)));

    assertEquals(1, listed(alice).size());
  }

  @Test
  void rule1_twoHundredSessionsOfOneDeviceAtOnceLeaveItWithOneOfThem() {
    var sessions = logInAtOnce(200, 3);
    var phone = Installation.of("phone-1", null);
    AtOnce.run(200, i -> registering(sessions.get(i), fcm("t" + i).withInstallation(phone)));

    assertEquals(1L, tokenStore.liveByChannel().get(Channel.FCM));
  }

  @Test
  void rule1_whoeverRegistersAfterADeviceWasToldKnowsOfIt() {
    var before = login("alice");
    var after = loginOn("ipad", "alice");
    var says = new ClientInfo(null, null, "ipad", null);
    for (int round = 0; round < 50; round++) {
      var told = login("alice");
      register(told, apns("0a"));
      AtOnce.run(
          List.of(
              registering(before, voip("0b")),
              registering(before, voip("0c")),
              registering(new RequestedSession.Own(told, says), fcm("moves")),
              registering(new RequestedSession.Own(after), fcm("moves"), apns("0d"))));

      // Whoever registered it last holds what moves.
      if (held(after).contains("moves")) {
        assertListed(held(told));
      }
      accounts.logout(told);
    }
  }

  private List<String> held(Caller.Device device) {
    return tokens.list(app.named(device), TokenScope.SESSION).stream()
        .map(it -> it.token().value().text())
        .toList();
  }

  @Test
  void rule1_registrationsInAnyOrderLeaveTheNewest() {
    var alice = login("alice");
    AtOnce.run(
        200,
        i -> registering(alice, fcm("t" + i).withInstallation(Installation.of(null, (long) i))));

    assertListed(listed(alice), "t199");
  }

  @Test
  void rule3_aSessionThatEndsWhileItRegistersHoldsNothing() {
    var sessions = logInAtOnce(100, 4);
    var both = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < 100; i++) {
      var session = sessions.get(i);
      var token = fcm("t" + i);
      both.add(() -> registersUnlessEnded(session, token));
      both.add(
          () -> {
            accounts.logout(session);
            return true;
          });
    }
    AtOnce.run(both);

    assertEquals(0L, tokenStore.liveByChannel().get(Channel.FCM));
  }

  private boolean registersUnlessEnded(Caller.Device device, NewToken token) {
    try {
      register(device, token);
      return true;
    } catch (Problem ended) {
      assertEquals(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, ended.code());
      return false;
    }
  }

  @Test
  void rule8_registrationsAtOnceKeepTheLimitOfTheUser() {
    tokens = tokens(10, 1_000);
    var sessions = logInAtOnce(50, 1);
    AtOnce.run(50, i -> registering(sessions.get(i), fcm("t" + i)));

    assertEquals(10, rolled("user0").size());
  }

  @Test
  void loginsAtOnceKeepTheLimitOfTheUser() {
    accounts = accounts(Optional.empty(), 10);
    logInAtOnce(50, 1);

    assertEquals(10, accounts.sessions(app.backEnd(), "user0", ALL).total());
  }

  @Test
  void oneUidIsTakenOnceHoweverManyAskForIt() {
    var created =
        AtOnce.run(
            50,
            i ->
                () -> {
                  try {
                    accounts.createUser(app.backEnd(), "alice", profile("n" + i), true);
                    return true;
                  } catch (Problem taken) {
                    assertEquals(Code.ERR_UID_ALREADY_EXISTS, taken.code());
                    return false;
                  }
                });
    assertEquals(1, created.stream().filter(it -> it).count());
    assertEquals(1, accounts.sessions(app.backEnd(), "alice", ALL).total());
  }

  @Test
  void rule8_theSweepNeverRemovesATokenThatWasRegisteredAgain() {
    var sessions = logInAtOnce(100, 2);
    AtOnce.run(100, i -> registering(sessions.get(i), fcm("t" + i)));
    clock.advance(Duration.ofDays(271));
    var all = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < 100; i += 2) {
      all.add(registering(sessions.get(i), fcm("t" + i)));
      all.add(() -> tokens.deleteUnseen(10) <= 10);
    }
    AtOnce.run(all);
    while (tokens.deleteUnseen(100) > 0) {
      // until nothing is left to sweep
    }

    var again = IntStream.range(0, 50).mapToObj(i -> "t" + 2 * i).sorted().toList();
    assertEquals(again, rolled("user0"));
    assertEquals(List.of(), rolled("user1"));
  }

  @ParameterizedTest
  @EnumSource
  void afterAnyInterleavingTheRulesHoldAndNoAcknowledgedWriteIsLost(
      TokenPolicy policy, TestReporter reporter) {
    long seed = Long.getLong("rollcall.seed", new Random().nextLong());
    reporter.publishEntry("rollcall.seed", Long.toString(seed));
    var tenant = Tenant.create(appStore, "storm", policy);
    var storm = new Storm(tenant, seed);

    var random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      AtOnce.run(12, actor -> storm.acting(new Random(random.nextLong()), 2));
      storm.check();
    }
  }

  /// Many actors do random things to a few tokens; then what is left has to follow from the order
  /// in which they were answered.
  private final class Storm {
    private static final int USERS = 3;
    private static final int VALUES = 6;

    private final Tenant tenant;
    private final long seed;
    private final StormLog log;

    Storm(Tenant tenant, long seed) {
      this.tenant = tenant;
      this.seed = seed;
      this.log = new StormLog(appStore.apps().getLast().policy());
      for (int i = 0; i < USERS; i++) {
        logIn("user" + i);
      }
    }

    Callable<Boolean> acting(Random random, int times) {
      return () -> act(random, times);
    }

    private boolean act(Random random, int times) {
      for (int i = 0; i < times; i++) {
        try {
          doSomething(random, random.nextInt(100));
        } catch (Problem refused) {
          assertTrue(
              switch (refused.code()) {
                case AUTH_ERR_AUTH_TOKEN_NOT_FOUND,
                    ERR_AUTH_TOKEN_NOT_FOUND,
                    ERR_UID_NOT_FOUND,
                    ERR_TOKEN_NOT_FOUND ->
                    true;
                default -> false;
              },
              () -> refused.code() + ", seed " + seed);
        }
      }
      return true;
    }

    private void doSomething(Random random, int dice) {
      var uid = "user" + random.nextInt(USERS);
      var device = log.someSession(random);
      var token = someToken(random);
      var named = new RequestedSession.Named(tenant.backEnd(), new SessionRef(handle(device)));
      if (dice < 50) {
        log.registers(device, token, () -> register(device, token));
      } else if (dice < 55) {
        log.registers(device, token, () -> tokens.register(named, List.of(token)));
      } else if (dice < 70) {
        logIn(uid);
      } else if (dice < 78) {
        log.ends(device, () -> accounts.logout(device));
      } else if (dice < 83) {
        log.ends(device, () -> accounts.endSession(tenant.backEnd(), uid(device), ref(device)));
      } else if (dice < 89) {
        log.clears(
            device, () -> tokens.delete(new RequestedSession.Own(device), TokenScope.SESSION));
      } else if (dice < 92) {
        log.clearsUser(uid(device), () -> tokens.delete(named, TokenScope.USER));
      } else if (dice < 96) {
        log.clearsUserOf(uid(device), token, () -> tokens.delete(named, token.value().text()));
      } else if (dice < 98) {
        log.endsUser(uid, () -> accounts.endSessions(tenant.backEnd(), uid));
      } else {
        log.endsUser(uid, () -> accounts.deleteUser(tenant.backEnd(), uid, random.nextBoolean()));
      }
    }

    private void logIn(String uid) {
      log.opens(() -> login(tenant, uid, ClientInfo.NONE));
    }

    private NewToken someToken(Random random) {
      int value = random.nextInt(VALUES);
      return random.nextBoolean() ? fcm("t" + value) : apns("0" + value);
    }

    private String uid(Caller.Device device) {
      return StormLog.uid(device);
    }

    private SessionRef ref(Caller.Device device) {
      return new SessionRef(device.token().value());
    }

    void check() {
      var left = new ArrayList<StormLog.Held>();
      var live = new ArrayList<String>();
      for (int i = 0; i < USERS; i++) {
        var uid = "user" + i;
        try {
          tokens.userTokens(tenant.backEnd(), uid).tokens().stream()
              .map(it -> new StormLog.Held(it.session(), it.token().value()))
              .forEach(left::add);
          accounts
              .sessions(tenant.backEnd(), uid, ALL)
              .rows()
              .forEach(session -> live.add(session.handle()));
        } catch (Problem deleted) {
          assertEquals(Code.ERR_UID_NOT_FOUND, deleted.code());
        }
      }
      var counted = tokenStore.liveByChannel().values().stream().mapToLong(it -> it).sum();
      assertEquals(left.size(), counted, () -> "tokens of no session, seed " + seed);
      assertEquals(List.of(), log.broken(left, live), () -> "seed " + seed);
      log.startOver(left, live);
    }
  }
}

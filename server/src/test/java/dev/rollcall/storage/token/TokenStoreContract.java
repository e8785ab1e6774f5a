package dev.rollcall.storage.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.LogoutToken;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Scope;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.CapturedLog;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.rows.PushResultRows;
import dev.rollcall.storage.rows.PushResultRows.Shown;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.token.Channel;
import dev.rollcall.token.DeviceUse;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PlatformClaim;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Revision;
import dev.rollcall.token.TokenEvent;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenStore.Listed;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What every database has to make true of push tokens. The rules are those of the design.
abstract class TokenStoreContract extends StoreContract {
  private static final Duration DAY = Duration.ofDays(1);

  /// No row can be written with it.
  private static final PlatformClaim BROKEN = new PlatformClaim(null, PlatformClaim.Basis.NAMED);

  private static final String APNS_HEX = "00fc13adff785122b4ad28809a34209823412414";

  private List<String> values(List<Listed> listed) {
    return listed.stream().map(it -> it.token().value().text()).sorted().toList();
  }

  private List<Kind> kinds(String uid) {
    return history(uid).stream().map(TokenEvent::kind).toList();
  }

  private PushToken only(Caller.Device device) {
    var all = tokens.ofUser(device);
    assertEquals(1, all.size());
    return all.getFirst();
  }

  // Rule 1: one token per session and channel.

  @Test
  void rule1_registeringAnotherValueReplacesTheOneOfTheSession() {
    var alice = login("alice");
    register(alice, fcm("old"));
    register(alice, fcm("new"));

    assertListed(listed(alice), "new");
    assertEquals(List.of(Kind.REGISTERED, Kind.REPLACED, Kind.REGISTERED), kinds("alice"));
  }

  @Test
  void rule1_registeringTheSameValueRefreshesIt() {
    var alice = login("alice");
    register(alice, fcm("same"));
    clock.advance(DAY);
    register(alice, fcm("same"));

    var token = only(alice);
    assertEquals(NOON.toEpochMilli(), token.createdAt());
    assertEquals(NOON.plus(DAY).toEpochMilli(), token.registeredAt());
  }

  @Test
  void rule1_anUnchangedApnsTokenIsRefreshedToo() {
    var alice = login("alice");
    register(alice, apns(APNS_HEX));
    clock.advance(DAY);
    register(alice, apns(APNS_HEX));

    assertEquals(NOON.plus(DAY).toEpochMilli(), only(alice).registeredAt());
  }

  @Test
  void rule1_channelsStandSideBySideEvenWithOneValue() {
    var alice = login("alice");
    register(alice, fcm(APNS_HEX), apns(APNS_HEX), voip(APNS_HEX));
    assertListed(listed(alice), APNS_HEX, APNS_HEX, APNS_HEX);

    register(alice, apns("ab"));
    assertListed(listed(alice), APNS_HEX, APNS_HEX, "ab");
  }

  @Test
  void rule1_sessionsOfAUserStandSideBySide() {
    var phone = login("alice");
    var tablet = login("alice");
    register(phone, fcm("phone"));
    register(tablet, fcm("tablet"));

    assertListed(listed(phone), "phone", "tablet");
  }

  @Test
  void rule1_theSameDeviceInANewSessionReplacesWhatTheOldOneLeft() {
    var before = loginOn("iphone-1", "alice");
    register(before, fcm("old"), apns("01"));
    var elsewhere = loginOn("ipad-2", "alice");
    register(elsewhere, fcm("elsewhere"));
    var after = loginOn("iphone-1", "alice");
    register(after, fcm("new"));

    assertListed(listed(after), "01", "elsewhere", "new");
    register(after, apns("02"));
    assertListed(listed(after), "02", "elsewhere", "new");
  }

  @Test
  void rule1_aDeviceThatIsToldLaterReplacesAtTheNextRegistration() {
    var before = loginOn("iphone-1", "alice");
    register(before, fcm("old"));
    var after = login("alice");
    register(after, fcm("new"));
    assertListed(listed(after), "new", "old");

    accounts.recordSeen(after, new ClientInfo(null, null, "iphone-1", null));
    register(after, fcm("new"));
    assertListed(listed(after), "new");
  }

  @Test
  void rule1_aDeviceThatIsToldAlongWithARegistrationReplacesAtOnce() {
    var before = loginOn("iphone-1", "alice");
    register(before, fcm("old"));
    var after = login("alice");
    var says = new ClientInfo(Platform.WEB, "WEB-4", "iphone-1", "javascript@4");
    clock.advance(Duration.ofMinutes(1));
    tokens.register(new RequestedSession.Own(after, says), List.of(fcm("new")));

    assertListed(listed(after), "new");
    assertEquals(Platform.WEB, tokens.ofUser(after).getFirst().platform());
    var session = accounts.session(app.backEnd(), "alice", new SessionRef(handle(after)));
    assertEquals("iphone-1", session.deviceId());
    assertEquals(Platform.WEB, session.platform());
    assertEquals(clock.millis(), session.lastSeen());
  }

  @Test
  void rule1_whoeverIsNotLetInTellsNothing() {
    var alice = loginOn("iphone-1", "alice");
    var says = new ClientInfo(Platform.WEB, null, "another", null);

    var wanted = List.of(fcm("t"));
    assertThrows(
        Problem.class,
        () -> tokens.register(new RequestedSession.Own(forged(alice), says), wanted));
    var session = accounts.session(app.backEnd(), "alice", new SessionRef(handle(alice)));
    assertEquals("iphone-1", session.deviceId());
  }

  @Test
  void rule1_nobodyLosesATokenToAUserWhoClaimsTheSameDevice() {
    var alice = loginOn("iphone-1", "alice");
    register(alice, fcm("alices"));
    var mallory = loginOn("iphone-1", "mallory");
    register(mallory, fcm("mallorys"));

    assertListed(listed(alice), "alices");
  }

  // Rule 1, where the client names its phone and counts its registrations.

  private static NewToken on(String deviceKey, NewToken token) {
    return token.withInstallation(Installation.of(deviceKey, null));
  }

  private static NewToken at(long sequence, NewToken token) {
    return token.withInstallation(Installation.of(null, sequence));
  }

  private static NewToken on(String deviceKey, long sequence, NewToken token) {
    return token.withInstallation(Installation.of(deviceKey, sequence));
  }

  @Test
  void rule1_aReinstalledAppReplacesWhatItLeftBehindUnderItsDeviceKey() {
    var before = login("alice");
    register(before, on("phone-1", fcm("old")), on("phone-1", apns("01")));
    register(login("alice"), on("tablet-2", fcm("tablet")));
    var after = login("alice");
    register(after, on("phone-1", fcm("new")));

    assertListed(listed(after), "01", "new", "tablet");
    var lines = history("alice").stream().map(it -> it.kind() + " " + it.reason()).toList();
    assertTrue(
        lines.contains("REPLACED its device registered in another session"), lines.toString());
  }

  @Test
  void rule1_aPhoneThatAnotherUserLoggedInOnIsNoLongerTheFirstOnes() {
    var alice = login("alice");
    register(alice, on("phone-1", fcm("alices")));
    var bob = login("bob");
    register(bob, on("phone-1", fcm("bobs")));

    assertListed(listed(alice));
    assertListed(listed(bob), "bobs");
    assertEquals(
        "replaced by another-user: its device registered in another session", lastLine("alice"));
  }

  @Test
  void rule1_withThePolicySharedADeviceKeyEndsOnlyWhatItsOwnUserLeft() {
    var family = Tenant.create(appStore, "family", TokenPolicy.SHARED);
    var alice = login(family, "alice", ClientInfo.NONE);
    var bob = login(family, "bob", ClientInfo.NONE);
    register(alice, on("phone-1", fcm("old")));
    register(bob, on("phone-1", fcm("bobs")));
    var again = login(family, "alice", ClientInfo.NONE);
    register(again, on("phone-1", fcm("new")));

    assertListed(listed(again), "new");
    assertListed(listed(bob), "bobs");
  }

  @Test
  void rule1_aDeviceKeyOfAnotherAppOrAnotherChannelIsAnotherOne() {
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    var there = login(other, "alice", ClientInfo.NONE);
    register(there, on("phone-1", fcm("there")));
    var alice = login("alice");
    register(alice, on("phone-1", apns("ab")));
    register(login("alice"), on("phone-1", fcm("here")));

    assertListed(listed(there), "there");
    assertListed(listed(alice), "ab", "here");
  }

  @Test
  void rule1_aRefreshWithADeviceKeyEndsWhatTheSameDeviceLeftToo() {
    var before = login("alice");
    register(before, on("phone-1", fcm("old")));
    var after = login("bob");
    register(after, fcm("new"));
    register(after, on("phone-1", fcm("new")));

    assertListed(rolled("alice"));
    assertListed(rolled("bob"), "new");
  }

  @Test
  void rule1_aRefreshThatNamesNoDeviceKeepsTheOneKnown() {
    var alice = login("alice");
    register(alice, on("phone-1", fcm("phone")));
    clock.advance(DAY);
    register(alice, fcm("phone"));
    register(login("bob"), on("phone-1", fcm("bobs")));

    assertListed(listed(alice));
  }

  // Rule 1, where several phones have one name.

  @Test
  void rule1_aKeyOfManyUsersReplacesNobodyAnyMore() {
    var lines = new ArrayList<Caller.Device>();
    for (int i = 0; i < 40; i++) {
      var device = login("user-" + i);
      lines.add(device);
      register(device, on("shared-key", fcm("t" + i)));
      clock.advance(Duration.ofSeconds(1));
    }

    assertListed(listed(lines.get(0)));
    assertListed(listed(lines.get(1)));
    for (int i = 2; i < 40; i++) {
      assertListed(listed(lines.get(i)), "t" + i);
    }
    for (int i = 0; i < 40; i++) {
      register(lines.get(i), on("shared-key", fcm("t" + i)));
    }
    for (int i = 0; i < 40; i++) {
      assertListed(listed(lines.get(i)), "t" + i);
    }
    assertEquals(
        "registered by %s: new; its device key names several phones, so it replaced no token"
            .formatted(handle(lines.getFirst())),
        lastLine("user-0"));
    assertEquals(1, tokens.sharedNames());
  }

  @Test
  void rule1_aSharedKeyIsReportedOnceInTheLogWithoutTheKey() {
    try (var log = new CapturedLog()) {
      for (int i = 0; i < 6; i++) {
        register(login("user-" + i), on("shared-key", fcm("t" + i)));
      }
      var lines = log.lines().stream().filter(it -> it.contains("one device key")).toList();
      assertEquals(1, lines.size(), lines.toString());
      assertFalse(log.lines().toString().contains("shared-key"));
    }
  }

  @Test
  void rule1_twoPhonesOfOneUserUnderOneKeyGetTwoPlaces() {
    var old = loginOn("restored", "alice");
    var fresh = loginOn("restored", "alice");
    register(old, on("phone-1", fcm("old")));
    register(fresh, on("phone-1", fcm("fresh")));
    assertListed(listed(old), "fresh");

    for (int i = 0; i < 10; i++) {
      clock.advance(DAY);
      register(old, on("phone-1", fcm("old")));
      register(fresh, on("phone-1", fcm("fresh")));
      assertListed(listed(old), "fresh", "old");
    }
  }

  @Test
  void rule1_twoPhonesOfOneUserWithOneDeviceIdGetTwoPlaces() {
    var phone = loginOn("one-for-all", "alice");
    var tablet = loginOn("one-for-all", "alice");
    register(phone, fcm("phone"));
    register(tablet, fcm("tablet"));
    assertListed(listed(phone), "tablet");

    register(phone, fcm("phone"));
    register(tablet, fcm("tablet"));
    assertListed(listed(phone), "phone", "tablet");
  }

  @Test
  void rule1_aSharedKeyRecovers() {
    for (int i = 0; i < 4; i++) {
      register(login("user-" + i), on("shared-key", fcm("t" + i)));
    }
    clock.advance(DeviceUse.MEMORY);
    register(login("bob"), on("shared-key", fcm("bobs")));

    assertListed(rolled("user-2"));
    assertListed(rolled("user-3"), "t3");
    assertListed(rolled("bob"), "bobs");
  }

  @Test
  void rule1_aFamilyThatSharesATabletLosesNothingAndKeepsNothing() {
    var family = List.of("mum", "dad", "kim");
    for (int turn = 0; turn < 12; turn++) {
      var user = family.get(turn % 3);
      var device = login(user);
      register(device, on("tablet-1", fcm("t" + turn)));
      assertListed(listed(device), "t" + turn);
      for (var other : family) {
        if (!other.equals(user) && turn >= 2) {
          assertListed(rolled(other));
        }
      }
      clock.advance(Duration.ofHours(1));
    }
  }

  @Test
  void rule1_whatIsRememberedOfAKeyIsForgotten() {
    register(login("alice"), on("phone-1", fcm("alices")));
    register(login("bob"), on("phone-1", fcm("bobs")));

    clock.advance(DeviceUse.MEMORY.minusMillis(1));
    assertEquals(0, tokens.forgetDeviceUses(100));
    clock.advance(Duration.ofMillis(1));
    assertEquals(1, tokens.forgetDeviceUses(100));
    assertEquals(0, tokens.forgetDeviceUses(100));
  }

  @Test
  void rule1_oneUserCannotFillTheMemoryOfKeys() {
    var here = login("alice");
    var there = login("alice");
    for (int i = 0; i < 105; i++) {
      register(here, on("key-number-" + i, fcm("h" + i)));
      register(there, on("key-number-" + i, fcm("t" + i)));
      clock.advance(Duration.ofSeconds(1));
    }
    clock.advance(DeviceUse.MEMORY);
    assertEquals(100, tokens.forgetDeviceUses(1_000));
  }

  @Test
  void rule1_aRegistrationThatComesTooLateChangesNothing() {
    var alice = login("alice");
    assertFalse(register(alice, at(7, fcm("new"))).superseded().isPresent());
    var late = register(alice, at(6, fcm("old")));

    assertTrue(late.superseded().isPresent());
    assertListed(listed(alice), "new");
    assertEquals(
        "superseded by %s: its sequence 6 is below 7, which the session registered before"
            .formatted(handle(alice)),
        lastLine("alice"));
    assertEquals(List.of(Kind.REGISTERED, Kind.SUPERSEDED), kinds("alice"));
    assertEquals(List.of("new"), late.tokens().stream().map(it -> it.value().text()).toList());
  }

  @Test
  void rule1_theSameSequenceAgainIsTheSameRegistration() {
    var alice = login("alice");
    register(alice, at(7, fcm("phone")));
    assertFalse(register(alice, at(7, fcm("phone"))).superseded().isPresent());
    assertFalse(register(alice, at(8, fcm("other"))).superseded().isPresent());
    assertTrue(register(alice, at(7, fcm("phone"))).superseded().isPresent());

    assertListed(listed(alice), "other");
  }

  @Test
  void rule1_aSequenceRisesEvenWhereNothingElseIsNew() {
    var alice = login("alice");
    register(alice, at(5, fcm("phone")));
    register(alice, at(7, fcm("phone")));

    assertTrue(register(alice, at(6, fcm("old"))).superseded().isPresent());
    assertListed(listed(alice), "phone");
  }

  @Test
  void rule1_aSequenceCountsOnlyWithinOneSession() {
    var alice = login("alice");
    register(alice, on("phone-1", 9000, fcm("F:1")));
    var bob = login("bob");
    register(bob, on("phone-1", 10, fcm("F:1")));
    assertListed(listed(alice));
    assertListed(listed(bob), "F:1");

    var again = login("bob");
    register(again, on("phone-1", 5, fcm("F:2")));
    assertListed(listed(again), "F:2");
  }

  @Test
  void rule1_oneTokenThatCameTooLateLeavesAllOut() {
    var alice = login("alice");
    register(alice, at(7, fcm("new")));
    var both = register(alice, at(6, fcm("old")), at(6, apns("ab")));

    assertTrue(both.superseded().isPresent());
    assertListed(listed(alice), "new");
    assertEquals(1, both.tokens().size());
  }

  @Test
  void rule1_aPhoneWhoseSequenceWentBackIsReachableAgain() {
    var alice = login("alice");
    register(alice, at(5000, fcm("of-the-old-phone")));
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofMinutes(10));
      var late = register(alice, at(4000 + i, fcm("of-the-new-phone"))).superseded();
      assertEquals(5000, late.orElseThrow().sequence());
    }
    register(alice, fcm("of-the-new-phone"));
    assertListed(listed(alice), "of-the-new-phone");

    register(alice, at(5001, fcm("of-the-old-phone")));
    clock.advance(Duration.ofHours(1));
    register(alice, at(4003, fcm("of-the-new-phone")));
    assertListed(listed(alice), "of-the-new-phone");
  }

  @Test
  void rule1_whereEitherSideNamesNoSequenceTheLastOneWins() {
    var alice = login("alice");
    register(alice, fcm("first"));
    register(alice, at(1, fcm("second")));
    register(alice, fcm("third"));
    register(alice, at(1, fcm("fourth")));

    assertListed(listed(alice), "fourth");
  }

  @Test
  void rule9_theDeviceKeyIsStoredOnlyAsAHash() {
    try (var engine = newEngine("device-keys")) {
      use(engine);
      register(login("alice"), on("nobodys-device-key", fcm("phone")));

      var stored = engine.stored();
      assertTrue(stored.contains("phone"), "the wrong place");
      assertFalse(stored.contains("nobodys-device-key"));
    }
  }

  // Revisions.

  @Test
  void theRevisionTellsWhetherTheSessionStillHoldsWhatItRegistered() {
    var alice = login("alice");
    assertEquals(Optional.empty(), tokens.revision(alice));

    var first = Revision.of(register(alice, fcm("phone")).tokens());
    assertTrue(first.isPresent());
    assertEquals(first, tokens.revision(alice));

    var second = Revision.of(register(alice, apns("ab"), fcm("phone")).tokens());
    assertNotEquals(first, second);
    assertEquals(second, tokens.revision(alice));

    clock.advance(DAY);
    assertEquals(second, Revision.of(register(alice, fcm("phone")).tokens()));
    assertEquals(second, tokens.revision(alice));

    tokens.delete(new RequestedSession.Own(alice), TokenScope.SESSION);
    assertEquals(Optional.empty(), tokens.revision(alice));
    var again = Revision.of(register(alice, apns("ab"), fcm("phone")).tokens());
    assertNotEquals(second, again);
  }

  @Test
  void theRevisionChangesForWhoLosesATokenAndForNobodyElse() {
    var alice = login("alice");
    var tablet = login("alice");
    register(alice, fcm("phone"));
    register(tablet, fcm("tablet"));
    var before = tokens.revision(tablet);
    register(login("bob"), fcm("phone"));

    assertEquals(Optional.empty(), tokens.revision(alice));
    assertEquals(before, tokens.revision(tablet));
    clock.advance(Duration.ofDays(270));
    assertEquals(Optional.empty(), tokens.revision(tablet));
  }

  @Test
  void theRevisionLeavesOutWhatMadeRoom() {
    tokens = tokens(1, 1_000);
    var alice = login("alice");
    register(alice, fcm("phone"));
    clock.advance(DAY);
    var held = register(alice, apns("ab")).tokens();

    assertEquals(List.of("ab"), held.stream().map(it -> it.value().text()).toList());
    assertEquals(Revision.of(held), tokens.revision(alice));
  }

  // Rule 2: one owner per value.

  @Test
  void rule2_aTokenValueHasOneOwner_whoeverRegisteredItLast() {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("phone"), apns(APNS_HEX));
    register(bob, fcm("phone"), apns(APNS_HEX));

    assertListed(listed(alice));
    assertListed(listed(bob), APNS_HEX, "phone");
    assertListed(rolled("alice"));
  }

  @Test
  void rule2_aTokenMovesBackAndForthWithoutAConflict() {
    var alice = login("alice");
    var bob = login("bob");
    for (int i = 0; i < 5; i++) {
      register(alice, fcm("phone"));
      register(bob, fcm("phone"));
    }

    assertListed(listed(alice));
    assertListed(listed(bob), "phone");
  }

  @Test
  void rule2_aTokenMovesBetweenSessionsOfOneUser() {
    var before = login("alice");
    var after = login("alice");
    register(before, fcm("phone"));
    register(after, fcm("phone"));

    assertEquals(after.token().sessionId().orElseThrow(), only(after).sessionId());
    assertListed(values(tokens.list(app.named(before), TokenScope.SESSION)));
  }

  @Test
  void rule2_aMoveEndsWhatTheNewOwnerHeldThere() {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("a"));
    register(bob, fcm("b"));
    register(bob, fcm("a"));

    assertListed(listed(alice));
    assertListed(listed(bob), "a");
  }

  @Test
  void rule2_aMoveStartsANewLifeOfTheToken() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    clock.advance(DAY);
    var bob = login("bob");
    register(bob, fcm("phone"));

    assertEquals(NOON.plus(DAY).toEpochMilli(), only(bob).createdAt());
  }

  @Test
  void rule2_aRegistrationThatFailsHalfWayLeavesAllAsItWas() {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("phone"));
    register(bob, fcm("bobs"));
    var broken = apns("ab").withPlatform(BROKEN);

    assertThrows(RuntimeException.class, () -> register(bob, fcm("phone"), broken));

    assertListed(listed(alice), "phone");
    assertListed(listed(bob), "bobs");
    assertEquals(1, history("alice").size());
    assertEquals(1, history("bob").size());
  }

  @Test
  void rule2_withThePolicySharedEveryUserOfAPhoneHoldsItsToken() {
    var family = Tenant.create(appStore, "family", TokenPolicy.SHARED);
    var alice = login(family, "alice", ClientInfo.NONE);
    var bob = login(family, "bob", ClientInfo.NONE);
    register(alice, fcm("phone"));
    register(bob, fcm("phone"));
    register(alice, fcm("phone"));
    assertListed(listed(alice), "phone");
    assertListed(listed(bob), "phone");

    var bobAgain = login(family, "bob", ClientInfo.NONE);
    register(bobAgain, fcm("phone"));
    assertListed(listed(bob), "phone");
    assertEquals(bobAgain.token().sessionId().orElseThrow(), only(bob).sessionId());

    accounts.logout(bobAgain);
    assertListed(listed(bob));
    assertListed(listed(alice), "phone");
  }

  @Test
  void rule2_everyAppHasItsOwnTokens() {
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    var here = login("alice");
    var there = login(other, "alice", ClientInfo.NONE);
    register(here, fcm("phone"));
    register(there, fcm("phone"));

    assertListed(listed(here), "phone");
    assertListed(listed(there), "phone");
  }

  @Test
  void rule2_aBackEndMovesATokenToo() {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("phone"));
    tokens.register(app.named(bob), List.of(fcm("phone")));
    assertListed(listed(alice));
    assertListed(listed(bob), "phone");

    tokens.register(app.named(handle(alice)), List.of(fcm("phone")));
    assertListed(listed(alice), "phone");
    assertListed(listed(bob));
  }

  // Rule 3: what ends a session ends its tokens.

  @Test
  void rule3_logoutEndsTheTokensOfTheSessionAndOfNoOther() {
    var phone = login("alice");
    var tablet = login("alice");
    register(phone, fcm("phone"), apns(APNS_HEX), voip(APNS_HEX));
    register(tablet, fcm("tablet"));
    accounts.logout(phone);

    assertListed(listed(tablet), "tablet");
    assertEquals("deleted by " + handle(phone) + ": logout", lastLine("alice"));
    assertEquals(3, kinds("alice").stream().filter(it -> it == Kind.DELETED).count());
  }

  @Test
  void rule3_aSessionThatWasLoggedOutCanDoNothingAnyMore() {
    var gone = login("alice");
    var alice = login("alice");
    register(gone, fcm("phone"));
    accounts.logout(gone);

    var code = Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND;
    assertProblem(code, () -> register(gone, fcm("phone")));
    assertProblem(code, () -> listed(gone));
    assertProblem(code, () -> tokens.delete(new RequestedSession.Own(gone), TokenScope.USER));
    assertProblem(code, () -> accounts.logout(gone));
    assertProblem(
        Code.ERR_AUTH_TOKEN_NOT_FOUND,
        () -> tokens.register(app.named(gone), List.of(fcm("phone"))));
    assertListed(listed(alice));
  }

  @Test
  void rule3_aLogoutTokenEndsTheSessionAndItsTokensAndDoesSoOnce() {
    var phone = login("alice");
    var tablet = login("alice");
    register(phone, fcm("phone"), apns(APNS_HEX));
    register(tablet, fcm("tablet"));
    accounts.logout(app.id(), logoutToken(phone));

    assertListed(listed(tablet), "tablet");
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> listed(phone));
    assertEquals("deleted by " + handle(phone) + ": logout by logout token", lastLine("alice"));
    accounts.logout(app.id(), logoutToken(phone));
    assertListed(listed(tablet), "tablet");
  }

  @Test
  void rule3_aLogoutThatComesLateHarmsNobodyWhoHasThePhoneNow() {
    var alice = login("alice");
    register(alice, on("phone-1", fcm("phone")));
    var late = logoutToken(alice);
    var bob = login("bob");
    register(bob, on("phone-1", fcm("phone")));
    var aliceAgain = login("alice");
    register(aliceAgain, fcm("tablet"));
    accounts.logout(app.id(), late);

    assertListed(listed(bob), "phone");
    assertListed(listed(aliceAgain), "tablet");
  }

  @Test
  void rule3_aLogoutTokenServesWhenTheSessionHasDied() {
    accounts = accounts(Optional.of(Duration.ofHours(1)), 100);
    var expired = login("alice");
    register(expired, fcm("phone"));
    clock.advance(Duration.ofHours(2));
    accounts.logout(app.id(), logoutToken(expired));
    assertEquals(0L, tokenStore.liveByChannel().get(Channel.FCM));

    var revoked = login("alice");
    accounts.endSessions(app.backEnd(), "alice");
    accounts.logout(app.id(), logoutToken(revoked));
    var deleted = login("bob");
    accounts.deleteUser(app.backEnd(), "bob", true);
    accounts.logout(app.id(), logoutToken(deleted));
  }

  @Test
  void rule4_aLogoutTokenIsNoAuthTokenAndNobodyElseCanMakeOne() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    var code = Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND;

    var asAuthToken = app.device(new AuthToken(logoutToken(alice).text()));
    assertProblem(code, () -> register(asAuthToken, fcm("phone")));
    assertProblem(code, () -> accounts.logout(app.id(), logoutToken(forged(alice))));
    var bare = new LogoutToken(handle(alice) + "_" + "0".repeat(64));
    assertProblem(code, () -> accounts.logout(app.id(), bare));
    assertListed(listed(alice), "phone");
  }

  @Test
  void rule4_aLogoutTokenEndsNothingInAnotherApp() {
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    var alice = login("alice");
    register(alice, fcm("phone"));
    accounts.logout(other.id(), logoutToken(alice));
    assertListed(listed(alice), "phone");

    var code = Code.AUTH_ERR_INVALID_APPID;
    assertProblem(code, () -> accounts.logout("no-such-app", logoutToken(alice)));
  }

  @Test
  void rule3_revocationByABackEndEndsTheTokensOfTheSession() {
    for (boolean byHandle : new boolean[] {true, false}) {
      var gone = login("alice");
      var alice = login("alice");
      register(gone, fcm("phone"));
      var ref = new SessionRef(byHandle ? handle(gone) : gone.token().value());
      accounts.endSession(app.backEnd(), "alice", ref);

      assertListed(listed(alice));
      assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> listed(gone));
      assertEquals("deleted by api-key: auth token deleted", lastLine("alice"));
    }
  }

  @Test
  void rule3_flushingTheAuthTokensOfAUserEndsAllItsTokens() {
    var phone = login("alice");
    var tablet = login("alice");
    var bob = login("bob");
    register(phone, fcm("phone"));
    register(tablet, fcm("tablet"));
    register(bob, fcm("bobs"));
    accounts.endSessions(app.backEnd(), "alice");

    assertListed(rolled("alice"));
    assertListed(listed(bob), "bobs");
    assertEquals("deleted by api-key: auth tokens flushed", lastLine("alice"));
  }

  @Test
  void rule3_anExpiredSessionsTokensAreListedNowhereEvenBeforeTheSweep() {
    var forever = login("alice");
    accounts = accounts(Optional.of(Duration.ofHours(1)), 100);
    var brief = login("alice");
    register(brief, fcm("brief"));
    clock.advance(Duration.ofHours(1).minusMillis(1));
    assertListed(listed(forever), "brief");

    clock.advance(Duration.ofMillis(1));
    assertListed(listed(forever));
    assertListed(values(tokens.list(app.named(forever), TokenScope.USER)));
    assertListed(rolled("alice"));
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> register(brief, fcm("brief")));
    assertProblem(
        Code.ERR_AUTH_TOKEN_NOT_FOUND, () -> tokens.list(app.named(brief), TokenScope.SESSION));

    assertEquals(1L, tokenStore.liveByChannel().get(Channel.FCM));
    assertEquals(1, accounts.endExpired(100));
    assertEquals(0L, tokenStore.liveByChannel().get(Channel.FCM));
    assertEquals("expired by rollcall: session expired", lastLine("alice"));
    assertEquals(0, accounts.endExpired(100));
  }

  @Test
  void rule3_theTokenOfAnExpiredSessionCanBeRegisteredByAnotherBeforeTheSweep() {
    accounts = accounts(Optional.of(Duration.ofHours(1)), 100);
    var gone = login("alice");
    register(gone, fcm("phone"));
    clock.advance(Duration.ofHours(2));
    var bob = login("bob");
    register(bob, fcm("phone"));
    accounts.endExpired(100);

    assertListed(listed(bob), "phone");
    assertListed(rolled("alice"));
  }

  @Test
  void rule3_deactivatingAUserEndsItsTokens() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accounts.deleteUser(app.backEnd(), "alice", false);

    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> listed(alice));
    assertProblem(Code.ERR_UID_NOT_FOUND, () -> rolled("alice"));
    assertEquals(0L, tokenStore.liveByChannel().get(Channel.FCM));

    accounts.createUser(app.backEnd(), "alice", profile("Alice again"), false);
    assertListed(rolled("alice"));
    assertEquals("deleted by api-key: user deleted", lastLine("alice"));
  }

  @Test
  void rule3_deletingAUserForGoodEndsItsTokensAndForgetsItsHistory() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accounts.deleteUser(app.backEnd(), "alice", true);
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> listed(alice));
    assertEquals(0L, tokenStore.liveByChannel().get(Channel.FCM));

    accounts.createUser(app.backEnd(), "alice", profile("Another Alice"), false);
    assertListed(rolled("alice"));
    assertEquals(List.of(), history("alice"));
  }

  @Test
  void rule3_theSessionThatMakesRoomForALoginLosesItsTokens() {
    accounts = accounts(Optional.empty(), 2);
    var first = login("alice");
    register(first, fcm("first"));
    clock.advance(Duration.ofSeconds(1));
    var second = login("alice");
    register(second, fcm("second"));
    clock.advance(Duration.ofSeconds(1));
    var third = login("alice");

    assertListed(listed(third), "second");
    assertEquals(
        "evicted by rollcall: the user has as many sessions as allowed", lastLine("alice"));
  }

  @Test
  void rule3_allFalseTouchesOnlyTheCallersSession() {
    var phone = login("alice");
    var tablet = login("alice");
    register(phone, fcm("phone"), apns(APNS_HEX));
    register(tablet, fcm("tablet"));

    assertListed(
        values(tokens.delete(new RequestedSession.Own(phone), TokenScope.SESSION)),
        APNS_HEX,
        "phone");
    assertListed(listed(phone), "tablet");
    assertEquals("deleted by " + handle(phone) + ": the session's tokens", lastLine("alice"));
    assertListed(values(tokens.delete(new RequestedSession.Own(phone), TokenScope.SESSION)));
    assertListed(listed(phone), "tablet");
  }

  @Test
  void rule3_allTrueTouchesEveryTokenOfTheUserAndOfNoOther() {
    var phone = login("alice");
    var tablet = login("alice");
    var bob = login("bob");
    register(phone, fcm("phone"));
    register(tablet, fcm("tablet"));
    register(bob, fcm("bobs"));

    assertListed(
        values(tokens.delete(new RequestedSession.Own(phone), TokenScope.USER)), "phone", "tablet");
    assertListed(listed(phone));
    assertListed(listed(tablet));
    assertListed(listed(bob), "bobs");
    assertEquals("deleted by " + handle(phone) + ": all tokens of the user", lastLine("alice"));
  }

  @Test
  void rule3_aBackEndDeletesOneTokenASessionsOrAUsers() {
    var phone = login("alice");
    var tablet = login("alice");
    register(phone, fcm("phone"), apns("01"));
    register(tablet, fcm("tablet"), apns("02"));

    assertListed(values(tokens.delete(app.named(phone), "tablet")), "tablet");
    assertEquals("deleted by api-key: this token", lastLine("alice"));
    assertListed(
        values(tokens.delete(app.named(handle(phone)), TokenScope.SESSION)), "01", "phone");
    assertListed(values(tokens.delete(app.named(phone), TokenScope.USER)), "02");
    assertListed(listed(phone));
  }

  @Test
  void rule3_anOldDeletionIsNoOneElsesOnceTheTokenHasMoved() {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("phone"));
    register(bob, fcm("phone"));

    assertProblem(Code.ERR_TOKEN_NOT_FOUND, () -> tokens.delete(app.named(alice), "phone"));
    assertListed(values(tokens.delete(new RequestedSession.Own(alice), TokenScope.USER)));
    accounts.logout(alice);
    assertListed(listed(bob), "phone");
  }

  // Rule 4: who the caller is, is not for the caller to say.

  @Test
  void rule4_whoTheUserIsComesFromTheWholeAuthToken() {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("phone"));
    var secretOfBob = bob.token().value().substring(bob.token().value().length() - 32);
    var forgeries =
        List.of(
            handle(alice),
            handle(alice) + "_" + secretOfBob,
            alice.token().value().replaceFirst("alice", "bob"),
            alice.token().value().toUpperCase(Locale.ROOT),
            alice.token().value() + "0",
            "");

    for (var text : forgeries) {
      var forger = app.device(new AuthToken(text));
      var code = Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND;
      assertProblem(code, () -> register(forger, fcm("phone")));
      assertProblem(code, () -> listed(forger));
      assertProblem(code, () -> tokens.delete(new RequestedSession.Own(forger), TokenScope.USER));
    }
    assertListed(listed(alice), "phone");
    assertEquals(1, history("alice").size());
  }

  @Test
  void rule4_deletingATokenOfAnotherUserChangesNothing() {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("phone"), apns(APNS_HEX));

    for (var raw :
        new String[] {
          "phone", APNS_HEX, APNS_HEX.toUpperCase(Locale.ROOT), "none", "", "' OR 1=1"
        }) {
      assertProblem(Code.ERR_TOKEN_NOT_FOUND, () -> tokens.delete(app.named(bob), raw));
    }
    tokens.delete(new RequestedSession.Own(bob), TokenScope.USER);
    assertListed(listed(alice), APNS_HEX, "phone");
    assertEquals(2, history("alice").size());
  }

  @Test
  void rule4_aKeyOfOneAppSeesNothingOfAnother() {
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    var alice = login("alice");
    register(alice, fcm("phone"));

    // Another app's key under this app's name, and under its own.
    var wrongKey = new Caller.BackEnd(app.id(), other.apiKey(), Scope.FULL_ACCESS);
    for (var attempt : backEndCalls(wrongKey, alice).entrySet()) {
      assertProblem(Code.AUTH_ERR_APIKEY_NOT_FOUND, attempt.getValue());
    }
    for (var attempt : backEndCalls(other.backEnd(), alice).entrySet()) {
      var roll = attempt.getKey().equals("roll");
      assertProblem(
          roll ? Code.ERR_UID_NOT_FOUND : Code.ERR_AUTH_TOKEN_NOT_FOUND, attempt.getValue());
    }
    // An auth token under another app's name.
    var abroad = other.device(alice.token());
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> register(abroad, fcm("phone")));
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> listed(abroad));
    assertProblem(
        Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND,
        () -> tokens.delete(new RequestedSession.Own(abroad), TokenScope.USER));

    assertListed(listed(alice), "phone");
    assertEquals(1, history("alice").size());
  }

  @Test
  void rule4_anAuthKeyAndAnUnknownAppOpenNothing() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    var authKey = new Caller.BackEnd(app.id(), app.authKey(), Scope.FULL_ACCESS);
    var nowhere = new Caller.BackEnd("nowhere", app.apiKey(), Scope.FULL_ACCESS);

    backEndCalls(authKey, alice)
        .values()
        .forEach(call -> assertProblem(Code.AUTH_ERR_NO_ACCESS, call));
    backEndCalls(nowhere, alice)
        .values()
        .forEach(call -> assertProblem(Code.AUTH_ERR_INVALID_APPID, call));
    assertProblem(
        Code.AUTH_ERR_INVALID_APPID, () -> listed(new Caller.Device("nowhere", alice.token())));
    assertListed(listed(alice), "phone");
  }

  /// Everything that a back end can ask of push tokens, asked for a device's session.
  private Map<String, Executable> backEndCalls(Caller.BackEnd caller, Caller.Device device) {
    var whole = new RequestedSession.Named(caller, new SessionRef(device.token().value()));
    var handle = new RequestedSession.Named(caller, new SessionRef(handle(device)));
    return Map.of(
        "register",
        () -> tokens.register(whole, List.of(fcm("phone"))),
        "register by handle",
        () -> tokens.register(handle, List.of(fcm("other"))),
        "list",
        () -> tokens.list(whole, TokenScope.USER),
        "list by handle",
        () -> tokens.list(handle, TokenScope.SESSION),
        "delete",
        () -> tokens.delete(whole, TokenScope.USER),
        "delete one",
        () -> tokens.delete(handle, "phone"),
        "roll",
        () -> tokens.userTokens(caller, "alice"));
  }

  // Rule 7: one form.

  @Test
  void rule7_apnsTokensAreOneTokenInWhateverCaseAndDress() {
    var alice = login("alice");
    register(alice, apns(APNS_HEX.toUpperCase(Locale.ROOT)));
    clock.advance(DAY);
    register(alice, apns("<" + APNS_HEX.substring(0, 8) + " " + APNS_HEX.substring(8) + ">"));

    assertListed(listed(alice), APNS_HEX);
    assertEquals(NOON.toEpochMilli(), only(alice).createdAt());

    var bob = login("bob");
    register(bob, apns(APNS_HEX));
    assertListed(listed(alice));
    assertListed(
        values(tokens.delete(app.named(bob), APNS_HEX.toUpperCase(Locale.ROOT))), APNS_HEX);
    assertListed(listed(bob));
  }

  @Test
  void rule7_fcmTokensThatDifferInCaseAreTwo() {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("AbC"));
    register(bob, fcm("abc"));

    assertListed(listed(alice), "AbC");
    assertProblem(Code.ERR_TOKEN_NOT_FOUND, () -> tokens.delete(app.named(alice), "abc"));
  }

  @Test
  void rule7_theLongestTokensAreStoredWholeAndKeptApart() {
    var alice = login("alice");
    var bob = login("bob");
    var longest = "d".repeat(4095);
    register(alice, fcm(longest + "a"));
    register(bob, fcm(longest + "b"));

    assertListed(listed(alice), longest + "a");
    assertListed(listed(bob), longest + "b");
  }

  // Rule 8: not too many, and not for ever.

  @Test
  void rule8_aHundredTokensPerUser_theLeastRecentlyRegisteredMakesRoom() {
    accounts = accounts(Optional.empty(), 200);
    var sessions = IntStream.range(0, 101).mapToObj(i -> login("alice")).toList();
    for (int i = 0; i < 100; i++) {
      register(sessions.get(i), fcm("t" + i));
      clock.advance(Duration.ofSeconds(11));
    }
    register(sessions.getFirst(), fcm("t0"));
    assertEquals(100, listed(sessions.getFirst()).size());

    register(sessions.get(100), fcm("t100"));
    var all = listed(sessions.getFirst());
    assertEquals(100, all.size());
    assertTrue(all.contains("t0") && all.contains("t100") && !all.contains("t1"));
    assertTrue(kinds("alice").contains(Kind.EVICTED));
  }

  @Test
  void rule8_tokensOfOtherUsersTakeNoRoom() {
    tokens = tokens(1, 1_000);
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("a"));
    register(bob, fcm("b"));

    assertListed(listed(alice), "a");
    assertListed(listed(bob), "b");
  }

  @Test
  void rule8_whatHasExpiredTakesNoRoomFromTheLiving() {
    tokens = tokens(2, 1_000);
    var phone = login("alice");
    register(phone, fcm("phone"));
    accounts = accounts(Optional.of(Duration.ofHours(1)), 100);
    clock.advance(Duration.ofMinutes(1));
    register(login("alice"), fcm("brief"));
    clock.advance(Duration.ofHours(1));

    register(login("alice"), fcm("tablet"));
    assertListed(listed(phone), "phone", "tablet");
  }

  @Test
  void rule8_unseenForThirtyDaysATokenIsStale() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    clock.advance(Duration.ofDays(30));
    assertFalse(tokens.isStale(only(alice)));
    clock.advance(Duration.ofMillis(1));
    assertTrue(tokens.isStale(only(alice)));
    assertListed(listed(alice), "phone");

    register(alice, fcm("phone"));
    assertFalse(tokens.isStale(only(alice)));
  }

  @Test
  void rule8_unseenFor270DaysATokenIsListedNowhereAndSwept() {
    var alice = login("alice");
    var tablet = login("alice");
    register(alice, fcm("phone"));
    register(tablet, fcm("tablet"));
    clock.advance(Duration.ofDays(100));
    register(tablet, fcm("tablet"));
    clock.advance(Duration.ofDays(170).minusMillis(1));
    assertListed(listed(alice), "phone", "tablet");
    assertEquals(0, tokens.deleteUnseen(100));

    clock.advance(Duration.ofMillis(1));
    assertListed(listed(alice), "tablet");
    assertListed(rolled("alice"), "tablet");
    assertListed(values(tokens.list(app.named(alice), TokenScope.USER)), "tablet");

    assertEquals(1, tokens.deleteUnseen(100));
    assertEquals(0, tokens.deleteUnseen(100));
    assertEquals(
        "expired by rollcall: not registered since 2026-11-24, no push accepted",
        lastLine("alice"));
    assertEquals(1L, tokenStore.liveByChannel().get(Channel.FCM));
  }

  @Test
  void rule8_aTokenRegisteredAgainBeforeTheSweepLives() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    clock.advance(Duration.ofDays(300));
    register(alice, fcm("phone"));

    assertEquals(0, tokens.deleteUnseen(100));
    assertListed(listed(alice), "phone");
  }

  @Test
  void rule8_sweepingGoesInBatchesAcrossUsersAndApps() {
    var other = Tenant.create(appStore, "other", TokenPolicy.SHARED);
    for (int i = 0; i < 3; i++) {
      register(login("user" + i), fcm("t" + i));
      register(login(other, "user" + i, ClientInfo.NONE), apns("0" + i));
    }
    clock.advance(Duration.ofDays(271));

    assertEquals(4, tokens.deleteUnseen(4));
    assertEquals(2, tokens.deleteUnseen(4));
    assertEquals(0, tokens.deleteUnseen(4));
  }

  @Test
  void rule8_aSweepGoesInSmallPartsAndLetsOtherWritesIn() {
    for (int i = 0; i < 70; i++) {
      var hex = "%04x".formatted(i);
      register(login("user" + i % 3), fcm("t" + i), apns("aa" + hex), voip("bb" + hex));
    }
    clock.advance(Duration.ofDays(271));

    var sweep = sweep();
    assertEquals(210, sweep.gone());
    assertEquals(List.of(200, 10), sweep.found());
    assertEquals(List.of(200, 10), sweep.removed());
  }

  /// How many tokens a sweep removed, how many each of its searches found, and how many each of its
  /// transactions removed.
  private record Sweep(int gone, List<Integer> found, List<Integer> removed) {}

  private Sweep sweep() {
    var found = new ArrayList<Integer>();
    var removed = new ArrayList<Integer>();
    var watched =
        (Database)
            Proxy.newProxyInstance(
                Database.class.getClassLoader(),
                new Class<?>[] {Database.class},
                (proxy, method, arguments) -> {
                  var answer = method.invoke(database, arguments);
                  if (answer instanceof List<?> tokens) {
                    found.add(tokens.size());
                  } else {
                    removed.add((Integer) answer);
                  }
                  return answer;
                });
    var now = clock.instant();
    int gone = new SqlTokenStore(watched).deleteUnseen(now.minus(Duration.ofDays(270)), 1_000, now);
    return new Sweep(gone, found, removed);
  }

  @Test
  void rule8_aSweepLooksAtATokenThatTookAPushOnceAndNotAgain() {
    for (int i = 0; i < 210; i++) {
      register(login("user" + i), fcm("t" + i));
    }
    clock.advance(Duration.ofDays(200));
    for (int i = 0; i < 210; i += 3) {
      acceptedPush("user" + i);
    }
    clock.advance(Duration.ofDays(71));

    var first = sweep();
    assertEquals(140, first.gone());
    assertEquals(List.of(200, 10), first.found());
    assertEquals(new Sweep(0, List.of(0), List.of()), sweep());
    assertListed(rolled("user0"), "t0");
    assertListed(rolled("user1"));

    clock.advance(Duration.ofDays(199).minusMillis(1));
    assertEquals(new Sweep(0, List.of(0), List.of()), sweep());
    assertListed(rolled("user0"), "t0");
    clock.advance(Duration.ofMillis(1));
    assertListed(rolled("user0"));
    assertEquals(70, sweep().gone());
    assertEquals(
        "expired by rollcall: not registered since 2026-11-24, last push accepted 2027-06-12",
        lastLine("user0"));
  }

  @Test
  void rule8_aPushThatIsAcceptedDuringASweepKeepsTheToken() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    clock.advance(Duration.ofDays(270));
    var now = clock.instant();
    var since = now.minus(Duration.ofDays(270));
    var found = database.read("looking", tx -> TokenRows.perhapsUnseen(tx, since, 10));
    assertEquals(1, found.size());
    record(new Shown(found.getFirst(), now, Optional.empty(), Duration.ofDays(270)));

    var cause = new Cause(Kind.EXPIRED, "rollcall", "too old", now);
    var removed =
        database.write(
            "removing", tx -> TokenRows.removeUnseen(tx, found.getFirst(), since, cause));
    assertEquals(List.of(), removed);
    assertListed(listed(alice), "phone");
  }

  private void acceptedPush(String uid) {
    var token = tokens.userTokens(app.backEnd(), uid).tokens().getFirst().token();
    record(new Shown(token, clock.instant(), Optional.empty(), Duration.ofDays(270)));
  }

  private void record(Shown shown) {
    database.write(
        "recording a push",
        tx -> {
          PushResultRows.record(tx, List.of(shown));
          return true;
        });
  }

  // Rule 9: nothing gives a token or a key away.

  @Test
  void rule9_keysAndAuthTokensAreStoredOnlyAsHashes() {
    try (var engine = newEngine("read-raw")) {
      use(engine);
      var alice = login("alice");
      register(alice, fcm("phone"));
      var secret = alice.token().value().substring(alice.token().value().length() - 32);

      var stored = engine.stored();
      assertTrue(stored.contains("alice") && stored.contains("phone"), "the wrong place");
      assertFalse(stored.contains(secret), "the secret of an auth token is stored");
      assertFalse(stored.contains(app.apiKey().value()), "an API key is stored");
      assertFalse(stored.contains(app.authKey().value()), "an auth key is stored");
    }
  }

  @Test
  void rule9_theHistoryHoldsNoToken() {
    var alice = login("alice");
    register(alice, fcm("cKzIQ0vDTmyAm3lw:APA91bHun4MxP5egoKMwt2KZFBaFUH"), apns(APNS_HEX));
    accounts.logout(alice);

    for (var line : history("alice")) {
      assertTrue(
          line.token().equals("cKzIQ0vD…") || line.token().equals("00fc13ad…"), line.toString());
    }
  }

  @Test
  void rule9_noLogLineAndNoErrorHoldsATokenOrAKey() {
    var alice = login("alice");
    var broken = apns(APNS_HEX).withPlatform(BROKEN);
    var said = new ArrayList<String>();
    try (var log = new CapturedLog()) {
      register(alice, apns(APNS_HEX));
      for (Executable request :
          List.<Executable>of(
              () -> register(alice, broken),
              () -> register(forged(alice), apns(APNS_HEX)),
              () -> tokens.delete(app.named(alice), "no" + APNS_HEX),
              () -> tokens.list(app.named(alice.token().value() + "0"), TokenScope.USER))) {
        var error = assertThrows(RuntimeException.class, request);
        for (Throwable e = error; e != null; e = e.getCause()) {
          said.add(e.toString());
        }
      }
      tokens.delete(app.named(alice), APNS_HEX);
      accounts.logout(alice);
      said.addAll(log.lines());
    }

    assertTrue(said.size() >= 4);
    for (var text : said) {
      assertFalse(text.contains(APNS_HEX.substring(0, 9)), text);
      assertFalse(text.contains(alice.token().value().substring(30)), text);
      assertFalse(text.contains(app.apiKey().value().substring(0, 9)), text);
    }
  }

  // The history.

  @Test
  void everyChangeLeavesALineThatSaysByWhomAndWhy() {
    var alice = login("alice");
    register(alice, fcm("first-token-value"));
    register(alice, fcm("second-token-value"));
    clock.advance(DAY);
    register(alice, fcm("second-token-value"));
    var bob = login("bob");
    register(bob, fcm("second-token-value"));
    tokens.register(app.named(alice), List.of(fcm("third-token-value")));
    tokens.delete(app.named(alice), "third-token-value");

    var lines =
        history("alice").stream()
            .map(
                it ->
                    it.kind().wireName()
                        + " "
                        + it.token()
                        + " by "
                        + it.actor()
                        + ": "
                        + it.reason())
            .toList();
    var by = " by " + handle(alice) + ": ";
    assertEquals(
        List.of(
            "registered first…" + by + "new",
            "replaced first…" + by + "its session registered another",
            "registered second…" + by + "new",
            "refreshed second…" + by + "registered again",
            "moved second… by another-user: another user registered it",
            "registered third… by api-key: new",
            "deleted third… by api-key: this token"),
        lines.stream().map(it -> it.replaceAll("(first|second|third)[-a-z]*…", "$1…")).toList());
    assertEquals("registered by " + handle(bob) + ": moved from another user", lastLine("bob"));
    for (var line : history("alice")) {
      assertEquals(handle(alice), line.session());
      assertEquals(Channel.FCM, line.channel());
    }
    assertEquals(NOON.toEpochMilli(), history("alice").getFirst().at());
    assertEquals(NOON.plus(DAY).toEpochMilli(), history("alice").getLast().at());
  }

  @Test
  void unchangedRefreshesFoldIntoOneLineADay() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    for (int hour = 1; hour <= 72; hour++) {
      clock.advance(Duration.ofHours(1));
      register(alice, fcm("phone"));
    }

    assertEquals(
        List.of(Kind.REGISTERED, Kind.REFRESHED, Kind.REFRESHED, Kind.REFRESHED), kinds("alice"));
    assertEquals(NOON.plus(Duration.ofHours(72)).toEpochMilli(), only(alice).registeredAt());
  }

  @Test
  void theHistoryKeepsTheNewest200LinesOfEachUser() {
    var bob = login("bob");
    register(bob, fcm("bobs"));
    var alice = login("alice");
    for (int i = 0; i < 120; i++) {
      register(alice, fcm("t" + i));
      clock.advance(Duration.ofSeconds(1));
    }

    var lines = history("alice");
    assertEquals(200, lines.size());
    assertEquals(NOON.plusSeconds(119).toEpochMilli(), lines.getLast().at());
    assertEquals(NOON.plusSeconds(20).toEpochMilli(), lines.getFirst().at());
    assertEquals(1, history("bob").size());
  }

  // Writing less.

  @Test
  void theSameRegistrationWithinTenSecondsWritesNothing() {
    var alice = login("alice");
    register(alice, fcm("phone"), apns(APNS_HEX));
    clock.advance(Duration.ofMillis(9_999));
    register(alice, fcm("phone"), apns(APNS_HEX.toUpperCase(Locale.ROOT)));

    for (var token : tokens.ofUser(alice)) {
      assertEquals(NOON.toEpochMilli(), token.registeredAt());
    }
    clock.advance(Duration.ofMillis(1));
    register(alice, fcm("phone"));
    assertTrue(
        tokens.ofUser(alice).stream()
            .anyMatch(it -> it.registeredAt() == NOON.plusSeconds(10).toEpochMilli()));
  }

  @Test
  void theSameRegistrationIsWrittenAtOnceWhereItSaysSomethingNew() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    tokens.register(
        new RequestedSession.Own(alice),
        List.of(
            new NewToken(
                fcm("phone").value(), PushPlatform.FCM_IOS, null, "second", "Europe/Berlin")));

    var token = only(alice);
    assertEquals(PushPlatform.FCM_IOS, token.pushPlatform());
    assertEquals("second", token.providerId());
    assertEquals("Europe/Berlin", token.timezone());
  }

  @Test
  void howThePlatformIsKnownIsStored() {
    var alice = login("alice");
    for (var basis : PlatformClaim.Basis.values()) {
      var token = NewToken.of(fcm("by " + basis).value());
      tokens.delete(new RequestedSession.Own(alice), TokenScope.SESSION);
      register(alice, token.withPlatform(new PlatformClaim(PushPlatform.FCM_IOS, basis)));

      assertEquals(basis, only(alice).platformBasis());
      assertEquals(
          PushPlatform.FCM_IOS,
          tokens.list(app.named(alice), TokenScope.SESSION).getFirst().token().pushPlatform());
    }
  }

  @Test
  void whatARegistrationDoesNotSayStaysAlsoInOneTransaction() {
    var alice = login("alice");
    var value = fcm("phone").value();
    var rich = new NewToken(value, PushPlatform.FCM_IOS, null, "second", "Asia/Kolkata");
    register(alice, rich, NewToken.of(value));
    var rotated = NewToken.of(fcm("rotated").value());
    register(alice, rotated);
    register(login("alice"), rotated);

    var token = only(alice);
    assertEquals("rotated", token.value().text());
    assertEquals(PushPlatform.FCM_IOS, token.pushPlatform());
    assertEquals(PlatformClaim.Basis.NAMED, token.platformBasis());
    assertEquals("second", token.providerId());
    assertEquals("Asia/Kolkata", token.timezone());
  }

  @Test
  void whoRegistersTooOftenIsToldHowLongToWait() {
    tokens = tokens(100, 3);
    var alice = login("alice");
    var other = login("alice");
    for (int i = 0; i < 3; i++) {
      register(alice, fcm("t" + i));
    }

    var problem = assertThrows(Problem.class, () -> register(alice, fcm("t3")));
    assertEquals(Code.ERR_TOO_MANY_REQUESTS, problem.code());
    assertEquals(429, problem.code().status());
    assertEquals(Optional.of(Duration.ofSeconds(20)), problem.retryAfter());
    assertListed(listed(alice), "t2");

    register(other, fcm("other"));
    tokens.register(app.named(alice), List.of(fcm("t4")));
    clock.advance(problem.retryAfter().orElseThrow());
    register(alice, fcm("t5"));
    assertListed(listed(alice), "other", "t5");
  }

  @Test
  void whoeverKnowsOnlyASessionsHandleCannotUseUpItsRegistrations() {
    tokens = tokens(100, 3);
    var alice = login("alice");
    for (int i = 0; i < 10; i++) {
      assertThrows(Problem.class, () -> register(forged(alice), fcm("forged")));
    }
    register(alice, fcm("phone"));
    assertListed(listed(alice), "phone");
  }

  // Lists.

  @Test
  void listsSayWhereATokenRunsAndWhoseItIs() {
    var web = login(app, "alice", new ClientInfo(Platform.WEB, "WEB-4", "d", "javascript@4.2.0"));
    var phone = login("alice");
    register(web, fcm("browser"));
    register(phone, apns("ab"), voip("cd"));

    var all = tokens.list(app.named(web), TokenScope.USER);
    assertListed(values(all), "ab", "browser", "cd");
    for (var listed : all) {
      var fromWeb = listed.token().value().text().equals("browser");
      assertEquals(fromWeb ? Platform.WEB : Platform.IOS, listed.token().platform());
      assertEquals(handle(fromWeb ? web : phone), listed.session());
      assertEquals("alice", listed.uid());
      assertEquals(NewToken.DEFAULT_PROVIDER, listed.token().providerId());
    }
    assertListed(values(tokens.list(app.named(handle(phone)), TokenScope.SESSION)), "ab", "cd");
  }

  @Test
  void whoHasNoTokensHasEmptyLists() {
    var alice = login("alice");
    assertListed(listed(alice));
    assertListed(values(tokens.list(app.named(alice), TokenScope.USER)));
    assertListed(rolled("alice"));
    assertEquals(List.of(), history("alice"));
    assertProblem(Code.ERR_UID_NOT_FOUND, () -> tokens.userTokens(app.backEnd(), "nobody"));
    assertProblem(Code.ERR_UID_NOT_FOUND, () -> tokens.userTokens(app.backEnd(), "not a uid"));
  }

  @Test
  void tokensAreCountedByChannel() {
    assertEquals(
        Map.of(Channel.FCM, 0L, Channel.APNS, 0L, Channel.APNS_VOIP, 0L, Channel.WEB_PUSH, 0L),
        tokenStore.liveByChannel());
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    register(login("alice"), fcm("a"), apns("ab"));
    register(login(other, "alice", ClientInfo.NONE), fcm("a"));

    assertEquals(
        Map.of(Channel.FCM, 2L, Channel.APNS, 1L, Channel.APNS_VOIP, 0L, Channel.WEB_PUSH, 0L),
        tokenStore.liveByChannel());
  }

  @Test
  void registeringShowsThatTheSessionIsAlive() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    clock.advance(Duration.ofHours(2));
    register(alice, fcm("phone"));

    assertEquals(
        NOON.plus(Duration.ofHours(2)).toEpochMilli(),
        accounts.session(app.backEnd(), "alice", new SessionRef(alice.token().value())).lastSeen());
  }
}

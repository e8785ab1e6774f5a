package dev.rollcall.storage.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.preference.Action;
import dev.rollcall.preference.Context;
import dev.rollcall.preference.Mute;
import dev.rollcall.preference.Peer;
import dev.rollcall.preference.PreferenceStore.RequestedUser;
import dev.rollcall.preference.PreferenceStore.State;
import dev.rollcall.preference.Preferences;
import dev.rollcall.preference.Subject;
import dev.rollcall.preference.Switch;
import dev.rollcall.preference.Topic;
import dev.rollcall.preference.UserPreferences;
import dev.rollcall.preference.Week;
import dev.rollcall.problem.Code;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.rows.PreferenceRows;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.token.TokenValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who wants to be left alone, on every engine.
abstract class PreferenceStoreContract extends StoreContract {
  private static final Peer BOB = Peer.user("bob");
  private static final Peer TEAM = Peer.group("Team");
  private static final long LATER = NOON.plus(Duration.ofHours(1)).toEpochMilli();

  private UserPreferences preferences;
  private Caller.Device alice;

  @BeforeEach
  void logIn() {
    preferences = new UserPreferences(preferenceStore, clock);
    alice = login("alice");
  }

  private static RequestedUser own(Caller.Device device) {
    return new RequestedUser.Own(device);
  }

  private RequestedUser named(String uid) {
    return new RequestedUser.Named(app.backEnd(), uid);
  }

  private static Mute chat(Peer peer, long until) {
    return new Mute(Topic.CHAT, peer, until);
  }

  private static Mute calls(Peer peer, long until) {
    return new Mute(Topic.CALL, peer, until);
  }

  private void mute(Mute... mutes) {
    preferences.mute(own(alice), List.of(mutes));
  }

  private void switchOn(Switch... on) {
    preferences.set(own(alice), false, Set.of(on));
  }

  private State state() {
    return preferences.state(own(alice));
  }

  private long id(String uid) {
    return database.read("reading", tx -> tx.count("SELECT id FROM app_user WHERE uid = ?", uid));
  }

  private Set<String> silenced(Context context, String... uids) {
    return silenced(app, context, clock.instant(), uids);
  }

  private Set<String> silenced(Tenant tenant, Context context, Instant now, String... uids) {
    var ids = List.of(uids).stream().collect(Collectors.toMap(this::id, uid -> uid));
    return database
        .read(
            "asking",
            tx -> {
              long no = tx.count("SELECT no FROM app WHERE id = ?", tenant.id());
              return PreferenceRows.silenced(tx, no, ids.keySet(), context, now);
            })
        .stream()
        .map(ids::get)
        .collect(Collectors.toSet());
  }

  private static Context in(Peer group, Action action) {
    return new Context(Topic.CHAT, group, false, action);
  }

  private void assertSilenced(Context context) {
    assertEquals(Set.of("alice"), silenced(context, "alice"), context.toString());
  }

  private void assertHeard(Context context) {
    assertEquals(Set.of(), silenced(context, "alice"), context.toString());
  }

  @Test
  void nobodyIsQuietAtFirst() {
    assertEquals(new State(Preferences.DEFAULTS, List.of(), List.of()), state());
    assertHeard(Context.message(BOB));
    assertHeard(Context.call(TEAM));
    for (var action : Action.values()) {
      assertHeard(in(TEAM, action));
    }
  }

  @Test
  void aMuteHoldsUntilItsEndAndForItsPeerAndTopicOnly() {
    mute(chat(BOB, LATER), calls(TEAM, LATER));
    assertSilenced(Context.message(BOB));
    assertSilenced(Context.call(TEAM));
    assertHeard(Context.call(BOB));
    assertHeard(Context.message(TEAM));
    assertHeard(Context.message(Peer.group("bob")));
    assertHeard(Context.message(Peer.user("carol")));
    clock.advance(Duration.ofHours(1));
    assertHeard(Context.message(BOB));
    assertEquals(List.of(), state().mutes());
  }

  @Test
  void anUnknownCaseOfAUidIsTheSameUserButGroupsAreTakenAsTheyCome() {
    mute(chat(Peer.user("BOB"), LATER), chat(TEAM, LATER));
    assertEquals(List.of(chat(TEAM, LATER), chat(BOB, LATER)), state().mutes());
    assertSilenced(Context.message(Peer.user("Bob")));
    assertHeard(Context.message(Peer.group("team")));
  }

  @Test
  void mutingAgainSetsTheEndAnew() {
    mute(chat(BOB, LATER));
    mute(chat(BOB, LATER + 1));
    assertEquals(List.of(chat(BOB, LATER + 1)), state().mutes());
    mute(chat(BOB, NOON.toEpochMilli()));
    assertEquals(List.of(), state().mutes());
  }

  @Test
  void unmutingTakesWhatIsNamed() {
    mute(chat(BOB, LATER), chat(TEAM, LATER), calls(BOB, LATER));
    preferences.unmute(own(alice), Topic.CHAT, List.of(BOB, Peer.user("nobody")));
    assertEquals(List.of(calls(BOB, LATER), chat(TEAM, LATER)), state().mutes());
  }

  @Test
  void aThousandMutesAreEnough() {
    var most = new ArrayList<Mute>();
    IntStream.range(0, UserPreferences.MAX_MUTES)
        .forEach(i -> most.add(chat(Peer.user("u" + i), LATER)));
    preferences.mute(own(alice), most);
    assertProblem(Code.ERR_BAD_REQUEST, () -> mute(calls(BOB, LATER + 1)));
    assertEquals(UserPreferences.MAX_MUTES, state().mutes().size());
    mute(chat(Peer.user("u7"), LATER + 1));
    clock.advance(Duration.ofHours(1));
    mute(calls(BOB, LATER + 1));
    assertEquals(2, state().mutes().size());
  }

  @Test
  void endedMutesAreForgottenWithTheNextOne() {
    mute(chat(TEAM, LATER));
    clock.advance(Duration.ofHours(2));
    mute(chat(BOB, LATER + Duration.ofHours(2).toMillis()));
    assertEquals(1L, (long) database.read("counting", tx -> tx.count("SELECT count(*) FROM mute")));
  }

  @Test
  void preferencesAreKeptAsTheyWere() {
    var wanted =
        new Preferences(
            true,
            Set.of(Switch.GROUP_ACTIONS, Switch.USER_CALLS),
            Map.of(Subject.GROUP_REPLIES, 4, Subject.ONE_ON_ONE_REACTIONS, 1),
            new Week(
                List.of(
                    new Week.Day(800, 1759, false),
                    new Week.Day(0, 2359, true),
                    new Week.Day(2200, 600, false),
                    new Week.Day(0, 0, false),
                    new Week.Day(1, 2, true),
                    new Week.Day(0, 2359, false),
                    new Week.Day(0, 2359, false))),
            true,
            "Asia/Kolkata");
    preferenceStore.change(own(alice), kept -> wanted, clock.instant());
    var kept = state().preferences();
    for (var subject : Subject.values()) {
      assertEquals(wanted.level(subject), kept.level(subject), subject.name());
    }
    assertEquals(wanted.switches(), kept.switches());
    assertEquals(wanted.week(), kept.week());
    assertEquals(wanted.timezone(), kept.timezone());
    assertEquals(List.of(true, true), List.of(kept.dnd(), kept.privacyTemplate()));
    preferences.reset(own(alice));
    assertEquals(Set.of(Switch.USER_CALLS), state().preferences().switches());
  }

  @Test
  void doNotDisturbSilencesEverything() {
    preferences.set(own(alice), true, Set.of());
    assertSilenced(Context.message(BOB));
    assertSilenced(Context.call(BOB));
    assertSilenced(new Context(Topic.CHAT, TEAM, true, Action.MESSAGE));
    preferences.set(own(alice), false, Set.of());
    assertHeard(Context.message(BOB));
  }

  @Test
  void everySwitchSilencesWhatItNames() {
    switchOn(Switch.USER_CHATS);
    assertSilenced(Context.message(BOB));
    assertHeard(Context.message(TEAM));
    assertHeard(Context.call(BOB));
    switchOn(Switch.GROUP_CHATS);
    assertSilenced(Context.message(TEAM));
    assertSilenced(in(TEAM, Action.MEMBER_JOINED));
    assertHeard(Context.message(BOB));
    assertHeard(Context.call(TEAM));
    switchOn(Switch.USER_CALLS);
    assertSilenced(Context.call(BOB));
    assertHeard(Context.call(TEAM));
    switchOn(Switch.GROUP_CALLS);
    assertSilenced(Context.call(TEAM));
    assertHeard(Context.call(BOB));
    switchOn(Switch.GROUP_ACTIONS);
    assertSilenced(in(TEAM, Action.MEMBER_KICKED));
    assertHeard(in(TEAM, Action.REPLY));
    switchOn(Switch.ONLY_MENTIONS);
    assertSilenced(Context.message(BOB));
    assertSilenced(in(TEAM, Action.QUOTED_REPLY));
    assertHeard(new Context(Topic.CHAT, BOB, true, Action.MESSAGE));
    assertHeard(in(TEAM, Action.REACTION));
    assertHeard(Context.call(BOB));
  }

  @Test
  void levelsSilenceTheirSubject() {
    preferences.change(
        own(alice),
        new Preferences.Change(
            Optional.empty(),
            Map.of(
                Subject.GROUP_MESSAGES, Subject.MENTIONS,
                Subject.GROUP_REACTIONS, 3,
                Subject.GROUP_MEMBER_LEFT, Subject.NONE,
                Subject.ONE_ON_ONE_REPLIES, Subject.NONE),
            Optional.empty(),
            Optional.empty()));
    assertSilenced(Context.message(TEAM));
    assertHeard(new Context(Topic.CHAT, TEAM, true, Action.MESSAGE));
    assertHeard(in(TEAM, Action.REACTION));
    assertSilenced(in(TEAM, Action.MEMBER_LEFT));
    assertHeard(in(TEAM, Action.MEMBER_JOINED));
    assertSilenced(new Context(Topic.CHAT, BOB, true, Action.REPLY));
    assertHeard(Context.message(BOB));
  }

  @Test
  void oneQueryTellsThemApart() {
    for (var uid : List.of("bob", "carol", "dave")) {
      login(uid);
    }
    preferences.mute(named("carol"), List.of(chat(TEAM, LATER)));
    preferences.set(named("dave"), true, Set.of());
    preferences.set(named("bob"), false, Set.of(Switch.USER_CHATS));
    var message = Context.message(TEAM);
    assertEquals(Set.of("carol", "dave"), silenced(message, "alice", "bob", "carol", "dave"));
    assertEquals(Set.of("carol"), silenced(message, "alice", "carol"));
  }

  @Test
  void aThousandUsersAreAskedForAtOnce() {
    var ids = new ArrayList<>(IntStream.range(0, 999).mapToObj(i -> -1L - i).toList());
    ids.add(id("alice"));
    mute(chat(BOB, LATER));
    long no = database.read("reading", tx -> tx.count("SELECT no FROM app"));
    assertEquals(
        Set.of(id("alice")),
        database.read(
            "asking",
            tx -> PreferenceRows.silenced(tx, no, ids, Context.message(BOB), clock.instant())));
    assertEquals(
        Set.of(),
        database.read(
            "asking",
            tx ->
                PreferenceRows.silenced(tx, no, Set.of(), Context.message(BOB), clock.instant())));
  }

  @Test
  void anotherAppsUsersAreNobodys() {
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    mute(chat(BOB, LATER));
    assertEquals(Set.of(), silenced(other, Context.message(BOB), NOON, "alice"));
  }

  @Test
  void aBackEndSpeaksForTheUsersOfItsAppOnly() {
    preferences.mute(named("alice"), List.of(chat(BOB, LATER)));
    assertEquals(List.of(chat(BOB, LATER)), state().mutes());
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    var stranger = new RequestedUser.Named(other.backEnd(), "alice");
    assertProblem(Code.ERR_UID_NOT_FOUND, () -> preferences.state(stranger));
    assertProblem(
        Code.ERR_UID_NOT_FOUND, () -> preferences.unmute(stranger, Topic.CHAT, List.of(BOB)));
    assertEquals(1, state().mutes().size());
  }

  /// Accepts notifications from 8 to 22 o'clock.
  private void setSchedule(String uid) {
    var day = Optional.of(new Week.Day(800, 2200, false));
    preferences.change(
        named(uid),
        new Preferences.Change(
            Optional.empty(),
            Map.of(),
            Optional.of(Collections.nCopies(7, day)),
            Optional.empty()));
  }

  private void registerIn(Caller.Device device, String value, @Nullable String zone) {
    register(
        device,
        new NewToken(
            TokenValue.read(Channel.FCM, "token", value),
            null,
            null,
            NewToken.DEFAULT_PROVIDER,
            zone));
  }

  private void assertZone(String... told) {
    assertEquals(List.of(told), state().deviceZones());
  }

  @Test
  void theScheduleIsInTheZoneThatADeviceToldLast() {
    setSchedule("alice");
    clock.advance(Duration.ofHours(6));
    assertHeard(Context.message(BOB));

    registerIn(alice, "phone", "Asia/Kolkata");
    assertZone("Asia/Kolkata");
    assertSilenced(Context.message(BOB));

    clock.advance(Duration.ofMinutes(1));
    var second = login("alice");
    registerIn(second, "second-phone", "America/New_York");
    assertZone("America/New_York", "Asia/Kolkata");
    assertHeard(Context.message(BOB));

    clock.advance(Duration.ofMinutes(1));
    registerIn(alice, "phone", null);
    assertZone("Asia/Kolkata", "America/New_York");
    assertSilenced(Context.message(BOB));

    accounts.logout(alice);
    alice = second;
    assertZone("America/New_York");
    assertHeard(Context.message(BOB));
    tokens.delete(new RequestedSession.Own(second), TokenScope.SESSION);
    assertZone();
    clock.advance(Duration.ofHours(5));
    assertSilenced(Context.message(BOB));
  }

  @Test
  void aZoneThatTheUserChoseCountsWhateverDevicesTell() {
    setSchedule("alice");
    registerIn(alice, "phone", "America/New_York");
    preferences.setTimezone(own(alice), "Asia/Kolkata");
    clock.advance(Duration.ofHours(6));
    assertSilenced(Context.message(BOB));
    registerIn(login("alice"), "another", "America/New_York");
    assertSilenced(Context.message(BOB));
    preferences.reset(own(alice));
    setSchedule("alice");
    assertSilenced(Context.message(BOB));
    assertEquals("Asia/Kolkata", state().preferences().timezone());
  }

  @Test
  void aChangeOfPreferencesDoesNotStoreTheZoneOfADevice() {
    registerIn(alice, "phone", "Asia/Kolkata");
    setSchedule("alice");
    assertNull(state().preferences().timezone());
  }

  @Test
  void aZoneOfADeviceThatIsUnknownHereIsLeftOut() {
    setSchedule("alice");
    registerIn(login("alice"), "first", "Asia/Kolkata");
    clock.advance(Duration.ofHours(6));
    registerIn(alice, "second", "Etc/Unknown");
    assertSilenced(Context.message(BOB));
  }

  @Test
  void theZoneOfAnExpiredSessionDoesNotCount() {
    setSchedule("alice");
    var lasting = accounts(Optional.of(Duration.ofHours(6)), 100);
    var login = lasting.login(app.client(), "alice", ClientInfo.NONE);
    registerIn(app.device(login.token()), "phone", "Asia/Kolkata");
    clock.advance(Duration.ofHours(6).minusMillis(1));
    assertZone("Asia/Kolkata");
    clock.advance(Duration.ofMillis(1));
    assertZone();
    assertHeard(Context.message(BOB));
  }

  @Test
  void zonesAreThoseOfTheUserAndReadForAllAtOnce() {
    var uids = List.of("alice", "bob", "carol", "dave");
    uids.forEach(uid -> registerIn(login(uid), "phone-of-" + uid, "Asia/Kolkata"));
    clock.advance(Duration.ofMinutes(1));
    registerIn(login("bob"), "bobs-second", "America/New_York");
    for (var uid : List.of("alice", "bob", "carol")) {
      setSchedule(uid);
    }
    preferences.setTimezone(named("carol"), "America/New_York");
    clock.advance(Duration.ofHours(6));
    assertEquals(Set.of("alice"), silenced(Context.message(BOB), "alice", "bob", "carol", "dave"));
  }

  @Test
  void aSessionThatEndedChangesNothing() {
    accounts.logout(alice);
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, this::state);
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> mute(chat(BOB, LATER)));
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> switchOn(Switch.USER_CHATS));
  }

  @Test
  void whatIsQuietOutlivesALogout() {
    mute(chat(BOB, LATER));
    accounts.logout(alice);
    alice = login("alice");
    assertEquals(List.of(chat(BOB, LATER)), state().mutes());
  }

  @Test
  void deletingTheUserForgetsIt() {
    for (boolean permanent : List.of(false, true)) {
      mute(chat(BOB, LATER));
      switchOn(Switch.USER_CHATS);
      accounts.deleteUser(app.backEnd(), "alice", permanent);
      alice = login("alice");
      assertEquals(new State(Preferences.DEFAULTS, List.of(), List.of()), state());
    }
  }
}

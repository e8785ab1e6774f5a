package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.App;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Session;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.token.Registration.HeldToken;
import dev.rollcall.token.Registration.LateDecision;
import dev.rollcall.token.Registration.Step;
import dev.rollcall.token.Registration.StoredTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The steps that a registration takes, for all that may stand before it.
final class RegistrationTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final App APP = new App(1, "demo", "us", TokenPolicy.EXCLUSIVE, 0);
  private static final long ALICE = 10;
  private static final long BOB = 20;

  private static final Installation KEY = Installation.of("key-of-the-phone", null);

  private final Registration rules =
      new Registration(new Registration.Limits(Duration.ofSeconds(10), 3));

  private static Session session(long id, @Nullable String device) {
    return new Session(id, APP, ALICE, "alice", Platform.WEB, device, 0, 0, null);
  }

  private static TokenValue fcm(String text) {
    return new TokenValue(Channel.FCM, text);
  }

  private static NewToken wanted(String text) {
    return new NewToken(fcm(text), null, null, NewToken.DEFAULT_PROVIDER, null);
  }

  private static PushToken held(long user, long session, TokenValue value, Instant at) {
    var platform =
        PushPlatform.of(
            value.channel(), value.channel() == Channel.FCM ? Platform.WEB : Platform.IOS);
    return new PushToken(
        user,
        session,
        value,
        platform,
        NewToken.DEFAULT_PROVIDER,
        null,
        at.toEpochMilli(),
        at.toEpochMilli());
  }

  private static StoredTokens standing(@Nullable PushToken holder, HeldToken... ofUser) {
    return new StoredTokens(Optional.ofNullable(holder), List.of(ofUser), List.of());
  }

  private List<Step> steps(Session session, NewToken wanted, StoredTokens standing, Instant now) {
    return rules.decide(session, wanted, standing, now).steps();
  }

  /// The steps in few words: `put x`, `remove x moved`, `note x registered`.
  private static List<String> words(List<Step> steps) {
    return steps.stream()
        .flatMap(
            step ->
                switch (step) {
                  case Step.Put(var token) -> Stream.of("put " + token.value().text());
                  case Step.Remove(var token, var kind, var reason) ->
                      Stream.of("remove " + token.value().text() + " " + kind.wireName());
                  case Step.Note(var token, var kind, var reason) ->
                      Stream.of("note " + token.value().text() + " " + kind.wireName());
                  case Step.Use use -> Stream.<String>empty();
                })
        .toList();
  }

  private static void assertSteps(List<Step> steps, String... words) {
    assertEquals(Arrays.asList(words), words(steps));
  }

  @Test
  void aNewTokenIsPutAndNoted() {
    var steps = steps(session(1, null), wanted("x"), standing(null), NOON);

    assertSteps(steps, "put x", "note x registered");
    var put = ((Step.Put) steps.getFirst()).token();
    assertEquals(held(ALICE, 1, fcm("x"), NOON), put);
  }

  @Test
  void rule1_anotherValueTakesThePlaceOfTheOldOne() {
    var old = held(ALICE, 1, fcm("x"), NOON.minus(DAY));

    var steps =
        steps(session(1, null), wanted("y"), standing(null, new HeldToken(old, null)), NOON);

    assertSteps(steps, "note x replaced", "put y", "note y registered");
    assertEquals(NOON.toEpochMilli(), ((Step.Put) steps.get(1)).token().createdAt());
  }

  @Test
  void rule1_theSameValueIsRefreshedAndKeepsItsBirthday() {
    var old = held(ALICE, 1, fcm("x"), NOON.minusSeconds(11));

    var steps = steps(session(1, null), wanted("x"), standing(old, new HeldToken(old, null)), NOON);

    assertSteps(steps, "put x");
    var put = ((Step.Put) steps.getFirst()).token();
    assertEquals(old.createdAt(), put.createdAt());
    assertEquals(NOON.toEpochMilli(), put.registeredAt());
  }

  @Test
  void aRefreshIsNotedOnceADay() {
    var justBefore = Instant.parse("2026-11-24T23:59:50Z");
    var old = held(ALICE, 1, fcm("x"), justBefore);
    var standing = standing(old, new HeldToken(old, null));

    var sameDay = justBefore.plusMillis(9_999);
    var nextDay = justBefore.plusSeconds(10);
    assertSteps(steps(session(1, null), wanted("x"), standing, sameDay));
    assertSteps(
        steps(session(1, null), wanted("x"), standing, nextDay), "put x", "note x refreshed");
  }

  @Test
  void theSameWithinTenSecondsIsNotWorthAWrite() {
    var old = held(ALICE, 1, fcm("x"), NOON);
    var standing = standing(old, new HeldToken(old, null));

    for (var millis : new long[] {0, 1, 9_999}) {
      assertSteps(steps(session(1, null), wanted("x"), standing, NOON.plusMillis(millis)));
    }
    assertSteps(steps(session(1, null), wanted("x"), standing, NOON.plusSeconds(10)), "put x");
  }

  @Test
  void theSameWithinTenSecondsIsWorthAWriteWhenItSaysSomethingNew() {
    var old = held(ALICE, 1, fcm("x"), NOON);
    var standing = standing(old, new HeldToken(old, null));
    var news =
        List.of(
            new NewToken(fcm("x"), PushPlatform.FCM_IOS, null, "default", null),
            new NewToken(fcm("x"), null, Platform.ANDROID, "default", null),
            new NewToken(fcm("x"), null, null, "second", null),
            new NewToken(fcm("x"), null, null, "default", "Europe/Berlin"));

    for (var wanted : news) {
      assertSteps(steps(session(1, null), wanted, standing, NOON), "put x");
    }
  }

  @Test
  void aRefreshThatTellsNoTimezoneKeepsTheOneKnown() {
    var first = new NewToken(fcm("x"), null, null, "default", "Europe/Berlin");
    var put = steps(session(1, null), first, standing(null), NOON).getFirst();
    var old = ((Step.Put) put).token();

    var steps =
        steps(
            session(1, null), wanted("x"), standing(old, new HeldToken(old, null)), NOON.plus(DAY));

    assertEquals("Europe/Berlin", ((Step.Put) steps.getFirst()).token().timezone());
  }

  private static PushToken put(List<Step> steps) {
    return steps.stream()
        .flatMap(step -> step instanceof Step.Put(var token) ? Stream.of(token) : Stream.of())
        .findFirst()
        .orElseThrow();
  }

  private static Session silent(long id) {
    return new Session(id, APP, ALICE, "alice", null, null, 0, 0, null);
  }

  private PushToken firstPut(Session session, NewToken wanted) {
    return put(steps(session, wanted, standing(null), NOON.minus(DAY)));
  }

  private static NewToken detailed(String text) {
    return new NewToken(
        fcm(text), PushPlatform.FCM_REACT_NATIVE_IOS, null, "ios-firebase", "Asia/Kolkata");
  }

  private static void assertKept(PushToken token) {
    assertEquals(PushPlatform.FCM_REACT_NATIVE_IOS, token.pushPlatform());
    assertEquals("ios-firebase", token.providerId());
    assertEquals("Asia/Kolkata", token.timezone());
  }

  @Test
  void aRegistrationThatSaysLessChangesNothingElse() {
    var rich = firstPut(silent(1), detailed("x"));
    var standing = standing(rich, new HeldToken(rich, null));

    assertKept(put(steps(silent(1), NewToken.of(fcm("x")), standing, NOON)));
    var web = new NewToken(fcm("x"), null, Platform.WEB, null, null);
    assertKept(put(steps(session(1, null), web, standing, NOON)));
    assertSteps(steps(silent(1), NewToken.of(fcm("x")), standing, NOON.minus(DAY)));
  }

  @Test
  void aNewValueKeepsWhatWasSaidAboutTheTokenThatItReplaces() {
    var rich = firstPut(silent(1), detailed("x"));
    var standing = standing(null, new HeldToken(rich, null));

    assertKept(put(steps(silent(1), NewToken.of(fcm("y")), standing, NOON)));
  }

  @Test
  void aTokenThatMovesToAnotherSessionKeepsWhatWasSaidAboutIt() {
    var rich = firstPut(silent(7), detailed("x"));

    assertKept(
        put(
            steps(
                silent(1),
                NewToken.of(fcm("x")),
                standing(rich, new HeldToken(rich, null)),
                NOON)));
  }

  @Test
  void aTokenThatMovesToAnotherUserKeepsItsPlatformAndProviderButNoTimezone() {
    var theirs =
        new PushToken(
            BOB,
            7,
            fcm("x"),
            PushPlatform.FCM_IOS,
            "ios-firebase",
            "Asia/Kolkata",
            0,
            0,
            Installation.UNKNOWN,
            null,
            PushResults.NONE,
            PlatformClaim.Basis.NAMED);

    var token = put(steps(silent(1), NewToken.of(fcm("x")), standing(theirs), NOON));

    assertEquals(PushPlatform.FCM_IOS, token.pushPlatform());
    assertEquals("ios-firebase", token.providerId());
    assertNull(token.timezone());
  }

  @Test
  void aLaterWordWins() {
    var rich = firstPut(silent(1), detailed("x"));
    var standing = standing(rich, new HeldToken(rich, null));
    var other =
        new NewToken(
            fcm("x"), PushPlatform.FCM_IOS, null, NewToken.DEFAULT_PROVIDER, "Europe/Oslo");

    var token = put(steps(silent(1), other, standing, NOON));

    assertEquals(PushPlatform.FCM_IOS, token.pushPlatform());
    assertEquals(NewToken.DEFAULT_PROVIDER, token.providerId());
    assertEquals("Europe/Oslo", token.timezone());
  }

  @Test
  void aTokenForWhichNobodyNamedAProviderHasTheDefaultId() {
    assertEquals("default", firstPut(silent(1), NewToken.of(fcm("x"))).providerId());
  }

  private static NewToken guessed(Platform platform) {
    return NewToken.of(fcm("x"))
        .withPlatform(PlatformClaim.of(Channel.FCM, platform, PlatformClaim.Basis.GUESSED));
  }

  @Test
  void aGuessIsUsedWhereNothingBetterWasSaidAndABetterWordReplacesIt() {
    var iphone = firstPut(silent(1), guessed(Platform.IOS));
    assertEquals(PushPlatform.FCM_IOS, iphone.pushPlatform());
    var standing = standing(iphone, new HeldToken(iphone, null));

    assertEquals(
        PushPlatform.FCM_IOS,
        put(steps(silent(1), NewToken.of(fcm("x")), standing, NOON)).pushPlatform());
    assertEquals(
        PushPlatform.FCM_ANDROID,
        put(steps(silent(1), guessed(Platform.ANDROID), standing, NOON)).pushPlatform());
    assertEquals(
        PushPlatform.FCM_WEB,
        put(steps(session(1, null), NewToken.of(fcm("x")), standing, NOON)).pushPlatform());
  }

  @Test
  void aGuessReplacesNothingThatAClientSaid() {
    var bySession = firstPut(session(1, null), NewToken.of(fcm("x")));
    var byHeader = firstPut(silent(1), new NewToken(fcm("x"), null, Platform.WEB, null, null));
    for (var said : List.of(bySession, byHeader)) {
      var standing = standing(said, new HeldToken(said, null));
      assertEquals(
          PushPlatform.FCM_WEB,
          put(steps(silent(1), guessed(Platform.IOS), standing, NOON)).pushPlatform());
    }
    assertEquals(
        PushPlatform.FCM_WEB, firstPut(session(1, null), guessed(Platform.IOS)).pushPlatform());
  }

  @Test
  void theHistoryNamesWhatWasIgnored() {
    var ignored =
        List.of(new Ignored("timezone", "a sentence"), new Ignored("providerId", "another"));
    var wanted = wanted("x").withIgnored(ignored);
    var old = held(ALICE, 1, fcm("x"), NOON.minus(DAY));

    assertEquals(
        List.of("new; ignored: timezone, providerId"),
        reasons(steps(session(1, null), wanted, standing(null), NOON)));
    assertEquals(
        List.of("registered again; ignored: timezone, providerId"),
        reasons(steps(session(1, null), wanted, standing(old, new HeldToken(old, null)), NOON)));
  }

  @Test
  void aClockThatGoesBackNeverMakesATokenOlder() {
    var old = held(ALICE, 1, fcm("x"), NOON);
    var standing = standing(old, new HeldToken(old, null));
    var news = new NewToken(fcm("x"), null, null, "second", null);

    var steps = steps(session(1, null), news, standing, NOON.minus(DAY));

    assertEquals(NOON.toEpochMilli(), ((Step.Put) steps.getFirst()).token().registeredAt());
  }

  @Test
  void rule2_theTokenOfAnotherUserIsTakenFromItFirst() {
    var theirs = held(BOB, 7, fcm("x"), NOON.minus(DAY));

    var steps = steps(session(1, null), wanted("x"), standing(theirs), NOON);

    assertSteps(steps, "remove x moved", "put x", "note x registered");
    assertEquals(theirs, ((Step.Remove) steps.getFirst()).token());
  }

  @Test
  void rule2_theTokenOfAnotherSessionOfTheUserIsTakenOnceEvenOnOneDevice() {
    var other = held(ALICE, 7, fcm("x"), NOON.minus(DAY));

    var steps =
        steps(
            session(1, "phone"), wanted("x"), standing(other, new HeldToken(other, "phone")), NOON);

    assertSteps(steps, "remove x moved", "put x", "note x registered");
  }

  @Test
  void rule2_aMoveInPlaceOfAnotherTokenEndsBoth() {
    var theirs = held(BOB, 7, fcm("x"), NOON.minus(DAY));
    var mine = held(ALICE, 1, fcm("y"), NOON.minus(DAY));

    var steps =
        steps(session(1, null), wanted("x"), standing(theirs, new HeldToken(mine, null)), NOON);

    assertSteps(steps, "remove x moved", "note y replaced", "put x", "note x registered");
  }

  @Test
  void theSameDeviceInANewSessionReplacesWhatTheOldOneLeftInThisChannel() {
    var left = held(ALICE, 7, fcm("old"), NOON.minus(DAY));
    var otherChannel =
        held(ALICE, 7, TokenValue.read(Channel.APNS, "apnsToken", "ab"), NOON.minus(DAY));
    var otherDevice = held(ALICE, 8, fcm("tablet"), NOON.minus(DAY));

    var steps =
        steps(
            session(1, "phone"),
            wanted("x"),
            standing(
                null,
                new HeldToken(left, "phone"),
                new HeldToken(otherChannel, "phone"),
                new HeldToken(otherDevice, "tablet")),
            NOON);

    assertTrue(words(steps).contains("remove old replaced"));
    assertTrue(words(steps).stream().noneMatch(it -> it.startsWith("remove tablet")));
    assertTrue(words(steps).stream().noneMatch(it -> it.startsWith("remove ab")));
  }

  @Test
  void aRefreshToo_replacesWhatTheSameDeviceLeftInAnotherSession() {
    var mine = held(ALICE, 1, fcm("x"), NOON);
    var left = held(ALICE, 7, fcm("old"), NOON.minus(DAY));
    var standing = standing(mine, new HeldToken(mine, "phone"), new HeldToken(left, "phone"));

    assertSteps(steps(session(1, "phone"), wanted("x"), standing, NOON), "remove old replaced");
  }

  @Test
  void whatADeviceLeftIsReplacedOnceHoweverManyWaysItIsKnownBy() {
    var left = held(ALICE, 7, fcm("old"), NOON.minus(DAY));
    var theirs = held(BOB, 8, fcm("older"), NOON.minus(DAY));
    var standing =
        new StoredTokens(
            Optional.empty(), List.of(new HeldToken(left, "phone")), List.of(left, theirs));
    var wanted = wanted("x").withInstallation(KEY);

    assertSteps(
        steps(session(1, "phone"), wanted, standing, NOON),
        "remove old replaced",
        "remove older replaced",
        "put x",
        "note x registered");
  }

  @Test
  void aTokenThatMovesFromTheSameDeviceMovesAndIsNotReplacedToo() {
    var theirs = held(BOB, 8, fcm("x"), NOON.minus(DAY));
    var standing = new StoredTokens(Optional.of(theirs), List.of(), List.of(theirs));
    var wanted = wanted("x").withInstallation(KEY);

    assertSteps(
        steps(session(1, null), wanted, standing, NOON),
        "remove x moved",
        "put x",
        "note x registered");
    assertEquals(List.of(), standing.contested(session(1, null), wanted));
  }

  private static StoredTokens contested(NewToken wanted, List<PushToken> others, DeviceUse use) {
    var standing = new StoredTokens(Optional.empty(), List.of(), others);
    var names = standing.contested(session(1, null), wanted);
    assertEquals(1, names.size());
    return standing.with(Map.of(names.getFirst(), use));
  }

  @Test
  void aKeyThatReplacesATokenIsRemembered() {
    var theirs = held(BOB, 8, fcm("theirs"), NOON.minus(DAY));
    var wanted = wanted("x").withInstallation(KEY);

    var decision =
        rules.decide(
            session(1, null), wanted, contested(wanted, List.of(theirs), DeviceUse.NONE), NOON);

    assertSteps(decision.steps(), "remove theirs replaced", "put x", "note x registered");
    var use = ((Step.Use) decision.steps().getFirst()).use();
    assertEquals(BOB, use.traces().getFirst().userId());
    assertFalse(use.isShared(NOON));
    assertEquals(List.of(), decision.found());
    assertEquals(List.of(), decision.ignored());
  }

  @Test
  void aSharedKeyReplacesNothingAndTheHistoryAndTheAnswerSaySo() {
    var theirs = held(BOB, 8, fcm("theirs"), NOON.minus(DAY));
    var wanted = wanted("x").withInstallation(KEY);
    var shared = new DeviceUse(List.of(), NOON.plusSeconds(1).toEpochMilli());

    var decision =
        rules.decide(session(1, null), wanted, contested(wanted, List.of(theirs), shared), NOON);

    assertSteps(decision.steps(), "put x", "note x registered");
    var put = decision.held().getFirst();
    assertEquals(Installation.UNKNOWN, put.installation());
    assertEquals(
        List.of("new; its device key names several phones, so it replaced no token"),
        reasons(decision.steps()));
    assertEquals(
        List.of(
            new Ignored(
                "deviceKey",
                "Several phones register under this key, so it replaces no push token")),
        decision.ignored());
    assertEquals(List.of(), decision.found());
  }

  @Test
  void aSharedDeviceIdReplacesNothingEither() {
    var left = held(ALICE, 7, fcm("old"), NOON.minus(DAY));
    var standing = standing(null, new HeldToken(left, "phone"));
    var session = session(1, "phone");
    var name = standing.contested(session, wanted("x")).getFirst();
    var shared = new DeviceUse(List.of(), NOON.plusSeconds(1).toEpochMilli());

    var decision = rules.decide(session, wanted("x"), standing.with(Map.of(name, shared)), NOON);

    assertSteps(decision.steps(), "put x", "note x registered");
    assertEquals(
        List.of("new; its device id names several phones, so it replaced no token"),
        reasons(decision.steps()));
    assertEquals(List.of(), decision.ignored());
  }

  @Test
  void aSharedKeyStillLetsATokenMove() {
    var theirs = held(BOB, 8, fcm("x"), NOON.minus(DAY));
    var others = held(BOB, 9, fcm("other"), NOON.minus(DAY));
    var wanted = wanted("x").withInstallation(KEY);
    var shared = new DeviceUse(List.of(), NOON.plusSeconds(1).toEpochMilli());
    var standing = new StoredTokens(Optional.of(theirs), List.of(), List.of(theirs, others));
    var name = standing.contested(session(1, null), wanted).getFirst();

    assertSteps(
        steps(session(1, null), wanted, standing.with(Map.of(name, shared)), NOON),
        "remove x moved",
        "put x",
        "note x registered");
  }

  private boolean isSuperseded(Session session, NewToken wanted, StoredTokens standing) {
    return Registration.superseded(session, List.of(wanted), standing, NOON).isPresent();
  }

  @Test
  void whatTheSessionHoldsIsToldWithTheSteps() {
    var fcm = held(ALICE, 1, fcm("old"), NOON.minus(DAY));
    var apns = held(ALICE, 1, TokenValue.read(Channel.APNS, "apnsToken", "ab"), NOON.minus(DAY));
    var other = held(ALICE, 7, fcm("other"), NOON.minus(DAY));
    var standing =
        standing(
            null, new HeldToken(fcm, null), new HeldToken(apns, null), new HeldToken(other, null));

    var decision = rules.decide(session(1, null), wanted("x"), standing, NOON);
    assertEquals(List.of(held(ALICE, 1, fcm("x"), NOON), apns), decision.held());
  }

  @Test
  void aRegistrationIsSupersededOnlyByANewerOneOfItsChannel() {
    var session = session(1, null);
    var first = wanted("x").withInstallation(Installation.of(null, 5L));
    var put = steps(session, first, standing(null), NOON).getFirst();
    var newer = ((Step.Put) put).token();
    var standing = standing(newer, new HeldToken(newer, null));
    var apns = TokenValue.read(Channel.APNS, "apnsToken", "ab");

    var late = Installation.of(null, 4L);
    assertTrue(isSuperseded(session, wanted("y").withInstallation(late), standing));
    var inTime = Installation.of(null, 5L);
    assertFalse(isSuperseded(session, wanted("y").withInstallation(inTime), standing));
    assertFalse(isSuperseded(session, wanted("y"), standing));
    var other = new NewToken(apns, null, null, "default", null, late);
    assertFalse(isSuperseded(session, other, standing));
    assertFalse(isSuperseded(session(2, null), wanted("y").withInstallation(late), standing));
  }

  private StoredTokens registeredWith(long sequence, Instant at) {
    var first = wanted("x").withInstallation(Installation.of(null, sequence));
    var put = steps(session(1, null), first, standing(null), at).getFirst();
    var held = ((Step.Put) put).token();
    return standing(null, new HeldToken(held, null));
  }

  private static NewToken numbered(String text, long sequence) {
    return wanted(text).withInstallation(Installation.of(null, sequence));
  }

  @Test
  void aSupersededRegistrationSaysWhatIsStoredAndLeavesALine() {
    var standing = registeredWith(5000, NOON);

    var superseded =
        Registration.superseded(session(1, null), List.of(numbered("y", 4000)), standing, NOON)
            .orElseThrow();

    assertEquals(5000, superseded.sequence());
    assertEquals(List.of(standing.ofUser().getFirst().token()), superseded.held());
    assertSteps(List.copyOf(superseded.notes()), "note y superseded");
    assertEquals(
        List.of("its sequence 4000 is below 5000, which the session registered before"),
        reasons(List.copyOf(superseded.notes())));
  }

  @Test
  void oneTokenThatIsTooLateMakesTheWholeRegistrationLate() {
    var apns = TokenValue.read(Channel.APNS, "apnsToken", "ab");
    var other = new NewToken(apns, null, null, "default", null, Installation.of(null, 4L));

    var superseded =
        Registration.superseded(
            session(1, null), List.of(other, numbered("y", 4)), registeredWith(5, NOON), NOON);

    assertSteps(List.copyOf(superseded.orElseThrow().notes()), "note y superseded");
  }

  @Test
  void aLowerSequenceIsLateForAnHour() {
    var standing = registeredWith(5, NOON.minus(Duration.ofHours(1)).plusMillis(1));
    assertTrue(isSuperseded(session(1, null), numbered("y", 4), standing));

    var older = registeredWith(5, NOON.minus(Duration.ofHours(1)));
    assertFalse(isSuperseded(session(1, null), numbered("y", 4), older));
    var steps = steps(session(1, null), numbered("y", 4), older, NOON);
    assertSteps(steps, "note x replaced", "put y", "note y registered");
  }

  @Test
  void aLateRegistrationOfTheTokenThatIsHeldSucceedsAndChangesNothing() {
    var standing = registeredWith(5, NOON.minusSeconds(60));
    var late = new NewToken(fcm("x"), null, null, "other", null, Installation.of(null, 4L));

    assertFalse(isSuperseded(session(1, null), late, standing));
    assertSteps(steps(session(1, null), late, standing, NOON));
  }

  @Test
  void anotherSessionCountsAnewEvenOnTheSamePhone() {
    var theirs = held(BOB, 8, fcm("x"), NOON);
    var numbered =
        new PushToken(
            BOB,
            8,
            fcm("x"),
            theirs.pushPlatform(),
            theirs.providerId(),
            null,
            theirs.createdAt(),
            theirs.registeredAt(),
            Installation.of("key-of-the-phone", 9000L),
            null);
    var standing = new StoredTokens(Optional.of(numbered), List.of(), List.of(numbered));
    var wanted = wanted("x").withInstallation(Installation.of("key-of-the-phone", 10L));

    assertFalse(isSuperseded(session(1, null), wanted, standing));
    assertSteps(
        steps(session(1, null), wanted, standing, NOON),
        "remove x moved",
        "put x",
        "note x registered");
  }

  @Test
  void sessionsOfUnknownDevicesAreNeverTakenForOneAnother() {
    var other = held(ALICE, 7, fcm("y"), NOON.minus(DAY));

    var steps =
        steps(session(1, null), wanted("x"), standing(null, new HeldToken(other, null)), NOON);

    assertSteps(steps, "put x", "note x registered");
  }

  @Test
  void rule8_theLeastRecentlyRegisteredMakesRoom() {
    var a = held(ALICE, 4, fcm("a"), NOON.minusSeconds(10));
    var b = held(ALICE, 5, fcm("b"), NOON.minusSeconds(30));
    var c = held(ALICE, 6, fcm("c"), NOON.minusSeconds(20));

    var steps =
        steps(
            session(1, null),
            wanted("x"),
            standing(null, new HeldToken(a, null), new HeldToken(b, null), new HeldToken(c, null)),
            NOON);

    assertSteps(steps, "remove b evicted", "put x", "note x registered");
  }

  @Test
  void rule8_whatIsReplacedOrMovedMakesTheRoomItself() {
    var mine = held(ALICE, 1, fcm("mine"), NOON.minusSeconds(10));
    var moving = held(ALICE, 5, fcm("x"), NOON.minusSeconds(30));
    var twin = held(ALICE, 6, fcm("twin"), NOON.minusSeconds(20));
    var others =
        new HeldToken[] {
          new HeldToken(moving, null), new HeldToken(twin, "phone"), new HeldToken(mine, null)
        };

    var steps = steps(session(1, "phone"), wanted("x"), standing(moving, others), NOON);

    assertTrue(words(steps).stream().noneMatch(it -> it.endsWith("evicted")), words(steps) + "");
  }

  @Test
  void rule8_aRefreshEvictsNobody() {
    var full =
        List.of(4L, 5L, 1L).stream()
            .map(id -> new HeldToken(held(ALICE, id, fcm("t" + id), NOON.minus(DAY)), null))
            .toArray(HeldToken[]::new);

    var steps = steps(session(1, null), wanted("t1"), standing(full[2].token(), full), NOON);

    assertSteps(steps, "put t1", "note t1 refreshed");
  }

  @Test
  void rule8_aLimitThatWasLoweredIsReachedAtOnce() {
    var tight = new Registration(new Registration.Limits(Duration.ofSeconds(10), 1));
    var a = held(ALICE, 4, fcm("a"), NOON.minusSeconds(10));
    var b = held(ALICE, 5, fcm("b"), NOON.minusSeconds(30));

    var steps =
        tight
            .decide(
                session(1, null),
                wanted("x"),
                standing(null, new HeldToken(a, null), new HeldToken(b, null)),
                NOON)
            .steps();

    assertSteps(steps, "remove b evicted", "remove a evicted", "put x", "note x registered");
  }

  private static List<String> reasons(List<Step> steps) {
    return steps.stream()
        .flatMap(
            step ->
                switch (step) {
                  case Step.Put put -> Stream.<String>empty();
                  case Step.Use use -> Stream.<String>empty();
                  case Step.Remove(var token, var kind, var reason) -> Stream.of(reason);
                  case Step.Note(var token, var kind, var reason) -> Stream.of(reason);
                })
        .toList();
  }

  @Test
  void theHistoryTellsWhereATokenWentAndCameFrom() {
    var own = held(ALICE, 5, fcm("x"), NOON.minus(DAY));
    var bobs = held(BOB, 6, fcm("x"), NOON.minus(DAY));

    assertEquals(
        List.of("new"), reasons(steps(session(1, null), wanted("x"), standing(null), NOON)));
    assertEquals(
        List.of("another session of the user registered it", "moved from another session"),
        reasons(steps(session(1, null), wanted("x"), standing(own), NOON)));
    assertEquals(
        List.of("another user registered it", "moved from another user"),
        reasons(steps(session(1, null), wanted("x"), standing(bobs), NOON)));
  }

  @Test
  void anotherChannelOfTheSessionIsNotReplaced() {
    var apns = held(ALICE, 1, TokenValue.read(Channel.APNS, "apnsToken", "ab"), NOON.minus(DAY));

    var steps =
        steps(session(1, null), wanted("x"), standing(null, new HeldToken(apns, null)), NOON);

    assertSteps(steps, "put x", "note x registered");
  }

  @Test
  void rule8_whatGivesWayAnyhowIsNotCounted() {
    var tight = new Registration(new Registration.Limits(Duration.ofSeconds(10), 1));
    var session = session(1, "phone");
    var mine = held(ALICE, 1, fcm("mine"), NOON.minusSeconds(10));
    var twin = held(ALICE, 6, fcm("twin"), NOON.minusSeconds(20));

    assertSteps(
        tight.decide(session, wanted("x"), standing(null, new HeldToken(mine, null)), NOON).steps(),
        "note mine replaced",
        "put x",
        "note x registered");
    assertSteps(
        tight
            .decide(session, wanted("x"), standing(null, new HeldToken(twin, "phone")), NOON)
            .steps(),
        "remove twin replaced",
        "put x",
        "note x registered");
  }

  private LateDecision late(Session session, NewToken wanted, StoredTokens standing, Instant then) {
    return rules.decideLate(session, wanted, standing, then, then);
  }

  private static void assertOutdated(String reason, LateDecision late) {
    assertEquals(new LateDecision.Outdated(reason), late);
  }

  @Test
  void aLateRegistrationDisplacesWhatIsOlder() {
    var old = held(ALICE, 1, fcm("old"), NOON.minusMillis(1));

    var late = late(session(1, null), wanted("x"), standing(null, new HeldToken(old, null)), NOON);

    assertSteps(
        ((LateDecision.Done) late).steps(), "note old replaced", "put x", "note x registered");
  }

  @Test
  void aLateRegistrationThatIsKnownChangesNothing() {
    for (var at : List.of(NOON, NOON.plusSeconds(1))) {
      var known = held(ALICE, 1, fcm("x"), at);

      var elsewhere = new NewToken(fcm("x"), null, null, "default", "Europe/Berlin");
      assertEquals(
          new LateDecision.Done(List.of()),
          late(session(1, null), elsewhere, standing(known, new HeldToken(known, null)), NOON));
    }
    var older = held(ALICE, 1, fcm("x"), NOON.minus(DAY));
    var late =
        late(session(1, null), wanted("x"), standing(older, new HeldToken(older, null)), NOON);
    assertSteps(((LateDecision.Done) late).steps(), "put x", "note x refreshed");
  }

  @Test
  void aLateRegistrationReplacesNothingUnderADeviceIdThatWasSharedThen() {
    for (var at : List.of(NOON.minus(DAY), NOON.plus(DAY))) {
      var twin = held(ALICE, 6, fcm("twin"), at);
      var standing = standing(null, new HeldToken(twin, "phone"));
      var session = session(1, "phone");
      var name = standing.contested(session, wanted("x")).getFirst();
      var shared = new DeviceUse(List.of(), NOON.plusMillis(1).toEpochMilli());
      var lapsed = new DeviceUse(List.of(), NOON.toEpochMilli());

      assertSteps(
          ((LateDecision.Done)
                  late(session, wanted("x"), standing.with(Map.of(name, shared)), NOON))
              .steps(),
          "put x",
          "note x registered");
      assertEquals(
          late(session, wanted("x"), standing, NOON),
          late(session, wanted("x"), standing.with(Map.of(name, lapsed)), NOON));
    }
  }

  @Test
  void aLateRegistrationUnderASharedKeyReplacesNothingAndIsStoredWithoutTheKey() {
    var theirs = held(BOB, 8, fcm("theirs"), NOON.plus(DAY));
    var wanted = wanted("x").withInstallation(KEY);
    var shared = new DeviceUse(List.of(), NOON.plusMillis(1).toEpochMilli());

    var late = late(session(1, null), wanted, contested(wanted, List.of(theirs), shared), NOON);

    var steps = ((LateDecision.Done) late).steps();
    assertSteps(steps, "put x", "note x registered");
    assertEquals(Installation.UNKNOWN, put(steps).installation());
    assertEquals(
        List.of("new; its device key names several phones, so it replaced no token"),
        reasons(steps));
  }

  @Test
  void aLateRegistrationDoesNotUndoWhatIsNoOlder() {
    var device = session(1, "phone");
    var moved = held(BOB, 5, fcm("x"), NOON);
    var newer = held(ALICE, 1, fcm("newer"), NOON);
    var twin = held(ALICE, 6, fcm("twin"), NOON);
    var others =
        List.of(4L, 5L, 6L).stream()
            .map(id -> new HeldToken(held(ALICE, id, fcm("t" + id), NOON), null))
            .toArray(HeldToken[]::new);

    assertOutdated(
        "another session registered this token at the same time or later",
        late(device, wanted("x"), standing(moved), NOON));
    assertOutdated(
        "the device registered another token at the same time or later",
        late(device, wanted("x"), standing(null, new HeldToken(newer, null)), NOON));
    assertOutdated(
        "the device registered another token at the same time or later",
        late(device, wanted("x"), standing(null, new HeldToken(twin, "phone")), NOON));
    assertOutdated(
        "the user holds as many tokens as allowed, all registered at the same time or later",
        late(device, wanted("x"), standing(null, others), NOON));
  }

  @Test
  void theListATokenIsShownInComesFromItsChannelThenTheRequestThenTheSession() {
    var web = session(1, null);
    var silent = new Session(1, APP, ALICE, "alice", null, null, 0, 0, null);
    var voip = TokenValue.read(Channel.APNS_VOIP, "voipToken", "ab");

    assertEquals(PushPlatform.FCM_WEB, platform(fcm("x"), null, null, web));
    assertEquals(PushPlatform.FCM_IOS, platform(fcm("x"), null, Platform.IOS, web));
    assertEquals(PushPlatform.FCM_ANDROID, platform(fcm("x"), null, null, silent));
    assertEquals(
        PushPlatform.FCM_FLUTTER_IOS,
        platform(fcm("x"), PushPlatform.FCM_FLUTTER_IOS, Platform.WEB, web));
    assertEquals(PushPlatform.APNS_IOS_VOIP, platform(voip, null, Platform.WEB, web));
  }

  private static PushPlatform platform(
      TokenValue value, @Nullable PushPlatform named, @Nullable Platform runsOn, Session session) {
    return new NewToken(value, named, runsOn, "default", null).platformIn(session).platform();
  }

  @Test
  void everyWordForAPlatformIsReadBack() {
    for (var platform : PushPlatform.values()) {
      assertEquals(Optional.of(platform), PushPlatform.of(platform.wireName()));
      assertEquals(platform.channel(), Channel.of(platform.channel().wireName()));
    }
    assertEquals(Optional.empty(), PushPlatform.of("FCM_WEB"));
  }
}

package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Platform;
import dev.rollcall.delivery.Fanout.Choice;
import dev.rollcall.delivery.Fanout.ProviderRef;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenValue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which of a user's tokens a message goes to, and through which provider.
final class FanoutTest {
  private static final ProviderRef FCM = ProviderRef.of(1, "main", List.of(), ProviderType.FCM);
  private static final ProviderRef APNS = ProviderRef.of(2, "ios", List.of(), ProviderType.APNS);
  private static final ProviderRef WEB = ProviderRef.of(3, "web", List.of(), ProviderType.WEB_PUSH);
  private static final ProviderRef FCM_TOO =
      ProviderRef.of(4, "other", List.of(), ProviderType.FCM);
  private static final List<ProviderRef> ALL = List.of(FCM, APNS, WEB, FCM_TOO);

  private static PushToken token(long session, Channel channel, String text, String provider) {
    var platform = channel == Channel.WEB_PUSH ? Platform.WEB : Platform.IOS;
    return new PushToken(
        10,
        session,
        new TokenValue(channel, text),
        PushPlatform.of(channel, platform),
        provider,
        null,
        0,
        0);
  }

  private static PushToken token(long session, Channel channel) {
    return token(session, channel, "aa", NewToken.DEFAULT_PROVIDER);
  }

  private static List<PushToken> ofEachChannel() {
    return List.of(
        token(1, Channel.FCM),
        token(1, Channel.APNS),
        token(1, Channel.APNS_VOIP),
        token(1, Channel.WEB_PUSH));
  }

  private static Choice to(PushToken token, ProviderRef way) {
    return new Choice(token, Optional.of(way));
  }

  @Test
  void theBestChannelComesFirst() {
    var alerts = List.of(Channel.APNS, Channel.FCM, Channel.WEB_PUSH);

    assertEquals(alerts, Fanout.channels(Kind.ALERT));
    assertEquals(alerts, Fanout.channels(Kind.BACKGROUND));
    assertEquals(
        List.of(Channel.APNS_VOIP, Channel.FCM, Channel.WEB_PUSH), Fanout.channels(Kind.VOIP));
  }

  @Test
  void aSessionIsSentToOnceThroughItsBestChannel() {
    var tokens = ofEachChannel();

    assertEquals(List.of(to(tokens.get(1), APNS)), Fanout.choose(Kind.ALERT, tokens, ALL));
    assertEquals(List.of(to(tokens.get(2), APNS)), Fanout.choose(Kind.VOIP, tokens, ALL));
  }

  @Test
  void aChannelThatTheAppHasAProviderForIsBetterThanOneThatItHasNot() {
    var tokens = ofEachChannel();

    assertEquals(List.of(to(tokens.get(3), WEB)), Fanout.choose(Kind.ALERT, tokens, List.of(WEB)));
  }

  @Test
  void withoutAnyProviderTheBestChannelIsChosenAllTheSame() {
    var tokens = ofEachChannel();

    assertEquals(
        List.of(new Choice(tokens.get(1), Optional.empty())),
        Fanout.choose(Kind.ALERT, tokens, List.of()));
  }

  @Test
  void eachSessionIsSentToInTheOrderOfItsFirstToken() {
    var second = token(2, Channel.FCM);
    var first = token(1, Channel.FCM);

    assertEquals(
        List.of(to(second, FCM), to(first, FCM)),
        Fanout.choose(Kind.ALERT, List.of(second, first), ALL));
  }

  @Test
  void aSessionWithNoFitTokenIsNotSentTo() {
    assertEquals(List.of(), Fanout.choose(Kind.ALERT, List.of(token(1, Channel.APNS_VOIP)), ALL));
    assertEquals(List.of(), Fanout.choose(Kind.VOIP, List.of(token(1, Channel.APNS)), ALL));
  }

  @Test
  void whatStandsInForADeviceIsNotSentTo() {
    var standIn = token(1, Channel.APNS, "apns-test-1", NewToken.DEFAULT_PROVIDER);
    var real = token(1, Channel.FCM);

    assertEquals(List.of(to(real, FCM)), Fanout.choose(Kind.ALERT, List.of(standIn, real), ALL));
    assertEquals(List.of(), Fanout.choose(Kind.ALERT, List.of(standIn), ALL));
  }

  private static final long DAY = 24L * 60 * 60 * 1000;

  /// A token under a device key, first registered at `created` and last at `registered`.
  private static PushToken on(
      @Nullable String key, long session, Channel channel, long created, long registered) {
    var plain = token(session, channel);
    return new PushToken(
        10,
        session,
        plain.value(),
        plain.pushPlatform(),
        plain.providerId(),
        null,
        created,
        registered,
        Installation.of(key, null),
        null);
  }

  @Test
  void aPhoneThatMovedFromApnsToFcmIsSentToOnceThroughItsNewToken() {
    var apns = on("phone", 1, Channel.APNS, 0, 5);
    var fcm = on("phone", 2, Channel.FCM, 5, 9);

    for (var kind : new Kind[] {Kind.ALERT, Kind.BACKGROUND}) {
      assertEquals(List.of(to(fcm, FCM)), Fanout.choose(kind, List.of(apns, fcm), ALL));
      assertEquals(List.of(to(fcm, FCM)), Fanout.choose(kind, List.of(fcm, apns), ALL));
    }
  }

  @Test
  void aPhoneThatChangedItsChannelTwiceIsSentToOnce() {
    var web = on("phone", 1, Channel.WEB_PUSH, 0, 3);
    var apns = on("phone", 2, Channel.APNS, 4, 5);
    var fcm = on("phone", 3, Channel.FCM, 6, 9);

    assertEquals(List.of(to(fcm, FCM)), Fanout.choose(Kind.ALERT, List.of(web, apns, fcm), ALL));
  }

  @Test
  void tokensOfOneKeyThatAreBothStillRegisteredAreOfTwoPhones() {
    var apns = on("key-of-both", 1, Channel.APNS, 0, 6);
    var fcm = on("key-of-both", 2, Channel.FCM, 5, 9);

    assertEquals(
        List.of(to(apns, APNS), to(fcm, FCM)), Fanout.choose(Kind.ALERT, List.of(apns, fcm), ALL));
  }

  @Test
  void tokensWithoutAKeyOrWithAnotherOneAreOfOtherPhones() {
    var none = on(null, 1, Channel.APNS, 0, 0);
    var noneToo = on(null, 2, Channel.FCM, 5, 5);
    var other = on("other", 3, Channel.FCM, 6, 6);
    var phone = on("phone", 4, Channel.APNS, 7, 7);

    assertEquals(4, Fanout.choose(Kind.ALERT, List.of(none, noneToo, other, phone), ALL).size());
  }

  @Test
  void theFormerChannelServesAsLongAsTheAppHasNoProviderForTheNewOne() {
    var apns = on("phone", 1, Channel.APNS, 0, 5);
    var fcm = on("phone", 2, Channel.FCM, 5, 9);

    assertEquals(
        List.of(to(apns, APNS)), Fanout.choose(Kind.ALERT, List.of(apns, fcm), List.of(APNS)));
  }

  @Test
  void aCallGoesToTheVoipTokenAndNothingElseDoes() {
    var apns = on("phone", 1, Channel.APNS, 0, 50 * DAY);
    var voip = on("phone", 1, Channel.APNS_VOIP, 0, 0);
    var fcm = on("phone", 1, Channel.FCM, 40 * DAY, 50 * DAY);
    var all = List.of(apns, voip, fcm);

    assertEquals(List.of(to(voip, APNS)), Fanout.choose(Kind.VOIP, all, ALL));
    assertEquals(List.of(to(apns, APNS)), Fanout.choose(Kind.ALERT, all, ALL));
  }

  @Test
  void aVoipTokenOfAnEarlierSessionStillTakesCallsIfNothingElseDoes() {
    var voip = on("phone", 1, Channel.APNS_VOIP, 0, 5);
    var apns = on("phone", 2, Channel.APNS, 5, 9);

    assertEquals(List.of(to(voip, APNS)), Fanout.choose(Kind.VOIP, List.of(voip, apns), ALL));
    assertEquals(List.of(to(apns, APNS)), Fanout.choose(Kind.ALERT, List.of(voip, apns), ALL));
  }

  @Test
  void anAppThatMovesToFcmWithinASessionIsSentToThroughFcm() {
    var apns = on(null, 1, Channel.APNS, 0, DAY);
    var soonAfter = on(null, 1, Channel.FCM, 2 * DAY, 2 * DAY);
    var later = on(null, 1, Channel.FCM, 2 * DAY + 1, 2 * DAY + 1);

    assertEquals(List.of(to(apns, APNS)), Fanout.choose(Kind.ALERT, List.of(apns, soonAfter), ALL));
    assertEquals(List.of(to(later, FCM)), Fanout.choose(Kind.ALERT, List.of(apns, later), ALL));
  }

  @Test
  void aTokenGoesThroughTheProviderThatItNames() {
    assertEquals(
        Optional.of(FCM_TOO), Fanout.providerFor(token(1, Channel.FCM, "aa", "other"), ALL));
  }

  @Test
  void aTokenThatNamesNoneGoesThroughTheAppsFirst() {
    assertEquals(Optional.of(FCM), Fanout.providerFor(token(1, Channel.FCM), ALL));
    assertEquals(Optional.of(APNS), Fanout.providerFor(token(1, Channel.APNS_VOIP), ALL));
  }

  @Test
  void aProviderThatIsCalledDefaultIsNamedByAllThatNameNone() {
    var named = ProviderRef.of(9, NewToken.DEFAULT_PROVIDER, List.of(), ProviderType.FCM);

    assertEquals(
        Optional.of(named), Fanout.providerFor(token(1, Channel.FCM), List.of(FCM, named)));
  }

  @Test
  void ofSeveralProvidersATokenThatNamesNoneOfThemHasNone() {
    assertEquals(Optional.empty(), Fanout.providerFor(token(1, Channel.FCM, "aa", "ios"), ALL));
    assertEquals(Optional.empty(), Fanout.providerFor(token(1, Channel.FCM, "aa", "gone"), ALL));
  }

  @Test
  void theOnlyProviderOfTheTypeIsUsedWhateverATokenNames() {
    for (var name :
        List.of("team-chat-push", "FCM-Prod", "My FCM", "main ", "web", "\u00fcn\u00ef")) {
      assertEquals(
          Optional.of(APNS), Fanout.providerFor(token(1, Channel.APNS, "aa", name), ALL), name);
    }
    assertEquals(
        Optional.empty(), Fanout.providerFor(token(1, Channel.FCM, "aa", "main"), List.of(APNS)));
  }

  @Test
  void caseSpacesAtTheEndsAndTheFormOfAccentsDoNotMatter() {
    var named = ProviderRef.of(5, "My \u00dcn\u00ef FCM", List.of(), ProviderType.FCM);
    for (var name :
        List.of(
            "my \u00fcn\u00ef fcm",
            " MY \u00dcN\u00cf FCM\t",
            "My U\u0308ni\u0308 FCM",
            "\u00a0my \u00fcn\u00ef fcm")) {
      assertEquals(
          Optional.of(named),
          Fanout.providerFor(token(1, Channel.FCM, "aa", name), List.of(FCM, named)),
          name);
    }
    assertEquals(
        Optional.empty(),
        Fanout.providerFor(token(1, Channel.FCM, "aa", "my\u00fcn\u00effcm"), List.of(FCM, named)));
  }

  @Test
  void anAliasIsAnotherNameAndAnIdCountsMore() {
    var aliased = ProviderRef.of(5, "new", List.of("Team-Chat-Push", "main"), ProviderType.FCM);
    var apple = ProviderRef.of(6, "apple", List.of("team-chat-push"), ProviderType.APNS);
    var all = List.of(aliased, FCM, apple, APNS);
    assertEquals(
        Optional.of(aliased),
        Fanout.providerFor(token(1, Channel.FCM, "aa", "team-chat-push"), all));
    assertEquals(
        Optional.of(apple),
        Fanout.providerFor(token(1, Channel.APNS, "aa", "team-chat-push"), all));
    assertEquals(Optional.of(FCM), Fanout.providerFor(token(1, Channel.FCM, "aa", "main"), all));
  }

  @Test
  void aTokenThatNamesNoneGoesThroughAnAliasDefaultBeforeTheFirst() {
    var aliased = ProviderRef.of(5, "new", List.of("Default"), ProviderType.FCM);
    assertEquals(
        Optional.of(aliased), Fanout.providerFor(token(1, Channel.FCM), List.of(FCM, aliased)));
    for (var name : List.of("", " ", "Default", "DEFAULT ")) {
      assertEquals(
          Optional.of(FCM), Fanout.providerFor(token(1, Channel.FCM, "aa", name), ALL), name);
    }
  }

  @Test
  void aTokenNamesAnUnsetProviderOnlyIfTheAppHasOthersOfTheType() {
    assertTrue(Fanout.namesUnsetProvider(Channel.FCM, "gone", ALL));
    assertFalse(Fanout.namesUnsetProvider(Channel.FCM, "OTHER", ALL));
    assertFalse(Fanout.namesUnsetProvider(Channel.FCM, "default", ALL));
    assertFalse(Fanout.namesUnsetProvider(Channel.FCM, "gone", List.of(FCM, APNS)));
    assertFalse(Fanout.namesUnsetProvider(Channel.FCM, "gone", List.of(APNS)));
  }
}

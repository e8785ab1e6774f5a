package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.account.Platform;
import dev.rollcall.delivery.Fanout.Choice;
import dev.rollcall.delivery.Fanout.ProviderRef;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenValue;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which of a user's tokens a message goes to, and through which provider.
final class FanoutTest {
  private static final ProviderRef FCM = new ProviderRef(1, "main", ProviderType.FCM);
  private static final ProviderRef APNS = new ProviderRef(2, "ios", ProviderType.APNS);
  private static final ProviderRef WEB = new ProviderRef(3, "web", ProviderType.WEB_PUSH);
  private static final ProviderRef FCM_TOO = new ProviderRef(4, "other", ProviderType.FCM);
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
    var named = new ProviderRef(9, NewToken.DEFAULT_PROVIDER, ProviderType.FCM);

    assertEquals(
        Optional.of(named), Fanout.providerFor(token(1, Channel.FCM), List.of(FCM, named)));
  }

  @Test
  void aTokenThatNamesAProviderOfAnotherTypeOrNoneAtAllHasNone() {
    assertEquals(Optional.empty(), Fanout.providerFor(token(1, Channel.FCM, "aa", "ios"), ALL));
    assertEquals(Optional.empty(), Fanout.providerFor(token(1, Channel.FCM, "aa", "gone"), ALL));
  }
}

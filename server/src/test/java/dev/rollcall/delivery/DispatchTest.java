package dev.rollcall.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.account.MovableClock;
import dev.rollcall.account.Platform;
import dev.rollcall.delivery.Delivery.Destination;
import dev.rollcall.delivery.Delivery.Notification;
import dev.rollcall.delivery.Dispatch.ProviderPause;
import dev.rollcall.delivery.Dispatch.Result;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a delivery, its token and its provider come to for each outcome of a send.
final class DispatchTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final PushToken FCM = token(Channel.FCM, "f", null);
  private static final PushToken APNS = token(Channel.APNS, "aa", null);
  private static final PushToken WEB =
      token(Channel.WEB_PUSH, "https://push.example/a", new Subscription("p", "a", null));
  private static final Outcome BAD_DEVICE_TOKEN = new Outcome.Suspect("400 BadDeviceToken");

  private final MovableClock clock = new MovableClock(NOON);
  private final Dispatch dispatch = new Dispatch(clock);
  private final Scripted sender = new Scripted();

  /// Ends each send as it was told to, in turn.
  private static final class Scripted implements Sender {
    final Queue<Outcome> outcomes = new ArrayDeque<>();
    final List<Push> sent = new ArrayList<>();

    @Override
    public Outcome send(Push push) {
      sent.add(push);
      return outcomes.remove();
    }

    @Override
    public Prepared prepare(Push push) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Outcome.Refused> refusal(Message message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static PushToken token(Channel channel, String text, @Nullable Subscription keys) {
    var platform = channel == Channel.WEB_PUSH ? Platform.WEB : Platform.IOS;
    return new PushToken(
        10,
        1,
        new TokenValue(channel, text),
        PushPlatform.of(channel, platform),
        NewToken.DEFAULT_PROVIDER,
        null,
        0,
        0,
        Installation.UNKNOWN,
        keys);
  }

  private static Destination at(PushToken token) {
    return new Destination(token, null, false, false);
  }

  private static Delivery delivery(@Nullable Destination to, Duration ttl, int attempt) {
    var message = Message.of(Kind.ALERT).title("Hello").ttl(ttl).build();
    return new Delivery(
        new Notification(1, "id", 1, message, NOON, false), 0, 1, attempt, Optional.ofNullable(to));
  }

  private Result send(Delivery delivery, Outcome... outcomes) {
    sender.outcomes.addAll(List.of(outcomes));
    var result = dispatch.send(delivery, sender, ApnsEnvironment.PRODUCTION);
    assertEquals(0, sender.outcomes.size(), "sends that were expected and did not happen");
    return result;
  }

  private Result send(PushToken token, Outcome... outcomes) {
    return send(delivery(at(token), HOUR, 0), outcomes);
  }

  private static Result result(
      Transition transition,
      List<Evidence> evidence,
      @Nullable ProviderPause pause,
      Outcome outcome) {
    return resultIn(null, transition, evidence, pause, outcome);
  }

  private static Result resultIn(
      @Nullable String service,
      Transition transition,
      List<Evidence> evidence,
      @Nullable ProviderPause pause,
      Outcome outcome) {
    return new Result(
        transition,
        evidence,
        Optional.ofNullable(pause),
        Optional.ofNullable(service),
        Optional.of(outcome));
  }

  private static Result failed(State state, String reason) {
    return new Result(
        new Transition.Failed(state, "rollcall: " + reason),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Outcome later(Duration delay, PauseScope pause) {
    return new Outcome.Later(delay, pause, Duration.ofSeconds(10), "503");
  }

  private ApnsEnvironment environment(int send) {
    return ((Address.Apns) sender.sent.get(send).address()).environment();
  }

  @Test
  void aSessionThatHasEndedIsNotSentTo() {
    assertEquals(
        failed(State.ENDED, "the session has ended, or no longer holds this token"),
        send(delivery(null, HOUR, 0)));
  }

  @Test
  void aDeadTokenIsNotSentTo() {
    assertEquals(
        failed(State.TOKEN_BAD, "a provider declared the token dead"),
        send(delivery(new Destination(FCM, null, true, true), HOUR, 0)));
  }

  @Test
  void whatHasExpiredIsNotSent() {
    clock.advance(HOUR.minusMillis(1));
    var accepted = new Outcome.Accepted("r");
    assertEquals(new Transition.Accepted("r"), send(FCM, accepted).transition());

    clock.advance(Duration.ofMillis(1));
    assertEquals(failed(State.EXPIRED, "its time to live has passed"), send(FCM));
  }

  @Test
  void whatHasOnlyThisMomentIsNotTriedTwice() {
    var accepted = new Outcome.Accepted("r");

    assertEquals(
        new Transition.Accepted("r"),
        send(delivery(at(FCM), Duration.ZERO, 0), accepted).transition());
    assertEquals(
        failed(State.EXPIRED, "its time to live has passed"),
        send(delivery(at(FCM), Duration.ZERO, 1)));
  }

  @Test
  void anAcceptedMessageSpeaksForATokenUnderSuspicion() {
    var accepted = new Outcome.Accepted("r");

    assertEquals(
        result(new Transition.Accepted("r"), List.of(), null, accepted), send(FCM, accepted));
    assertEquals(
        result(new Transition.Accepted("r"), List.of(new Evidence.Accepted()), null, accepted),
        send(delivery(new Destination(FCM, null, true, false), HOUR, 0), accepted));
  }

  @Test
  void aTokenThatIsGoneOrSuspectEndsTheDelivery() {
    var gone = new Outcome.Gone(NOON, "410");
    var suspect = new Outcome.Suspect("403");

    assertEquals(
        result(
            new Transition.Failed(State.TOKEN_BAD, "410"),
            List.of(new Evidence.Dead(NOON, "410")),
            null,
            gone),
        send(FCM, gone));
    assertEquals(
        result(
            new Transition.Failed(State.TOKEN_BAD, "403"),
            List.of(new Evidence.Doubt("403")),
            null,
            suspect),
        send(FCM, suspect));
  }

  @Test
  void aRefusedMessageSaysNothingOfTheToken() {
    var refused = new Outcome.Refused("413");

    assertEquals(
        result(new Transition.Failed(State.REFUSED, "413"), List.of(), null, refused),
        send(FCM, refused));
  }

  @Test
  void whatHasToWaitIsDueAgainUnlessItExpiresFirst() {
    var until = later(HOUR.minusMillis(1), PauseScope.DELIVERY);
    var tooLong = later(HOUR, PauseScope.DELIVERY);

    assertEquals(
        result(new Transition.Retry(NOON.plus(HOUR).minusMillis(1), "503"), List.of(), null, until),
        send(FCM, until));
    assertEquals(
        result(new Transition.Failed(State.EXPIRED, "503"), List.of(), null, tooLong),
        send(FCM, tooLong));
  }

  @Test
  void whatWaitsAlongWaitsAsLongAsTheProviderSays() {
    var until = NOON.plusSeconds(10);

    var host = send(WEB, later(Duration.ofSeconds(40), PauseScope.IF_MOST_FAIL));
    var environment = send(APNS, later(Duration.ofSeconds(40), PauseScope.IF_MOST_FAIL));
    var fcm = send(FCM, later(Duration.ofSeconds(40), PauseScope.IF_MOST_FAIL));
    var provider = send(APNS, later(Duration.ofSeconds(40), PauseScope.PROVIDER));

    assertEquals(Optional.of(new ProviderPause("push.example", until, false)), host.pause());
    assertEquals(Optional.of(new ProviderPause("production", until, false)), environment.pause());
    assertEquals(Optional.of(new ProviderPause(null, until, false)), fcm.pause());
    assertEquals(Optional.of(new ProviderPause(null, until, true)), provider.pause());
    assertEquals(new Transition.Retry(NOON.plusSeconds(40), "503"), host.transition());
  }

  @Test
  void aProviderThatDeniesUsIsPausedForAMinuteAndWhatWaitsIsDueAtOnce() {
    var denied = new Outcome.Denied("401");

    assertEquals(
        result(
            new Transition.Retry(NOON, "401"),
            List.of(),
            new ProviderPause(null, NOON.plusSeconds(60), true),
            denied),
        send(FCM, denied));
  }

  @Test
  void whatIsDeniedForOneTokenIsTriedNowAndThen() {
    var denied = new Outcome.Denied(PauseScope.DELIVERY, "403");
    var minutes = List.of(1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60);

    for (int attempt = 0; attempt < minutes.size(); attempt++) {
      var result = send(delivery(at(FCM), Message.MAX_TTL, attempt), denied);

      var at = NOON.plus(Duration.ofMinutes(minutes.get(attempt)));
      assertEquals(result(new Transition.Retry(at, "403"), List.of(), null, denied), result);
    }
  }

  @Test
  void anApnsTokenIsTriedInTheUsualEnvironmentOrTheOneThatIsKnown() {
    send(APNS, new Outcome.Accepted("r"));
    send(
        delivery(new Destination(APNS, ApnsEnvironment.SANDBOX, false, false), HOUR, 0),
        new Outcome.Accepted("r"));

    assertEquals(ApnsEnvironment.PRODUCTION, environment(0));
    assertEquals(ApnsEnvironment.SANDBOX, environment(1));
  }

  @Test
  void anApnsTokenThatTheOtherEnvironmentTakesIsKnownToBeThere() {
    var accepted = new Outcome.Accepted("r");

    assertEquals(
        resultIn(
            "sandbox",
            new Transition.Accepted("r"),
            List.of(new Evidence.AcceptedIn(ApnsEnvironment.SANDBOX)),
            null,
            accepted),
        send(APNS, BAD_DEVICE_TOKEN, accepted));
    assertEquals(ApnsEnvironment.SANDBOX, environment(1));
  }

  @Test
  void anApnsTokenThatNeitherEnvironmentTakesIsDoubtedOnTheWordOfTheFirst() {
    assertEquals(
        resultIn(
            "production",
            new Transition.Failed(State.TOKEN_BAD, "400 BadDeviceToken"),
            List.of(new Evidence.Doubt("400 BadDeviceToken")),
            null,
            BAD_DEVICE_TOKEN),
        send(APNS, BAD_DEVICE_TOKEN, new Outcome.Suspect("400 DeviceTokenNotForTopic")));
  }

  @Test
  void anApnsTokenIsNotJudgedBeforeTheOtherEnvironmentHasAnswered() {
    var later = later(Duration.ofSeconds(20), PauseScope.DELIVERY);

    assertEquals(
        resultIn(
            "sandbox", new Transition.Retry(NOON.plusSeconds(20), "503"), List.of(), null, later),
        send(APNS, BAD_DEVICE_TOKEN, later));
  }

  @Test
  void onlyATokenThatMayBeInTheOtherEnvironmentIsTriedThere() {
    send(APNS, new Outcome.Suspect("400 DeviceTokenNotForTopic"));
    send(FCM, BAD_DEVICE_TOKEN);
    send(APNS, new Outcome.Refused("400 BadDeviceToken"));
    send(delivery(new Destination(APNS, null, true, false), HOUR, 0), BAD_DEVICE_TOKEN);

    assertEquals(4, sender.sent.size());
  }

  @Test
  void aPushTellsWhichAttemptItIs() {
    var delivery = delivery(at(FCM), HOUR, 3);

    send(delivery, new Outcome.Accepted("r"));

    var push = sender.sent.getFirst();
    assertEquals(delivery.id(), push.id());
    assertEquals(3, push.attempt());
    assertEquals(NOON, push.accepted());
    assertEquals(delivery.notification().message(), push.message());
  }
}

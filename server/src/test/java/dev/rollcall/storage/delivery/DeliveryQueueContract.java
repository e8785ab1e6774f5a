package dev.rollcall.storage.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Hash;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.DeliveryQueue;
import dev.rollcall.delivery.DeliveryQueue.ServicePause;
import dev.rollcall.delivery.Report;
import dev.rollcall.delivery.State;
import dev.rollcall.delivery.Transition;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.message.NewNotification;
import dev.rollcall.message.NewNotification.IdempotencyKey;
import dev.rollcall.message.Target;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.ProviderStore;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.token.AtOnce;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushResults;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenId;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.token.TokenValue;
import dev.rollcall.webhook.Event;
import dev.rollcall.webhook.EventType;
import dev.rollcall.webhook.Webhook;
import dev.rollcall.webhook.WebhookStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every database has to make true of the queue of deliveries.
abstract class DeliveryQueueContract extends StoreContract {
  private static final Duration LEASE = Duration.ofSeconds(90);
  private static final Duration UNSEEN = Duration.ofDays(270);
  private static final Message HELLO = Message.of(Kind.ALERT).title("Hello").build();
  private static final Message CALL =
      Message.of(Kind.VOIP).title("Alice").ttl(Duration.ofMinutes(1)).build();

  private DeliveryQueue queue;
  private long fcmProvider;
  private long apnsProvider;

  @BeforeEach
  void providers() {
    queue = deliveries();
    fcmProvider = provider("firebase", "fcm", null);
    apnsProvider = provider("apple", "apns", null);
  }

  private long provider(String id, String type, Long perSecond) {
    return database.write(
        "making a provider",
        tx ->
            tx.updateReturning(
                    """
                    INSERT INTO provider
                      (app, id, id_key, aliases, type, version, credentials, summary, per_second, created_at,
                       updated_at, pace_second, pace_used)
                    SELECT no, ?, ?, '[]', ?, 1, ?, '{}', ?, 0, 0, 0, 0 FROM app WHERE id = ?
                    RETURNING no
                    """,
                    row -> row.getLong(1),
                    id,
                    id,
                    type,
                    new byte[] {0},
                    perSecond,
                    app.id())
                .getFirst());
  }

  private static Target to(String... uids) {
    return new Target.Users(List.of(uids));
  }

  private String accept(Message message, Target target) {
    return accept(message, target, Optional.empty()).id();
  }

  private DeliveryQueue.Accepted accept(
      Message message, Target target, Optional<IdempotencyKey> idempotencyKey) {
    return queue.accept(
        app.backEnd(),
        new NewNotification(message, null, target, idempotencyKey),
        UUID.randomUUID().toString(),
        clock.instant());
  }

  private void searchAll() {
    while (queue.search(100, UNSEEN, clock.instant())) {
      // on
    }
  }

  private List<Delivery> claim(long provider) {
    searchAll();
    return queue.claim(provider, 100, clock.instant().plus(LEASE), clock.instant()).deliveries();
  }

  private Delivery only(long provider) {
    var claimed = claim(provider);
    assertEquals(1, claimed.size());
    return claimed.getFirst();
  }

  private void finish(Delivery delivery, Transition transition, Evidence... evidence) {
    queue.finish(delivery, transition, List.of(evidence), 1, UNSEEN, clock.instant());
  }

  /// What is said of a token within moments of its registration does not count.
  private void dead(Delivery delivery, Instant since) {
    clock.advance(Duration.ofSeconds(30));
    finish(
        delivery,
        new Transition.Failed(State.TOKEN_BAD, "410 Unregistered"),
        new Evidence.Dead(since, "410 Unregistered"));
  }

  private void doubt(Delivery delivery) {
    clock.advance(Duration.ofSeconds(30));
    finish(
        delivery,
        new Transition.Failed(State.TOKEN_BAD, "400 BadDeviceToken"),
        new Evidence.Doubt("400 BadDeviceToken"));
  }

  private Report report(String id) {
    return queue.report(app.backEnd(), id, 0, 1_000).orElseThrow();
  }

  /// A notification of which one delivery waits.
  final String waitingFor(String uid) {
    register(login(uid), fcm("phone"));
    var id = accept(HELLO, to(uid));
    searchAll();
    return id;
  }

  final void cancel(String id) {
    queue.cancel(app.backEnd(), id, clock.instant());
  }

  final Map<State, Long> counts(String id) {
    return report(id).counts();
  }

  private int retire() {
    return queue.retire(clock.instant(), 100, clock.instant());
  }

  private static String value(Delivery delivery) {
    return delivery.destination().orElseThrow().token().value().text();
  }

  // Whom it goes to.

  @Test
  void aPhoneUnderOneDeviceKeyGetsAMessageOnce() {
    var phone = Installation.of("key-of-the-phone", null);
    register(login("alice"), apns("ab").withInstallation(phone));
    clock.advance(Duration.ofDays(30));
    register(
        login("alice"), fcm("moved").withInstallation(phone), voip("cd").withInstallation(phone));

    accept(HELLO, to("alice"));
    assertEquals(List.of(), claim(apnsProvider));
    assertEquals("moved", value(only(fcmProvider)));

    accept(CALL, to("alice"));
    assertEquals("cd", value(only(apnsProvider)));
    assertEquals(List.of(), claim(fcmProvider));
  }

  @Test
  void everySessionOfTheUsersIsSentToOnce() {
    var phone = login("alice");
    register(phone, fcm("phone"));
    register(login("alice"), fcm("tablet"));
    register(login("bob"), fcm("bobs"));
    register(login("carol"), fcm("carols"));
    var id = accept(HELLO, to("alice", "bob"));

    var values = claim(fcmProvider).stream().map(DeliveryQueueContract::value).sorted().toList();
    assertEquals(List.of("bobs", "phone", "tablet"), values);
    assertEquals(2, report(id).users());
    assertEquals(Map.of(State.PENDING, 3L), counts(id));
  }

  @Test
  void anUnknownUidIsCountedAndNoError() {
    register(login("alice"), fcm("phone"));
    login("bob");
    var id = accept(HELLO, to("alice", "nobody", "strange uid \"'", "bob"));
    searchAll();

    assertEquals(2, report(id).users());
    assertEquals(2, report(id).unknown());
    assertEquals(1, report(id).unreachable());
    assertFalse(report(id).searching());
  }

  @Test
  void everybodyIsFoundInPagesOfAnySize() {
    for (int i = 0; i < 23; i++) {
      register(login("user-" + i), fcm("phone-" + i));
    }
    var everyone = accept(HELLO, new Target.Everyone());
    var named =
        accept(
            HELLO,
            new Target.Users(
                java.util.stream.IntStream.range(0, 23).mapToObj(i -> "user-" + i).toList()));
    while (queue.search(5, UNSEEN, clock.instant())) {
      clock.advance(Duration.ofMillis(1));
    }

    assertEquals(23, report(everyone).users());
    assertEquals(Map.of(State.PENDING, 23L), counts(everyone));
    assertEquals(Map.of(State.PENDING, 23L), counts(named));
    var found = report(everyone).lines().stream().map(Report.Line::uid).distinct().count();
    assertEquals(23, found);
  }

  @Test
  void oneAppsNotificationReachesNobodyOfAnother() {
    var other = Tenant.create(appStore, "other", dev.rollcall.account.TokenPolicy.EXCLUSIVE);
    register(login("alice"), fcm("phone"));
    var theirs = login(other, "alice", dev.rollcall.account.ClientInfo.NONE);
    register(theirs, fcm("theirs"));
    var id = accept(HELLO, new Target.Everyone());

    assertEquals("phone", value(only(fcmProvider)));
    assertTrue(queue.report(other.backEnd(), id, 0, 10).isEmpty());
    assertFalse(queue.cancel(other.backEnd(), id, clock.instant()));
    assertProblem(
        Code.ERR_TOKEN_NOT_FOUND,
        () -> accept(HELLO, new Target.OneToken(TokenId.of(tokens.ofUser(theirs).getFirst()))));
    assertProblem(
        Code.ERR_AUTH_TOKEN_NOT_FOUND,
        () -> accept(HELLO, new Target.OneSession(new SessionRef(handle(theirs)))));
  }

  @Test
  void oneSessionOrOneTokenCanBeMeant() {
    var phone = login("alice");
    register(phone, fcm("phone"), apns("ab"));
    register(login("alice"), fcm("tablet"));
    accept(HELLO, new Target.OneSession(new SessionRef(handle(phone))));
    assertEquals("ab", value(only(apnsProvider)));
    var token =
        tokens.ofUser(phone).stream()
            .filter(it -> it.value().text().equals("phone"))
            .map(TokenId::of)
            .findFirst()
            .orElseThrow();
    accept(HELLO, new Target.OneToken(TokenId.read(token.text())));
    assertEquals("phone", value(only(fcmProvider)));
  }

  @Test
  void aCallRingsTheVoipTokenAndAnAlertTheOther() {
    register(login("alice"), apns("ab"), voip("cd"));
    accept(CALL, to("alice"));
    assertEquals("cd", value(only(apnsProvider)));
    accept(HELLO, to("alice"));
    assertEquals("ab", value(only(apnsProvider)));
  }

  @Test
  void aCallDoesNotGoToATokenForAlerts() {
    register(login("alice"), apns("ab"));
    var id = accept(CALL, to("alice"));
    assertEquals(List.of(), claim(apnsProvider));
    assertEquals(1, report(id).unreachable());
  }

  @Test
  void withoutAProviderADeliveryEndsAtOnceAndSaysSo() {
    database.write("removing", tx -> tx.update("DELETE FROM provider WHERE no = ?", apnsProvider));
    register(login("alice"), apns("ab"));
    var id = accept(HELLO, to("alice"));
    searchAll();
    assertEquals(Map.of(State.NO_PROVIDER, 1L), counts(id));
    assertTrue(report(id).lines().getFirst().reason().contains("PUT /v1/providers"));
  }

  @Test
  void whatStandsInForADeviceIsNotSentTo() {
    register(login("alice"), apns("apns-test-1"));
    var id = accept(HELLO, to("alice"));
    searchAll();
    assertEquals(1, report(id).unreachable());
  }

  // Accepting.

  @Test
  void theSameRequestUnderOneNameIsQueuedOnce() {
    register(login("alice"), fcm("phone"));
    var key = Optional.of(new IdempotencyKey(Hash.of("name"), Hash.of("request")));
    var first = accept(HELLO, to("alice"), key);
    var second = accept(HELLO, to("alice"), key);
    assertFalse(first.repeated());
    assertTrue(second.repeated());
    assertEquals(first.id(), second.id());
    assertEquals(1, claim(fcmProvider).size());
    assertProblem(
        Code.ERR_IDEMPOTENCY_KEY_REUSED,
        () ->
            accept(
                HELLO,
                to("bob"),
                Optional.of(new IdempotencyKey(Hash.of("name"), Hash.of("another")))));
  }

  @Test
  void theSameRequestAtTheSameMomentIsQueuedOnce() {
    register(login("alice"), fcm("phone"));
    var key = Optional.of(new IdempotencyKey(Hash.of("name"), Hash.of("request")));
    var ids = AtOnce.run(20, i -> () -> accept(HELLO, to("alice"), key).id());
    assertEquals(1, ids.stream().distinct().count());
    assertEquals(1, claim(fcmProvider).size());
  }

  @Test
  void onlyTheApiKeySends() {
    assertThrows(
        Problem.class,
        () ->
            queue.accept(
                new Caller.BackEnd(app.id(), app.authKey(), dev.rollcall.account.Scope.FULL_ACCESS),
                new NewNotification(HELLO, null, to("alice"), Optional.empty()),
                "id",
                clock.instant()));
  }

  // Leases.

  @Test
  void aClaimedDeliveryIsDueAgainWhenItsLeaseExpires() {
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    var first = only(fcmProvider);
    assertEquals(0, first.attempt());
    assertEquals(List.of(), claim(fcmProvider));
    assertEquals(List.of(), queue.ready(clock.instant()));

    clock.advance(LEASE);
    assertEquals(List.of(fcmProvider), queue.ready(clock.instant()));
    var second = only(fcmProvider);
    assertEquals(first.id(), second.id());
    assertEquals(1, second.attempt());
  }

  @Test
  void whoeverHasLostTheLeaseHasNoSayAnyMore() {
    register(login("alice"), fcm("phone"));
    var id = accept(HELLO, to("alice"));
    var slow = only(fcmProvider);
    clock.advance(LEASE);
    var quick = only(fcmProvider);
    finish(slow, new Transition.Retry(clock.instant(), "late"));
    finish(slow, new Transition.Deferred(clock.instant()));
    finish(slow, new Transition.Failed(State.EXPIRED, "late"));
    assertEquals(List.of(), claim(fcmProvider));
    assertEquals(Map.of(State.PENDING, 1L), counts(id));
    finish(quick, new Transition.Failed(State.REFUSED, "no"));
    finish(slow, new Transition.Accepted("it has gone out"));
    assertEquals(Map.of(State.ACCEPTED, 1L), counts(id));
  }

  @Test
  void aCallGoesBeforeWhatIsLessUrgent() {
    for (int i = 0; i < 5; i++) {
      register(login("user-" + i), fcm("phone-" + i));
    }
    var normal = Message.of(Kind.ALERT).title("x").priority(Message.Priority.NORMAL).build();
    accept(normal, new Target.Everyone());
    accept(HELLO, new Target.Everyone());
    searchAll();
    clock.advance(Duration.ofSeconds(5));
    accept(CALL, to("user-3"));
    searchAll();
    var kinds = new ArrayList<String>();
    for (int i = 0; i < 11; i++) {
      var next =
          queue.claim(fcmProvider, 1, clock.instant().plus(LEASE), clock.instant()).deliveries();
      var message = next.getFirst().notification().message();
      kinds.add(message.kind() + " " + message.priority());
    }
    assertEquals("VOIP HIGH", kinds.getFirst());
    assertEquals(java.util.Collections.nCopies(5, "ALERT HIGH"), kinds.subList(1, 6));
    assertEquals(java.util.Collections.nCopies(5, "ALERT NORMAL"), kinds.subList(6, 11));
  }

  @Test
  void concurrentClaimsShareTheDeliveriesWithoutDuplicates() {
    for (int i = 0; i < 60; i++) {
      register(login("user-" + i), fcm("phone-" + i));
    }
    accept(HELLO, new Target.Everyone());
    searchAll();
    var taken =
        AtOnce.run(
            6,
            i ->
                () -> {
                  var mine = new ArrayList<UUID>();
                  for (int round = 0; round < 10; round++) {
                    queue
                        .claim(fcmProvider, 7, clock.instant().plus(LEASE), clock.instant())
                        .deliveries()
                        .forEach(it -> mine.add(it.id()));
                  }
                  return mine;
                });
    var all = taken.stream().flatMap(List::stream).toList();
    assertEquals(60, all.size());
    assertEquals(60, all.stream().distinct().count());
  }

  @Test
  void severalWhoSearchAtOnceFindEverybodyOnce() {
    for (int i = 0; i < 40; i++) {
      register(login("user-" + i), fcm("phone-" + i));
    }
    var id = accept(HELLO, new Target.Everyone());
    AtOnce.run(
        4,
        i ->
            () -> {
              for (int round = 0; round < 20; round++) {
                queue.search(5, UNSEEN, clock.instant());
              }
              return true;
            });
    searchAll();
    assertEquals(Map.of(State.PENDING, 40L), counts(id));
    assertEquals(40, report(id).lines().stream().map(Report.Line::uid).distinct().count());
  }

  @Test
  void whoeverHasLoggedOutIsNotReachedAnyMore() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    searchAll();
    accounts.logout(alice);
    assertEquals(Optional.empty(), only(fcmProvider).destination());
  }

  @Test
  void aTokenThatWentToAnotherUserIsNotSentTheOldOnesMessage() {
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    searchAll();
    register(login("bob"), fcm("phone"));
    assertEquals(Optional.empty(), only(fcmProvider).destination());
  }

  @Test
  void aTokenThatWasReplacedIsSentToUnderItsNewValue() {
    var alice = login("alice");
    register(alice, fcm("old"));
    accept(HELLO, to("alice"));
    searchAll();
    register(alice, fcm("new"));
    assertEquals("new", value(only(fcmProvider)));
  }

  private static NewToken through(String provider, String value) {
    return new NewToken(TokenValue.read(Channel.FCM, "token", value), null, null, provider, null);
  }

  @Test
  void aTokenThatWentToAnotherProviderIsSentToThroughThat() {
    var other = provider("other", "fcm", null);
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    searchAll();
    register(alice, through("other", "phone"));
    assertEquals(List.of(), claim(fcmProvider));
    var delivery = only(other);
    assertEquals("phone", value(delivery));
    assertEquals(0, delivery.attempt());
    finish(delivery, new Transition.Accepted("1"));
    assertEquals(List.of(), claim(fcmProvider));
  }

  @Test
  void ofSeveralProvidersATokenThatWentToNoneOfThemIsSentToThroughNone() {
    provider("other", "fcm", null);
    var alice = login("alice");
    register(alice, fcm("phone"));
    var id = accept(HELLO, to("alice"));
    searchAll();
    register(alice, through("elsewhere", "phone"));
    assertEquals(List.of(), claim(fcmProvider));
    assertEquals(Map.of(State.NO_PROVIDER, 1L), counts(id));
  }

  @Test
  void aWaitingMessageGoesThroughAnAliasOrTheProviderThatIsLeft() {
    var other = provider("other", "fcm", null);
    register(login("alice"), through("other", "phone"));
    accept(HELLO, to("alice"));
    searchAll();
    database.write(
        "renaming",
        tx ->
            tx.update(
                "UPDATE provider SET id_key = 'new', aliases = '[\"Other\"]' WHERE no = ?", other));
    assertEquals("phone", value(only(other)));
    register(login("bob"), through("other", "second"));
    accept(HELLO, to("bob"));
    database.write("removing", tx -> tx.update("DELETE FROM provider WHERE no = ?", other));
    searchAll();
    assertEquals("second", value(only(fcmProvider)));
  }

  // Endings.

  @Test
  void aDeliveryEndsOnce() {
    register(login("alice"), fcm("phone"));
    var id = accept(HELLO, to("alice"));
    var delivery = only(fcmProvider);
    finish(delivery, new Transition.Accepted("receipt-1"));
    finish(delivery, new Transition.Failed(State.REFUSED, "late"));
    finish(delivery, new Transition.Retry(clock.instant(), "late"));

    var line = report(id).lines().getFirst();
    assertEquals(State.ACCEPTED, line.state());
    assertEquals("receipt-1", line.receipt());
    assertEquals(1, line.attempts());
    assertEquals("alice", line.uid());
    assertEquals("firebase", line.provider());
    clock.advance(Duration.ofDays(1));
    assertEquals(List.of(), claim(fcmProvider));
  }

  @Test
  void whatIsToBeTriedAgainIsDueThen() {
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    finish(
        only(fcmProvider),
        new Transition.Retry(clock.instant().plusSeconds(60), "503 UNAVAILABLE"));
    clock.advance(Duration.ofSeconds(59));
    assertEquals(List.of(), claim(fcmProvider));
    clock.advance(Duration.ofSeconds(1));
    var again = only(fcmProvider);
    assertEquals(1, again.attempt());
    finish(again, new Transition.Deferred(clock.instant().plusSeconds(5)));
    clock.advance(Duration.ofSeconds(5));
    assertEquals(1, only(fcmProvider).attempt());
  }

  @Test
  void whatWasCalledOffIsNotSent() {
    for (int i = 0; i < 9; i++) {
      register(login("user-" + i), fcm("phone-" + i));
    }
    var id = accept(HELLO, new Target.Everyone());
    queue.search(5, UNSEEN, clock.instant());
    var inFlight =
        queue.claim(fcmProvider, 2, clock.instant().plus(LEASE), clock.instant()).deliveries();
    assertTrue(queue.cancel(app.backEnd(), id, clock.instant()));
    finish(inFlight.getFirst(), new Transition.Accepted("gone out"));

    assertEquals(List.of(), claim(fcmProvider));
    assertTrue(report(id).cancelled());
    assertEquals(Map.of(State.CANCELLED, 4L, State.ACCEPTED, 1L), counts(id));
  }

  // Providers.

  @Test
  void allNodesKeepTheRateOfAProvider() {
    var slow = provider("slow", "fcm", 5L);
    database.write("removing", tx -> tx.update("DELETE FROM provider WHERE no = ?", fcmProvider));
    for (int i = 0; i < 12; i++) {
      register(login("user-" + i), fcm("phone-" + i));
    }
    accept(HELLO, new Target.Everyone());
    searchAll();
    var taken = AtOnce.run(4, i -> () -> claim(slow).size());
    assertEquals(5, taken.stream().mapToInt(it -> it).sum());
    var behind = clock.instant().minusSeconds(1);
    assertEquals(List.of(), queue.claim(slow, 100, behind.plus(LEASE), behind).deliveries());
    clock.advance(Duration.ofSeconds(1));
    assertEquals(5, claim(slow).size());
    clock.advance(Duration.ofSeconds(1));
    assertEquals(2, claim(slow).size());
  }

  @Test
  void whatIsNotSentUsesUpNothingOfTheRate() {
    var slow = provider("slow", "fcm", 1L);
    database.write("removing", tx -> tx.update("DELETE FROM provider WHERE no = ?", fcmProvider));
    register(login("alice"), fcm("a"));
    register(login("alice"), fcm("b"));
    var id = accept(HELLO, to("alice"));
    searchAll();
    // As where there are more than are called off at once.
    database.write("calling off", tx -> tx.update("UPDATE notification SET cancelled_at = 1"));
    accept(HELLO, to("alice"));
    assertEquals(1, claim(slow).size());
    assertEquals(Map.of(State.CANCELLED, 2L), counts(id));
  }

  @Test
  void aPausedProviderIsNotReady() {
    register(login("alice"), fcm("phone"));
    register(login("alice"), apns("ab"));
    accept(HELLO, to("alice"));
    searchAll();
    queue.pause(fcmProvider, 0, null, clock.instant().plusSeconds(600), true);
    assertEquals(List.of(fcmProvider, apnsProvider), queue.ready(clock.instant()));
    queue.pause(fcmProvider, 1, null, clock.instant().plusSeconds(60), true);
    queue.pause(fcmProvider, 1, null, clock.instant().plusSeconds(10), true);
    assertEquals(List.of(apnsProvider), queue.ready(clock.instant()));
    clock.advance(Duration.ofSeconds(60));
    assertEquals(List.of(fcmProvider, apnsProvider), queue.ready(clock.instant()));
  }

  @Test
  void oneHostCanBePausedAlone() {
    queue.pause(fcmProvider, 1, "push.example", clock.instant().plusSeconds(60), true);
    queue.pause(fcmProvider, 1, "push.example", clock.instant().plusSeconds(10), true);
    var pause = new ServicePause(NOON.plusSeconds(60), true);
    assertEquals(Map.of("push.example", pause), queue.pausedServices(fcmProvider));
    assertEquals(Map.of(), queue.pausedServices(apnsProvider));
  }

  @Test
  void onlyOneNodeSendsTheProbeOfAService() {
    queue.pause(fcmProvider, 0, "former.example", NOON, false);
    queue.pause(fcmProvider, 1, "push.example", NOON, false);
    var until = NOON.plus(DeliveryQueue.PROBE);
    assertTrue(queue.claimProbe(fcmProvider, "push.example", NOON, until));
    assertFalse(queue.claimProbe(fcmProvider, "push.example", NOON, until));
    assertEquals(
        Map.of("push.example", new ServicePause(until, false)), queue.pausedServices(fcmProvider));
    queue.endProbe(
        fcmProvider, 1, "push.example", Optional.of(NOON.plusSeconds(10)), clock.instant());
    assertEquals(
        Map.of("push.example", new ServicePause(NOON.plusSeconds(10), false)),
        queue.pausedServices(fcmProvider));
    queue.endProbe(fcmProvider, 1, "push.example", Optional.empty(), clock.instant());
    assertEquals(Map.of(), queue.pausedServices(fcmProvider));
  }

  @Test
  void afterAPauseOneDeliveryIsClaimedAndTheRestFollowsItsResult() {
    for (var phone : List.of("one", "two", "three")) {
      register(login("alice"), fcm(phone));
    }
    accept(HELLO, to("alice"));
    searchAll();
    queue.pause(fcmProvider, 1, null, clock.instant().plusSeconds(60), true);
    assertEquals(List.of(), claim(fcmProvider));
    clock.advance(Duration.ofSeconds(60));
    var probe = queue.claim(fcmProvider, 100, clock.instant().plus(LEASE), clock.instant());
    assertTrue(probe.probe());
    assertEquals(1, probe.deliveries().size());
    assertEquals(List.of(), claim(fcmProvider));
    assertEquals(List.of(), queue.ready(clock.instant()));

    queue.endProbe(
        fcmProvider, 1, null, Optional.of(clock.instant().plusSeconds(10)), clock.instant());
    clock.advance(Duration.ofSeconds(10));
    assertEquals(1, claim(fcmProvider).size());
    queue.endProbe(fcmProvider, 0, null, Optional.empty(), clock.instant());
    assertEquals(List.of(), claim(fcmProvider));
    queue.endProbe(fcmProvider, 1, null, Optional.empty(), clock.instant());
    assertEquals(1, claim(fcmProvider).size());
  }

  @Test
  void aProbeDoesNotEndAPauseThatBeganDuringIt() {
    register(login("alice"), fcm("one"));
    accept(HELLO, to("alice"));
    searchAll();
    queue.pause(fcmProvider, 1, null, clock.instant().plusSeconds(1), true);
    queue.pause(fcmProvider, 1, "push.example", clock.instant().plusSeconds(1), true);
    clock.advance(Duration.ofSeconds(1));
    assertEquals(1, claim(fcmProvider).size());
    var lease = clock.instant().plus(DeliveryQueue.PROBE);
    assertTrue(queue.claimProbe(fcmProvider, "push.example", clock.instant(), lease));

    clock.advance(Duration.ofSeconds(5));
    var end = clock.instant().plusSeconds(600);
    queue.pause(fcmProvider, 1, null, end, true);
    queue.pause(fcmProvider, 1, "push.example", end, true);
    queue.endProbe(fcmProvider, 1, null, Optional.empty(), clock.instant());
    queue.endProbe(fcmProvider, 1, "push.example", Optional.empty(), clock.instant());

    assertEquals(
        Map.of("push.example", new ServicePause(end, true)), queue.pausedServices(fcmProvider));
    clock.advance(Duration.ofSeconds(599));
    assertEquals(List.of(), claim(fcmProvider));
    clock.advance(Duration.ofSeconds(1));
    assertTrue(queue.claim(fcmProvider, 100, lease.plusSeconds(700), clock.instant()).probe());
  }

  @Test
  void aProbeThatIsLostIsFollowedByAnother() {
    register(login("alice"), fcm("one"));
    register(login("alice"), fcm("two"));
    accept(HELLO, to("alice"));
    searchAll();
    queue.pause(fcmProvider, 1, null, clock.instant(), true);
    assertEquals(1, claim(fcmProvider).size());
    clock.advance(DeliveryQueue.PROBE);
    assertEquals(1, claim(fcmProvider).size());
  }

  @Test
  void callsGoThroughAPausedProviderUnlessThePauseIsForThemToo() {
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    accept(CALL, to("alice"));
    searchAll();
    var until = clock.instant().plusSeconds(60);
    queue.pause(fcmProvider, 1, null, until, true);
    assertEquals(List.of(), queue.ready(clock.instant()));
    assertEquals(List.of(), claim(fcmProvider));
    queue.pause(fcmProvider, 1, null, until.plusSeconds(1), false);
    assertEquals(List.of(fcmProvider), queue.ready(clock.instant()));
    var calls = claim(fcmProvider);
    assertEquals(1, calls.size());
    assertEquals(Kind.VOIP, calls.getFirst().notification().message().kind());
    assertEquals(List.of(), queue.ready(clock.instant()));
  }

  @Test
  void aShorterPauseThatIsForCallsTooHoldsThemBackForTheLongerOne() {
    register(login("alice"), fcm("phone"));
    accept(CALL, to("alice"));
    searchAll();
    var until = clock.instant().plusSeconds(600);
    queue.pause(fcmProvider, 1, null, until, false);
    assertEquals(List.of(fcmProvider), queue.ready(clock.instant()));
    queue.pause(fcmProvider, 1, null, clock.instant().plusSeconds(60), true);
    assertEquals(List.of(), queue.ready(clock.instant()));
    clock.advance(Duration.ofSeconds(599));
    assertEquals(List.of(), queue.ready(clock.instant()));

    queue.pause(fcmProvider, 1, "push.example", until, false);
    queue.pause(fcmProvider, 1, "push.example", clock.instant(), true);
    assertEquals(
        Map.of("push.example", new ServicePause(until, true)), queue.pausedServices(fcmProvider));
  }

  @Test
  void whatHasEndedCannotBeCalledOff() {
    register(login("alice"), fcm("phone"));
    var id = accept(HELLO, to("alice"));
    finish(only(fcmProvider), new Transition.Accepted(""));
    assertTrue(queue.cancel(app.backEnd(), id, clock.instant()));
    assertFalse(report(id).cancelled());
  }

  @Test
  void deliveriesOfAProviderThatIsGoneEnd() {
    register(login("alice"), fcm("phone"));
    var id = accept(HELLO, to("alice"));
    searchAll();
    database.write("removing", tx -> tx.update("DELETE FROM provider WHERE no = ?", fcmProvider));
    queue.sweep(NOON, clock.instant());
    assertEquals(Map.of(State.NO_PROVIDER, 1L), counts(id));
  }

  @Test
  void aDeliveryOfAProviderThatIsGoneGoesToAnotherThatReachesItsToken() {
    var other = provider("other", "fcm", null);
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    searchAll();
    database.write("removing", tx -> tx.update("DELETE FROM provider WHERE no = ?", fcmProvider));
    queue.sweep(NOON, clock.instant());
    assertEquals("phone", value(only(other)));
  }

  // What webhooks are told of it.

  private Webhook webhook(EventType... events) {
    var draft =
        new WebhookStore.Draft(
            "hook",
            "https://example.com/hook",
            Set.of(events),
            new byte[] {0},
            false,
            clock.instant());
    return webhookStore.put(app.backEnd(), draft, 1, clock.instant()).webhook();
  }

  private List<Event> sentEvents(Webhook webhook) {
    var now = clock.instant();
    var events =
        webhookStore.claim(webhook.number(), 1_000, now.plus(LEASE), now).stream()
            .map(WebhookStore.Claimed::event)
            .toList();
    events.forEach(event -> webhookStore.delivered(webhook.number(), event));
    return events;
  }

  private static String line(Event event) {
    return event.type().wireName() + " by " + event.by() + ": " + event.why();
  }

  private List<String> lines(Webhook webhook) {
    return sentEvents(webhook).stream().map(DeliveryQueueContract::line).sorted().toList();
  }

  private static final EventType[] ENDS = {EventType.DELIVERY_ACCEPTED, EventType.DELIVERY_FAILED};

  @Test
  void theEndOfADeliveryIsToldOnceWithItsFacts() {
    var webhook = webhook(ENDS);
    var alice = login("alice");
    register(alice, fcm("a-token-as-long-as-others"));
    var id = accept(HELLO, to("alice"));
    var delivery = only(fcmProvider);
    finish(delivery, new Transition.Deferred(clock.instant()));
    finish(only(fcmProvider), new Transition.Retry(clock.instant(), "503 UNAVAILABLE"));
    assertEquals(List.of(), sentEvents(webhook));
    var last = only(fcmProvider);
    finish(last, new Transition.Accepted("receipt-1"));
    finish(last, new Transition.Accepted("receipt-2"));
    finish(last, new Transition.Failed(State.REFUSED, "late"));

    var told = sentEvents(webhook);
    assertEquals(1, told.size());
    var event = told.getFirst();
    assertEquals("delivery.accepted by provider: accepted", line(event));
    assertEquals(
        List.of("alice", "fcm", id, "firebase"),
        List.of(event.uid(), event.channel(), event.notification(), event.provider()));
    assertEquals(alice.token().sessionId().orElseThrow(), event.sessionId());
    assertEquals(history("alice").getFirst().token(), event.token());
    assertEquals(clock.instant().toEpochMilli(), event.at());
  }

  @Test
  void aDeliveryThatFailsIsToldWithTheReason() {
    var webhook = webhook(ENDS);
    for (var state : List.of(State.REFUSED, State.TOKEN_BAD, State.EXPIRED)) {
      register(login(state.wireName()), fcm("token-" + state.wireName()));
      accept(HELLO, to(state.wireName()));
      finish(only(fcmProvider), new Transition.Failed(state, "404 UNREGISTERED"));
    }
    assertEquals(
        List.of(
            "delivery.failed by provider: expired: 404 UNREGISTERED",
            "delivery.failed by provider: refused: 404 UNREGISTERED",
            "delivery.failed by provider: token-bad: 404 UNREGISTERED"),
        lines(webhook));
  }

  @Test
  void aDeliveryToASessionThatEndedIsToldWithoutAToken() {
    var webhook = webhook(ENDS);
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    searchAll();
    accounts.logout(alice);
    finish(only(fcmProvider), new Transition.Failed(State.ENDED, "rollcall: the session ended"));
    var event = sentEvents(webhook).getFirst();
    assertEquals("delivery.failed by rollcall: ended: rollcall: the session ended", line(event));
    assertNull(event.token());
  }

  @Test
  void aDeliveryWithoutAProviderIsTold() {
    var webhook = webhook(ENDS);
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    searchAll();
    database.write("removing", tx -> tx.update("DELETE FROM provider WHERE no = ?", fcmProvider));
    queue.sweep(NOON, clock.instant());
    accept(HELLO, to("alice"));
    searchAll();
    var told = sentEvents(webhook);
    assertEquals(2, told.size());
    for (var event : told) {
      assertTrue(line(event).startsWith("delivery.failed by rollcall: no-provider: "), line(event));
      assertNull(event.provider());
    }
  }

  @Test
  void aCancelledDeliveryHasNoEvent() {
    var webhook = webhook(ENDS);
    register(login("alice"), fcm("phone"));
    var id = accept(HELLO, to("alice"));
    var taken = only(fcmProvider);
    queue.cancel(app.backEnd(), id, clock.instant());
    finish(taken, new Transition.Failed(State.CANCELLED, "rollcall: it was cancelled"));
    assertEquals(List.of(), sentEvents(webhook));
  }

  @Test
  void aWebhookIsToldOfTheEndsThatItAskedForAndByItsOwnAppOnly() {
    var webhook = webhook(EventType.DELIVERY_FAILED);
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    var draft =
        new WebhookStore.Draft(
            "hook", "https://example.com", Set.of(ENDS), new byte[] {0}, false, clock.instant());
    var theirs = webhookStore.put(other.backEnd(), draft, 1, clock.instant()).webhook();
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    finish(only(fcmProvider), new Transition.Accepted(""));
    assertEquals(List.of(), sentEvents(webhook));
    accept(HELLO, to("alice"));
    finish(only(fcmProvider), new Transition.Failed(State.REFUSED, "400 INVALID_ARGUMENT"));
    assertEquals(1, sentEvents(webhook).size());
    assertEquals(List.of(), sentEvents(theirs));
  }

  @Test
  void manyDeliveriesThatEndAtOnceAreEachToldOnce() {
    var webhook = webhook(ENDS);
    for (int i = 0; i < 40; i++) {
      register(login("user-" + i), fcm("token-" + i));
    }
    accept(HELLO, new Target.Everyone());
    var claimed = claim(fcmProvider);
    AtOnce.run(
        claimed.size(),
        i ->
            () -> {
              finish(claimed.get(i), new Transition.Accepted("receipt-" + i));
              return true;
            });
    assertEquals(40, sentEvents(webhook).stream().map(Event::uid).distinct().count());
    assertEquals(List.of(), sentEvents(webhook));
  }

  @Test
  void whatAProviderSaysOfATokenIsTold() {
    var webhook =
        webhook(EventType.TOKEN_SUSPECTED, EventType.TOKEN_RETIRED, EventType.TOKEN_RESTORED);
    register(login("alice"), apns("ab"));
    clock.advance(Duration.ofHours(1));
    accept(HELLO, to("alice"));
    doubt(only(apnsProvider));
    assertEquals(List.of("token.suspected by provider: 400 BadDeviceToken"), lines(webhook));
    accept(HELLO, to("alice"));
    finish(only(apnsProvider), new Transition.Accepted(""), new Evidence.Accepted());
    assertEquals(List.of("token.restored by provider: a message was accepted"), lines(webhook));
    accept(HELLO, to("alice"));
    dead(only(apnsProvider), clock.instant());
    retire();
    assertEquals(
        List.of(
            "token.retired by provider: 410 Unregistered",
            "token.suspected by provider: 410 Unregistered"),
        lines(webhook));
  }

  // Rule 6: what is said against a token.

  @Test
  void rule6_aTokenDeclaredDeadIsForgotten() {
    var alice = login("alice");
    register(alice, apns("ab"));
    clock.advance(Duration.ofHours(1));
    accept(HELLO, to("alice"));
    dead(only(apnsProvider), clock.instant().minusSeconds(1));

    assertListed(listed(alice), "ab");
    assertEquals(0, queue.retire(clock.instant().minusSeconds(1), 100, clock.instant()));
    assertEquals(1, retire());
    assertListed(listed(alice));
    assertEquals("retired by provider: 410 Unregistered", lastLine("alice"));
  }

  @Test
  void rule6_aTokenRegisteredAgainOutlivesAnOldDeathNotice() {
    var alice = login("alice");
    register(alice, apns("ab"));
    accept(HELLO, to("alice"));
    var delivery = only(apnsProvider);
    dead(delivery, NOON.minusSeconds(1));
    assertEquals(0, retire());
    assertListed(listed(alice), "ab");
  }

  @Test
  void rule6_aDeathNoticeFromTheMomentOfRegistrationIsNotNews() {
    var alice = login("alice");
    register(alice, apns("ab"));
    accept(HELLO, to("alice"));
    dead(only(apnsProvider), NOON);
    assertEquals(0, retire());
    assertListed(listed(alice), "ab");
  }

  @Test
  void rule6_withoutATimeOnlyTheVeryRowThatWasSentToIsJudged() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    var delivery = only(fcmProvider);
    clock.advance(Duration.ofMinutes(1));
    register(alice, fcm("phone"));
    dead(delivery, null);
    assertEquals(0, retire());
    assertListed(listed(alice), "phone");

    accept(HELLO, to("alice"));
    dead(only(fcmProvider), null);
    assertEquals(1, retire());
    assertListed(listed(alice));
  }

  @Test
  void rule6_registeringBetweenTheNoticeAndTheForgettingSavesTheToken() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    dead(only(fcmProvider), null);
    clock.advance(Duration.ofMinutes(1));
    register(alice, fcm("phone"));
    assertEquals(0, retire());
    assertListed(listed(alice), "phone");
    accept(HELLO, to("alice"));
    assertEquals("phone", value(only(fcmProvider)));
  }

  @Test
  void rule6_lateNewsOfAValueDoesNotHarmTheOneThatReplacedIt() {
    var alice = login("alice");
    register(alice, fcm("old"));
    accept(HELLO, to("alice"));
    var delivery = only(fcmProvider);
    register(alice, fcm("new"));
    dead(delivery, null);
    assertEquals(0, retire());
    assertListed(listed(alice), "new");
  }

  @Test
  void rule6_aDegradedProviderForgetsNobody() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    dead(only(fcmProvider), null);
    assertFalse(queue.degrade(fcmProvider, 2, clock.instant()), "it was replaced");
    assertTrue(queue.degrade(fcmProvider, 1, clock.instant()));
    assertFalse(queue.degrade(fcmProvider, 1, clock.instant()), "it is already");
    clock.advance(Duration.ofDays(3));
    assertEquals(0, retire());
    assertListed(listed(alice), "phone");
    assertEquals(1, queue.status(clock.instant()).degraded());
    accept(HELLO, to("alice"));
    var delivery = only(fcmProvider);
    assertFalse(delivery.destination().orElseThrow().dead(), "its word does not count");
    assertTrue(delivery.destination().orElseThrow().suspected());
  }

  @Test
  void rule6_whatWasSaidToFormerCredentialsDoesNotCount() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    var delivery = only(fcmProvider);
    clock.advance(Duration.ofMinutes(1));
    queue.finish(
        delivery,
        new Transition.Failed(State.TOKEN_BAD, "404 UNREGISTERED"),
        List.of(new Evidence.Dead(null, "404 UNREGISTERED")),
        7,
        UNSEEN,
        clock.instant());
    assertEquals(0, queue.status(clock.instant()).suspect());
    assertEquals(0, retire());
    assertListed(listed(alice), "phone");
  }

  @Test
  void rule6_whatIsSaidWithinMomentsOfARegistrationDoesNotCount() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    var delivery = only(fcmProvider);
    clock.advance(Duration.ofSeconds(3));
    finish(
        delivery,
        new Transition.Failed(State.TOKEN_BAD, "404 UNREGISTERED"),
        new Evidence.Dead(null, "404 UNREGISTERED"));
    clock.advance(Duration.ofSeconds(2));
    register(alice, fcm("phone"));
    clock.advance(Duration.ofHours(1));
    assertEquals(0, retire());
    assertListed(listed(alice), "phone");
  }

  @Test
  void whatAProviderSaidGoesWithIt() {
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    dead(only(fcmProvider), null);
    providerStore.delete(new ProviderStore.Administrator.BackEnd(app.backEnd()), "firebase");
    fcmProvider = provider("another", "fcm", null);
    accept(HELLO, to("alice"));
    assertEquals("phone", value(only(fcmProvider)));
  }

  @Test
  void aTokenDeclaredDeadIsNotSentToMeanwhile() {
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    dead(only(fcmProvider), null);
    var id = accept(HELLO, to("alice"));
    assertEquals(List.of(), claim(fcmProvider));
    assertEquals(1, report(id).unreachable());
  }

  @Test
  void aDoubtHasToBeConfirmedThriceAndOverTwoDays() {
    var alice = login("alice");
    register(alice, apns("ab"));
    for (int i = 0; i < 5; i++) {
      accept(HELLO, to("alice"));
      doubt(only(apnsProvider));
      assertEquals(0, retire());
    }
    clock.advance(Duration.ofDays(2));
    assertListed(listed(alice), "ab");
    accept(HELLO, to("alice"));
    var suspected = only(apnsProvider);
    assertTrue(suspected.destination().orElseThrow().suspected());
    doubt(suspected);
    assertEquals(1, retire());
    assertListed(listed(alice));
  }

  @Test
  void twoDoubtsAreTooFewHoweverFarApart() {
    var alice = login("alice");
    register(alice, apns("ab"));
    accept(HELLO, to("alice"));
    doubt(only(apnsProvider));
    clock.advance(Duration.ofDays(9));
    accept(HELLO, to("alice"));
    doubt(only(apnsProvider));
    assertEquals(0, retire());
    assertListed(listed(alice), "ab");
  }

  @Test
  void aMessageThatIsAcceptedRestoresASuspect() {
    var alice = login("alice");
    register(alice, apns("ab"));
    accept(HELLO, to("alice"));
    doubt(only(apnsProvider));
    assertEquals("suspected by provider: 400 BadDeviceToken", lastLine("alice"));
    clock.advance(Duration.ofDays(3));
    accept(HELLO, to("alice"));
    finish(only(apnsProvider), new Transition.Accepted(""), new Evidence.Accepted());
    assertEquals("restored by provider: a message was accepted", lastLine("alice"));
    accept(HELLO, to("alice"));
    assertFalse(only(apnsProvider).destination().orElseThrow().suspected());
  }

  @Test
  void theOperatorRestoresASuspect() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    dead(only(fcmProvider), null);
    var id = TokenId.of(tokens.ofUser(alice).getFirst());
    assertTrue(queue.restore(app.backEnd(), id, clock.instant()));
    assertEquals("restored by api-key: by the operator", lastLine("alice"));
    assertEquals(0, retire());
    assertListed(listed(alice), "phone");
    accept(HELLO, to("alice"));
    assertEquals("phone", value(only(fcmProvider)));
    var other = Tenant.create(appStore, "other", dev.rollcall.account.TokenPolicy.EXCLUSIVE);
    assertFalse(queue.restore(other.backEnd(), id, clock.instant()));
  }

  @Test
  void theEnvironmentOfATokenIsLearned() {
    var alice = login("alice");
    register(alice, apns("ab"));
    accept(HELLO, to("alice"));
    finish(
        only(apnsProvider),
        new Transition.Accepted(""),
        new Evidence.AcceptedIn(ApnsEnvironment.SANDBOX));
    clock.advance(Duration.ofDays(1));
    register(alice, apns("ab"));
    accept(HELLO, to("alice"));
    assertEquals(
        ApnsEnvironment.SANDBOX, only(apnsProvider).destination().orElseThrow().environment());
    queue.sweep(clock.instant(), clock.instant());
    accept(HELLO, to("alice"));
    assertEquals(
        ApnsEnvironment.SANDBOX, only(apnsProvider).destination().orElseThrow().environment());
    tokens.delete(new RequestedSession.Own(alice), TokenScope.USER);
    queue.sweep(clock.instant(), clock.instant());
    register(alice, apns("ab"));
    accept(HELLO, to("alice"));
    assertEquals(null, only(apnsProvider).destination().orElseThrow().environment());
  }

  // What pushes show about a token.

  private PushResults shown(String uid) {
    var all = tokens.userTokens(app.backEnd(), uid).tokens();
    assertEquals(1, all.size());
    return all.getFirst().token().pushes();
  }

  private void push(Message message, String uid, long provider, Transition transition) {
    accept(message, to(uid));
    finish(only(provider), transition);
  }

  private void push(String uid, Transition transition) {
    push(HELLO, uid, fcmProvider, transition);
  }

  @Test
  void anAcceptedPushKeepsATokenOfEveryChannel() {
    long browsers = provider("browsers", "webPush", null);
    register(login("ann"), fcm("phone"));
    register(login("ben"), apns("ab"));
    register(login("cid"), voip("cd"));
    register(login("dee"), browser("https://push.example/a"));
    var accepted = new Transition.Accepted("");
    for (int day = 0; day < 252; day += 28) {
      clock.advance(Duration.ofDays(28));
      push(HELLO, "ann", fcmProvider, accepted);
      push(HELLO, "ben", apnsProvider, accepted);
      push(CALL, "cid", apnsProvider, accepted);
      push(HELLO, "dee", browsers, accepted);
    }
    clock.advance(Duration.ofDays(270).minusMillis(1));
    for (var uid : List.of("ann", "ben", "cid", "dee")) {
      assertEquals(1, rolled(uid).size(), uid);
      var id = accept(uid.equals("cid") ? CALL : HELLO, to(uid));
      searchAll();
      assertEquals(0, report(id).unreachable(), uid);
    }
    assertEquals(0, tokens.deleteUnseen(100));

    clock.advance(Duration.ofMillis(1));
    for (var uid : List.of("ann", "ben", "cid", "dee")) {
      assertEquals(List.of(), rolled(uid));
      var id = accept(uid.equals("cid") ? CALL : HELLO, to(uid));
      searchAll();
      assertEquals(1, report(id).unreachable(), uid);
    }
    assertEquals(4, tokens.deleteUnseen(100));
    assertEquals(
        "expired by rollcall: not registered since 2026-11-24, last push accepted 2027-08-03",
        lastLine("ben"));
  }

  private static NewToken browser(String endpoint) {
    var point = "B" + "A".repeat(86);
    return NewToken.of(
        TokenValue.read(Channel.WEB_PUSH, "endpoint", endpoint),
        new Subscription(point, "A".repeat(22), null));
  }

  @Test
  void anAcceptedPushDoesNotProlongASessionWithALifetimeOfItsOwn() {
    accounts.createUser(app.backEnd(), "alice", profile("Alice"), false);
    var lasting = accounts(Optional.of(Duration.ofDays(30)), 100);
    var alice = app.device(lasting.login(app.client(), "alice", ClientInfo.NONE).token());
    register(alice, fcm("phone"));
    clock.advance(Duration.ofDays(29));
    push("alice", new Transition.Accepted(""));
    clock.advance(Duration.ofDays(1));
    assertEquals(List.of(), rolled("alice"));
    assertEquals(1, accounts.endExpired(100));
    assertEquals("expired by rollcall: session expired", lastLine("alice"));
  }

  @Test
  void anAcceptedPushIsRecordedAtMostOnceADay() {
    register(login("alice"), fcm("phone"));
    push("alice", new Transition.Accepted("1"));
    clock.advance(Duration.ofDays(1).minusMillis(1));
    push("alice", new Transition.Accepted("2"));
    assertEquals(new PushResults(NOON.toEpochMilli(), null, null), shown("alice"));
    clock.advance(Duration.ofMillis(1));
    push("alice", new Transition.Accepted("3"));
    assertEquals(new PushResults(clock.millis(), null, null), shown("alice"));
  }

  @Test
  void aTokenThatNeverWorkedShowsTheFailureUntilAPushIsAccepted() {
    register(login("alice"), fcm("phone"));
    assertFalse(shown("alice").neverWorked());
    push("alice", new Transition.Failed(State.REFUSED, "400 INVALID_ARGUMENT"));
    long first = clock.millis();
    assertEquals(new PushResults(null, first, "400 INVALID_ARGUMENT"), shown("alice"));
    assertTrue(shown("alice").neverWorked());

    clock.advance(Duration.ofHours(23));
    push("alice", new Transition.Failed(State.TOKEN_BAD, "404 UNREGISTERED"));
    assertEquals(new PushResults(null, first, "400 INVALID_ARGUMENT"), shown("alice"));
    clock.advance(Duration.ofHours(1));
    push("alice", new Transition.Failed(State.TOKEN_BAD, "404 UNREGISTERED"));
    assertEquals(new PushResults(null, clock.millis(), "404 UNREGISTERED"), shown("alice"));

    push("alice", new Transition.Accepted(""));
    assertEquals(
        new PushResults(clock.millis(), clock.millis(), "404 UNREGISTERED"), shown("alice"));
    assertFalse(shown("alice").neverWorked());
  }

  @Test
  void aFailureThatIsNotTheTokensSaysNothingAboutIt() {
    register(login("alice"), fcm("phone"));
    for (var state : List.of(State.EXPIRED, State.CANCELLED, State.ENDED, State.NO_PROVIDER)) {
      push("alice", new Transition.Failed(state, "503"));
    }
    accept(HELLO, to("alice"));
    finish(only(fcmProvider), new Transition.Retry(clock.instant().plusSeconds(60), "429"));
    assertEquals(PushResults.NONE, shown("alice"));
  }

  @Test
  void whatPushesShowedStaysWithTheValue() {
    var alice = login("alice");
    register(alice, fcm("phone"));
    push("alice", new Transition.Failed(State.REFUSED, "400"));
    clock.advance(Duration.ofHours(1));
    register(alice, fcm("phone"));
    assertEquals(new PushResults(null, NOON.toEpochMilli(), "400"), shown("alice"));
    register(login("alice"), fcm("phone"));
    assertTrue(shown("alice").neverWorked(), "the value only moved to another session");

    register(alice, fcm("phone"));
    accept(HELLO, to("alice"));
    var inFlight = only(fcmProvider);
    register(alice, fcm("another"));
    assertEquals(PushResults.NONE, shown("alice"));
    clock.advance(Duration.ofDays(2));
    finish(inFlight, new Transition.Failed(State.REFUSED, "400"));
    assertEquals(PushResults.NONE, shown("alice"));
  }

  @Test
  void aResultOfAnOlderPushThatEndsLateDoesNotReplaceANewerOne() {
    register(login("alice"), fcm("phone"));
    accept(HELLO, to("alice"));
    var slow = only(fcmProvider);
    clock.advance(Duration.ofSeconds(30));
    push("alice", new Transition.Accepted("quick"));
    queue.finish(slow, new Transition.Failed(State.REFUSED, "400"), List.of(), 1, UNSEEN, NOON);
    assertEquals(new PushResults(clock.millis(), NOON.toEpochMilli(), "400"), shown("alice"));
    queue.finish(slow, new Transition.Accepted("slow"), List.of(), 1, UNSEEN, NOON);
    assertEquals(clock.millis(), shown("alice").acceptedAt());
  }

  @Test
  void pushesAndRegistrationsOfTheSameTokensGoOnSideBySide() {
    var devices = new ArrayList<Caller.Device>();
    for (int i = 0; i < 40; i++) {
      devices.add(login("user-" + i));
      register(devices.get(i), fcm("token-" + i));
    }
    accept(HELLO, new Target.Everyone());
    accept(HELLO, new Target.Everyone());
    var claimed = claim(fcmProvider);
    assertEquals(80, claimed.size());
    clock.advance(Duration.ofMinutes(1));
    var all = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < claimed.size(); i++) {
      var delivery = claimed.get(i);
      var transition =
          i % 2 == 0
              ? new Transition.Accepted("")
              : new Transition.Failed(State.REFUSED, "400 INVALID_ARGUMENT");
      all.add(
          () -> {
            finish(delivery, transition);
            return true;
          });
    }
    for (int i = devices.size() - 1; i >= 0; i--) {
      var device = devices.get(i);
      // Each token moves to the next user, so that transactions change rows of several users.
      var token = fcm("token-" + (i + 1) % devices.size());
      all.add(() -> register(device, token).superseded().isPresent());
    }
    AtOnce.run(all);
    var report = accept(HELLO, new Target.Everyone());
    searchAll();
    long holding = devices.stream().filter(it -> !tokens.ofUser(it).isEmpty()).count();
    assertEquals(devices.size() - holding, report(report).unreachable());
  }

  // Keeping house.

  @Test
  void whatEndedLongAgoIsRemovedAndWhatWaitsIsNot() {
    register(login("alice"), fcm("phone"));
    var ended = accept(HELLO, to("alice"));
    finish(only(fcmProvider), new Transition.Accepted(""));
    var waiting = accept(HELLO, to("alice"));
    searchAll();
    clock.advance(Duration.ofDays(8));
    queue.deleteEnded(clock.instant().minus(Duration.ofDays(7)), 10);
    assertTrue(queue.report(app.backEnd(), ended, 0, 1).isEmpty());
    assertEquals(Map.of(State.PENDING, 1L), counts(waiting));
    assertEquals(1, queue.status(clock.instant()).waiting());
  }

  @Test
  void nothingOfAnErasedUserIsLeftInTheQueue() {
    register(login("alice"), fcm("phone"));
    var id = accept(HELLO, to("alice"));
    doubt(only(fcmProvider));
    accept(HELLO, to("alice"));
    searchAll();
    accounts.deleteUser(app.backEnd(), "alice", true);
    assertEquals(0, queue.status(clock.instant()).suspect());
    assertEquals(Optional.empty(), Optional.ofNullable(report(id).lines().getFirst().uid()));
    assertEquals(Optional.empty(), only(fcmProvider).destination());
  }

  @Test
  void aDryRunQueuesNothing() {
    register(login("alice"), fcm("phone"), apns("ab"));
    register(login("bob"), fcm("bobs"));
    var preview =
        queue.preview(
            app.backEnd(),
            new NewNotification(HELLO, null, new Target.Everyone(), Optional.empty()),
            1,
            UNSEEN,
            clock.instant());
    assertEquals(1, preview.users());
    assertFalse(preview.whole());
    var planned = preview.planned().getFirst();
    PushToken token = planned.token();
    assertEquals("ab", token.value().text());
    assertEquals(apnsProvider, planned.provider());
    assertFalse(queue.search(10, UNSEEN, clock.instant()));
  }
}

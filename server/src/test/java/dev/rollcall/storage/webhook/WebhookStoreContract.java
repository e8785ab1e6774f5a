package dev.rollcall.storage.webhook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Caller;
import dev.rollcall.account.Scope;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.rows.WebhookRows;
import dev.rollcall.storage.token.AtOnce;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.webhook.Event;
import dev.rollcall.webhook.EventType;
import dev.rollcall.webhook.Webhook;
import dev.rollcall.webhook.WebhookStore.Claimed;
import dev.rollcall.webhook.WebhookStore.Draft;
import dev.rollcall.webhook.WebhookStore.Put;
import dev.rollcall.webhook.WebhookStore.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Webhooks and what they are to be told, on every engine.
abstract class WebhookStoreContract extends StoreContract {
  private static final Set<EventType> EVERYTHING = EnumSet.allOf(EventType.class);
  private static final Duration LEASE = Duration.ofMinutes(2);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Put put(Tenant tenant, String id, Set<EventType> events, String secret, boolean rotate) {
    var draft =
        new Draft(
            id,
            "https://example.com/" + id,
            events,
            bytes(secret),
            rotate,
            clock.instant().plus(Duration.ofHours(24)));
    return webhookStore.put(tenant.backEnd(), draft, 3, clock.instant());
  }

  private Webhook put(String id) {
    return put(app, id, EVERYTHING, "secret", false).webhook();
  }

  private Webhook find(String id) {
    return webhookStore.find(app.backEnd(), id).orElseThrow();
  }

  private List<Target> due() {
    return webhookStore.due(clock.instant());
  }

  private List<Claimed> claim(Webhook webhook, int most) {
    return webhookStore.claim(webhook.number(), most, clock.instant().plus(LEASE), clock.instant());
  }

  /// What the webhook is to be told, as `type by: why`.
  private List<String> sentEvents(Webhook webhook) {
    var told = new ArrayList<String>();
    for (var claimed : claim(webhook, 1000)) {
      var event = claimed.event();
      told.add(event.type().wireName() + " by " + event.by() + ": " + event.why());
      webhookStore.delivered(webhook.number(), event);
    }
    return told.stream().sorted().toList();
  }

  private long waiting() {
    return database.read("counting", tx -> tx.count("SELECT count(*) FROM webhook_event"));
  }

  @Test
  void onlyTheApiKeyOfTheAppSetsReadsAndDeletes() {
    put("hook");
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    var wrong = new Caller.BackEnd(app.id(), other.apiKey(), Scope.FULL_ACCESS);
    var login = new Caller.BackEnd(app.id(), app.authKey(), Scope.FULL_ACCESS);
    var draft =
        new Draft("hook", "https://example.com/new", EVERYTHING, bytes("s"), true, clock.instant());
    for (var caller : List.of(wrong, login)) {
      var code = caller.equals(login) ? Code.AUTH_ERR_NO_ACCESS : Code.AUTH_ERR_APIKEY_NOT_FOUND;
      assertProblem(code, () -> webhookStore.put(caller, draft, 3, clock.instant()));
      assertProblem(code, () -> webhookStore.find(caller, "hook"));
      assertProblem(code, () -> webhookStore.list(caller));
      assertProblem(code, () -> webhookStore.delete(caller, "hook"));
    }
    assertEquals("https://example.com/hook", find("hook").url());
  }

  @Test
  void withoutAWebhookNothingIsNoted() {
    var alice = login("alice");
    register(alice, fcm("a"));
    accounts.logout(alice);
    assertEquals(0, waiting());
    assertEquals(List.of(), due());
    database.read(
        "asking",
        tx -> {
          assertFalse(WebhookRows.anyEnabled(tx));
          return true;
        });
  }

  @Test
  void aRegistrationIsToldWithItsFactsAndTheTokenMasked() {
    var webhook = put("hook");
    var alice = loginOn("phone", "alice");
    register(alice, apns("00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"));
    assertEquals(List.of("hook"), due().stream().map(Target::id).toList());
    var claimed = claim(webhook, 10);
    assertEquals(1, claimed.size());
    assertEquals(1, claimed.getFirst().attempt());
    var event = claimed.getFirst().event();
    assertEquals(EventType.TOKEN_REGISTERED, event.type());
    assertEquals(NOON.toEpochMilli(), event.at());
    assertEquals("alice", event.uid());
    assertEquals(alice.token().sessionId().orElseThrow(), event.sessionId());
    assertEquals(List.of("apns", "ios"), List.of(event.channel(), event.platform()));
    assertEquals(history("alice").getFirst().token(), event.token());
    assertTrue(event.token().length() < 20, event.token());
    assertEquals(handle(alice), event.by());
    assertNull(event.notification());
  }

  /// The types of what the webhook is to be told.
  private Set<String> types(Webhook webhook) {
    return sentEvents(webhook).stream()
        .map(it -> it.substring(0, it.indexOf(' ')))
        .collect(Collectors.toSet());
  }

  @Test
  void whateverEndsATokenIsTold() {
    var webhook = put("hook");
    accounts = accounts(Optional.of(Duration.ofDays(1)), 100);
    tokens = tokens(2, 1_000);
    var alice = login("alice");
    register(alice, fcm("a"));
    register(alice, fcm("b"));
    assertEquals(Set.of("token.registered", "token.replaced"), types(webhook));
    var bob = login("bob");
    register(bob, fcm("b"));
    assertEquals(Set.of("token.registered", "token.moved"), types(webhook));
    tokens.delete(new RequestedSession.Own(bob), TokenScope.SESSION);
    assertEquals(Set.of("token.deleted"), types(webhook));

    for (int i = 0; i < 3; i++) {
      register(login("carol"), fcm("c" + i));
      clock.advance(Duration.ofMinutes(1));
    }
    assertEquals(Set.of("token.registered", "token.evicted"), types(webhook));
    clock.advance(Duration.ofDays(2));
    accounts.endExpired(100);
    assertEquals(Set.of("token.expired"), types(webhook));
    register(login("dave"), fcm("d"));
    sentEvents(webhook);
    accounts.deleteUser(app.backEnd(), "dave", true);
    assertEquals(List.of("token.deleted by api-key: user deleted"), sentEvents(webhook));
  }

  @Test
  void everyLineOfTheHistoryButRefreshesIsTold() {
    var webhook = put("hook");
    var alice = login("alice");
    register(alice, fcm("a"), apns("ab"), voip("cd"));
    clock.advance(Duration.ofDays(2));
    register(alice, fcm("a"), apns("ef"));
    tokens.delete(new RequestedSession.Own(alice), TokenScope.USER);
    var lines =
        history("alice").stream()
            .filter(it -> EventType.of(it.kind()).isPresent())
            .map(it -> "token." + it.kind().wireName() + " by " + it.actor() + ": " + it.reason())
            .sorted()
            .toList();
    assertEquals(lines, sentEvents(webhook));
  }

  @Test
  void eachWebhookIsToldWhatItAskedForAndByItsOwnAppOnly() {
    var all = put("all");
    var gone = put(app, "gone", Set.of(EventType.TOKEN_DELETED), "secret", false).webhook();
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    var theirs = put(other, "all", EVERYTHING, "secret", false).webhook();
    var alice = login("alice");
    register(alice, fcm("a"));
    accounts.logout(alice);
    assertEquals(1, sentEvents(gone).size());
    assertEquals(2, sentEvents(all).size());
    assertEquals(List.of(), sentEvents(theirs));
  }

  @Test
  void whatIsRolledBackIsNotTold() {
    put("hook");
    var alice = login("alice");
    accounts.logout(alice);
    assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> register(alice, fcm("a")));
    assertEquals(0, waiting());
  }

  @Test
  void whatIsTakenIsNobodyElsesUntilTheLeaseIsOver() {
    var webhook = put("hook");
    var alice = login("alice");
    register(alice, fcm("a"), apns("ab"), voip("cd"));
    var first = claim(webhook, 2);
    assertEquals(2, first.size());
    var second = claim(webhook, 2);
    assertEquals(1, second.size());
    assertEquals(List.of(), claim(webhook, 2));
    assertEquals(List.of(), due());

    webhookStore.delivered(webhook.number(), second.getFirst().event());
    clock.advance(LEASE);
    var again = claim(webhook, 10);
    assertEquals(ids(first), ids(again));
    assertEquals(2, again.getFirst().attempt());
    again.forEach(it -> webhookStore.delivered(webhook.number(), it.event()));
    assertEquals(0, waiting());
  }

  private static Set<String> ids(List<Claimed> claimed) {
    return new HashSet<>(claimed.stream().map(Claimed::event).map(Event::id).toList());
  }

  @Test
  void manyTakersTakeEachEventOnce() {
    var webhook = put("hook");
    IntStream.range(0, 40).forEach(i -> register(login("u" + i), fcm("t" + i)));
    var taken = AtOnce.run(8, i -> () -> claim(webhook, 5)).stream().flatMap(List::stream).toList();
    assertEquals(40, taken.size() + claim(webhook, 100).size());
    assertEquals(taken.size(), ids(taken).size());
  }

  @Test
  void aFailureIsRememberedUntilASuccess() {
    var webhook = put("hook");
    var alice = login("alice");
    register(alice, fcm("a"), apns("ab"));
    var claimed = claim(webhook, 10);
    var later = clock.instant().plus(Duration.ofMinutes(5));
    webhookStore.retryLater(webhook.number(), claimed.getFirst().event(), later, clock.instant());
    assertEquals(NOON.toEpochMilli(), find("hook").failingSince());
    clock.advance(Duration.ofMinutes(1));
    webhookStore.retryLater(webhook.number(), claimed.getFirst().event(), later, clock.instant());
    assertEquals(NOON.toEpochMilli(), find("hook").failingSince());
    clock.advance(Duration.ofMinutes(4));
    assertEquals(NOON.toEpochMilli(), due().getFirst().failingSince());
    webhookStore.delivered(webhook.number(), claimed.getLast().event());
    assertNull(find("hook").failingSince());
    assertEquals(2, claim(webhook, 10).getFirst().attempt());
    webhookStore.drop(webhook.number(), claimed.getFirst().event(), clock.instant());
    assertEquals(1, find("hook").dropped());
    assertEquals(0, waiting());
  }

  @Test
  void aDisabledWebhookIsToldNothingUntilItIsSetAgain() {
    var webhook = put("hook");
    register(login("alice"), fcm("a"));
    webhookStore.disable(due().getFirst(), false, "it failed for days", clock.instant());
    register(login("alice"), fcm("b"));
    assertEquals(0, waiting());
    assertEquals(List.of(), due());
    assertEquals(
        new Webhook.Disabled(NOON.toEpochMilli(), "it failed for days"), find("hook").disabled());
    assertEquals(1, find("hook").dropped());
    put("hook");
    assertNull(find("hook").disabled());
    register(login("alice"), fcm("c"));
    assertEquals(1, sentEvents(webhook).size());
  }

  @Test
  void whatCameOfAFormerSettingDisablesNothing() {
    var webhook = put("hook");
    register(login("alice"), fcm("a"));
    var former = due().getFirst();
    clock.advance(Duration.ofSeconds(1));
    put("hook");
    webhookStore.disable(former, false, "it is gone", clock.instant());
    assertNull(find("hook").disabled());
    assertEquals(1, sentEvents(webhook).size());
  }

  @Test
  void aWebhookThatHasSucceededMeanwhileIsNotDisabledForItsFailures() {
    var webhook = put("hook");
    var alice = login("alice");
    register(alice, fcm("a"), apns("ab"));
    var claimed = claim(webhook, 2);
    webhookStore.retryLater(
        webhook.number(), claimed.getFirst().event(), clock.instant(), clock.instant());
    var failing = due().getFirst();
    webhookStore.delivered(webhook.number(), claimed.getLast().event());
    webhookStore.disable(failing, true, "it failed for days", clock.instant());
    assertNull(find("hook").disabled());
  }

  @Test
  void whatIsTooOldIsGivenUpAtOnce() {
    put("hook");
    register(login("alice"), fcm("a"), apns("ab"));
    clock.advance(Duration.ofHours(1));
    register(login("bob"), fcm("b"));
    webhookStore.dropOld(NOON.plusSeconds(1), clock.instant());
    assertEquals(1, waiting());
    assertEquals(2, find("hook").dropped());
  }

  @Test
  void theOldSecretSignsForADayAfterARotation() {
    assertTrue(put(app, "hook", EVERYTHING, "one", false).fresh());
    assertFalse(put(app, "hook", EVERYTHING, "two", false).fresh());
    register(login("alice"), fcm("a"));
    assertArrayEquals(bytes("one"), due().getFirst().secret());
    assertNull(due().getFirst().oldSecret());
    assertTrue(put(app, "hook", EVERYTHING, "three", true).fresh());
    assertArrayEquals(bytes("three"), due().getFirst().secret());
    assertArrayEquals(bytes("one"), due().getFirst().oldSecret());
    clock.advance(Duration.ofHours(24));
    assertNull(due().getFirst().oldSecret());
  }

  @Test
  void anAppHasOnlySoManyWebhooksAndSeesOnlyItsOwn() {
    var other = Tenant.create(appStore, "other", TokenPolicy.EXCLUSIVE);
    List.of("a", "b", "c").forEach(this::put);
    assertProblem(Code.ERR_BAD_REQUEST, () -> put("d"));
    put("a");
    put(other, "a", EVERYTHING, "secret", false);
    assertEquals(
        List.of("a", "b", "c"),
        webhookStore.list(app.backEnd()).stream().map(Webhook::id).toList());
    assertEquals(Optional.empty(), webhookStore.find(other.backEnd(), "b"));
    assertFalse(webhookStore.delete(other.backEnd(), "b"));
    var withAuthKey = new Caller.BackEnd(app.id(), app.authKey(), Scope.FULL_ACCESS);
    assertProblem(Code.AUTH_ERR_NO_ACCESS, () -> webhookStore.list(withAuthKey));
  }

  @Test
  void aDeletedWebhookLeavesNothingBehind() {
    var webhook = put("hook");
    register(login("alice"), fcm("a"));
    assertTrue(webhookStore.delete(app.backEnd(), "hook"));
    assertFalse(webhookStore.delete(app.backEnd(), "hook"));
    assertEquals(0, waiting());
    register(login("alice"), fcm("b"));
    assertEquals(0, waiting());
    assertTrue(put("hook").number() > webhook.number());
  }

  @Test
  void whatWasNotedTooLateIsForgotten() {
    put("hook");
    register(login("alice"), fcm("a"));
    database.write("losing a webhook", tx -> tx.update("DELETE FROM webhook"));
    assertEquals(1, webhookStore.deleteOrphans());
    assertEquals(0, waiting());
  }
}

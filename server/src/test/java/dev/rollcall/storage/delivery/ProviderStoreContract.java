package dev.rollcall.storage.delivery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Caller;
import dev.rollcall.account.Scope;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.json.JsonObject;
import dev.rollcall.problem.Code;
import dev.rollcall.provider.Provider;
import dev.rollcall.provider.Provider.State;
import dev.rollcall.provider.ProviderStore.Administrator;
import dev.rollcall.provider.ProviderStore.UnsetId;
import dev.rollcall.provider.ProviderStore.UnsetIds;
import dev.rollcall.provider.ProviderStore.Wanted;
import dev.rollcall.provider.accesstoken.AccessTokenName;
import dev.rollcall.provider.accesstoken.AccessTokenStore.Claim;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.token.AtOnce;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.TokenValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What providers ask of a database, on each of them.
abstract class ProviderStoreContract extends StoreContract {
  private static final Instant LEASE = NOON.plusSeconds(60);

  private Administrator who() {
    return new Administrator.BackEnd(app.backEnd());
  }

  private static Wanted fcm(String id, int credentials) {
    return wanted(id, ProviderType.FCM, credentials);
  }

  private static Wanted wanted(String id, ProviderType type, int credentials) {
    var summary = JsonObject.of("projectId", "roll-" + credentials);
    return new Wanted(id, List.of(), type, new byte[] {0, (byte) credentials, -1}, summary, 7);
  }

  private Provider set(Wanted wanted, long former) {
    return providerStore.put(who(), wanted, former, NOON).orElseThrow();
  }

  @Test
  void whatIsSetIsFoundWithItsCredentials() {
    assertEquals(Optional.empty(), providerStore.find(who(), "main").provider());
    var made = set(fcm("main", 1), 0);
    assertEquals(
        new Provider(
            made.number(),
            made.app(),
            "main",
            List.of(),
            ProviderType.FCM,
            1,
            7,
            JsonObject.of("projectId", "roll-1"),
            NOON,
            NOON,
            null,
            null),
        made);
    var found = providerStore.find(who(), "main");
    assertEquals(made.app(), found.app().number());
    assertEquals(made, found.provider().orElseThrow().provider());
    assertArrayEquals(new byte[] {0, 1, -1}, found.provider().orElseThrow().credentials());
    assertEquals(made, providerStore.byNumber(made.number()).orElseThrow().provider());
    assertEquals(
        made,
        providerStore.find(new Administrator.Operator("demo"), "main").provider().get().provider());
  }

  @Test
  void aReplacedProviderIsNeitherPausedNorDegraded() {
    var made = set(fcm("main", 1), 0);
    database.write(
        "troubling",
        tx ->
            tx.update(
                "UPDATE provider SET paused_until = ?, degraded_since = ?",
                LEASE.toEpochMilli(),
                NOON.toEpochMilli()));
    var troubled = providerStore.ofApp(made.app()).getFirst();
    assertEquals(State.DEGRADED, troubled.state(NOON));
    assertEquals(LEASE, troubled.pausedUntil());
    var later = NOON.plusSeconds(5);
    var anew = providerStore.put(who(), fcm("main", 2), made.version(), later).orElseThrow();
    assertEquals(made.number(), anew.number());
    assertTrue(anew.version() > made.version());
    assertEquals(State.ACTIVE, anew.state(NOON));
    assertEquals(List.of(NOON, later), List.of(anew.createdAt(), anew.updatedAt()));
    assertArrayEquals(
        new byte[] {0, 2, -1}, providerStore.byNumber(anew.number()).orElseThrow().credentials());
  }

  @Test
  void anIdIsFoundInAnyCaseAndShownAsItWasWrittenLast() {
    var made = set(fcm("My \u00dcn\u00ef FCM", 1), 0);
    for (var id :
        List.of("my \u00fcn\u00ef fcm", " MY \u00dcN\u00cf FCM ", "My U\u0308ni\u0308 FCM")) {
      assertEquals(made, providerStore.find(who(), id).provider().orElseThrow().provider(), id);
    }
    assertEquals(
        Optional.empty(), providerStore.put(who(), fcm("MY \u00dcN\u00cf FCM", 2), 0, NOON));
    var anew = set(fcm("my \u00fcn\u00ef fcm", 2), made.version());
    assertEquals(made.number(), anew.number());
    assertEquals("my \u00fcn\u00ef fcm", providerStore.list(who()).getFirst().id());
    assertTrue(providerStore.delete(who(), "MY \u00dcN\u00cf FCM"));
    assertEquals(List.of(), providerStore.list(who()));
  }

  private static Wanted aliased(String id, String... aliases) {
    return new Wanted(
        id, List.of(aliases), ProviderType.FCM, new byte[] {0}, JsonObject.EMPTY, null);
  }

  @Test
  void aliasesAreStoredAndReplaced() {
    var made = set(aliased("main", "a,b", "\"\u00fc\"", "x\ny"), 0);
    assertEquals(List.of("a,b", "\"\u00fc\"", "x\ny"), made.aliases());
    assertEquals(made, providerStore.list(who()).getFirst());
    assertEquals(List.of(), set(aliased("main"), made.version()).aliases());
  }

  private void registerNaming(String uid, Channel channel, String value, String providerId) {
    var wanted =
        new NewToken(TokenValue.read(channel, "token", value), null, null, providerId, null);
    register(login(uid), wanted);
  }

  @Test
  void idsThatTokensNameInVainAreCounted() {
    set(fcm("main", 1), 0);
    set(fcm("other", 2), 0);
    set(wanted("apple", ProviderType.APNS, 3), 0);
    assertEquals(new UnsetIds(List.of(), false), providerStore.unsetIds(who()));
    for (int i = 0; i < 3; i++) {
      registerNaming("u" + i, Channel.FCM, "a" + i, "team-chat-push");
      registerNaming("v" + i, Channel.FCM, "b" + i, "MAIN ");
      registerNaming("w" + i, Channel.FCM, "c" + i, NewToken.DEFAULT_PROVIDER);
      registerNaming("x" + i, Channel.APNS, "0" + i, "whatever");
    }
    registerNaming("y", Channel.FCM, "token-d", "Team-Chat-Push");
    registerNaming("z", Channel.FCM, "token-e", "apple");
    registerNaming("z", Channel.WEB_PUSH, "https://push.example/e", "browsers");
    assertEquals(
        new UnsetIds(
            List.of(
                new UnsetId(ProviderType.FCM, "Team-Chat-Push", 4),
                new UnsetId(ProviderType.FCM, "apple", 1),
                new UnsetId(ProviderType.WEB_PUSH, "browsers", 1)),
            false),
        sorted(providerStore.unsetIds(who())));
    assertEquals(6, deliveries().status(NOON).withoutProvider());

    var main = providerStore.find(who(), "main").provider().orElseThrow().provider();
    set(aliased("main", "team-chat-push", "apple"), main.version());
    assertEquals(1, deliveries().status(NOON).withoutProvider());
    assertTrue(providerStore.delete(who(), "other"));
    assertEquals(0, deliveries().status(NOON).withoutProvider());
  }

  private static UnsetIds sorted(UnsetIds unset) {
    var ids =
        unset.ids().stream()
            .sorted(Comparator.comparingLong(UnsetId::tokens).reversed().thenComparing(UnsetId::id))
            .toList();
    return new UnsetIds(ids, unset.more());
  }

  @Test
  void anAppOfAnotherTenantIsNotCounted() {
    set(fcm("main", 1), 0);
    set(fcm("other", 2), 0);
    registerNaming("u", Channel.FCM, "token-a", "gone");
    var tenant =
        new Administrator.BackEnd(Tenant.create(appStore, "other", TokenPolicy.SHARED).backEnd());
    assertEquals(List.of(), providerStore.unsetIds(tenant).ids());
    assertEquals(1, providerStore.unsetIds(who()).ids().size());
  }

  @Test
  void aStrangerWhoInventsIdsCannotMakeTheCountLong() {
    set(fcm("main", 1), 0);
    set(fcm("other", 2), 0);
    for (int i = 0; i < 201; i++) {
      registerNaming("u" + i / 50, Channel.FCM, "a" + i, "invented-" + i);
    }
    var unset = providerStore.unsetIds(who());
    assertTrue(unset.more());
    assertEquals(200, unset.ids().size());
  }

  @Test
  void theHistoryOfARegistrationSaysThatItNamesAProviderThatIsNotSet() {
    set(fcm("main", 1), 0);
    registerNaming("a", Channel.FCM, "token-1", "gone");
    assertFalse(lastLine("a").contains("names a provider"), lastLine("a"));
    set(fcm("other", 2), 0);
    registerNaming("b", Channel.FCM, "token-2", "gone");
    assertTrue(lastLine("b").endsWith("; names a provider that is not set"), lastLine("b"));
    for (var named : List.of("Main", NewToken.DEFAULT_PROVIDER)) {
      registerNaming("c" + named, Channel.FCM, "token-" + named, named);
      assertFalse(lastLine("c" + named).contains("names a provider"), lastLine("c" + named));
    }
  }

  @Test
  void whoeverComesSecondChangesNothing() {
    var made = set(fcm("main", 1), 0);
    assertEquals(Optional.empty(), providerStore.put(who(), fcm("main", 2), 0, NOON));
    assertEquals(
        Optional.empty(), providerStore.put(who(), fcm("main", 2), made.version() + 1, NOON));
    assertEquals(
        Optional.empty(),
        providerStore.put(who(), wanted("main", ProviderType.APNS, 2), made.version(), NOON));
    assertEquals(List.of(made), providerStore.list(who()));
  }

  @Test
  void ofManyWhoSetItAtOnceOneIsFirst() {
    var set = AtOnce.run(20, i -> () -> providerStore.put(who(), fcm("main", i), 0, NOON));
    assertEquals(1, set.stream().filter(Optional::isPresent).count());
    assertEquals(1, providerStore.list(who()).size());
  }

  @Test
  void anAppSeesItsOwnInOrder() {
    var other =
        new Administrator.BackEnd(Tenant.create(appStore, "other", TokenPolicy.SHARED).backEnd());
    var b = set(fcm("b", 1), 0);
    var a = set(wanted("A", ProviderType.WEB_PUSH, 2), 0);
    providerStore.put(other, fcm("b", 3), 0, NOON);
    assertEquals(List.of(a, b), providerStore.list(who()));
    assertEquals(List.of(a, b), providerStore.ofApp(a.app()));
    assertTrue(providerStore.delete(other, "b"));
    assertFalse(providerStore.delete(other, "A"));
    assertEquals(List.of(a, b), providerStore.list(who()));
  }

  @Test
  void onlyTheApiKeyOpensThem() {
    var client =
        new Administrator.BackEnd(new Caller.BackEnd(app.id(), app.authKey(), Scope.FULL_ACCESS));
    assertProblem(Code.AUTH_ERR_NO_ACCESS, () -> providerStore.list(client));
    assertProblem(Code.AUTH_ERR_NO_ACCESS, () -> providerStore.find(client, "main"));
    assertProblem(
        Code.AUTH_ERR_NO_ACCESS, () -> providerStore.put(client, fcm("main", 1), 0, NOON));
    assertProblem(Code.AUTH_ERR_NO_ACCESS, () -> providerStore.delete(client, "main"));
    assertProblem(
        Code.AUTH_ERR_INVALID_APPID,
        () -> providerStore.list(new Administrator.Operator("nobody")));
  }

  @Test
  void whatIsDeletedIsGoneAndItsNumberIsNotGivenAgain() {
    var made = set(fcm("main", 1), 0);
    claim(accessTokenName(made), null, NOON);
    assertTrue(providerStore.delete(who(), "main"));
    assertFalse(providerStore.delete(who(), "main"));
    assertEquals(Optional.empty(), providerStore.byNumber(made.number()));
    assertTrue(set(fcm("main", 1), 0).number() > made.number());
  }

  private static AccessTokenName accessTokenName(Provider provider) {
    return new AccessTokenName(provider.number(), provider.version(), "jwt");
  }

  private Claim claim(AccessTokenName name, @Nullable Instant refused, Instant now) {
    return providerStore.claim(name, refused, now, now.plus(Duration.ofSeconds(60)));
  }

  private void keep(AccessTokenName name, Instant lease, int secret, Instant issued) {
    providerStore.save(
        name, lease, new byte[] {(byte) secret}, issued, issued.plus(Duration.ofMinutes(50)));
  }

  private void assertUse(int secret, Claim claim) {
    assertArrayEquals(
        new byte[] {(byte) secret}, assertInstanceOf(Claim.Use.class, claim).secret());
  }

  @Test
  void oneNodeObtainsAnAccessTokenForAll() {
    var name = accessTokenName(set(fcm("main", 1), 0));
    assertEquals(new Claim.Obtain(), claim(name, null, NOON));
    assertEquals(new Claim.Wait(), claim(name, null, NOON));
    keep(name, LEASE, 1, NOON);
    var use = assertInstanceOf(Claim.Use.class, claim(name, null, NOON.plusSeconds(1)));
    assertEquals(NOON, use.issued());
    assertEquals(NOON.plus(Duration.ofMinutes(50)), use.renewAt());
    var due = NOON.plus(Duration.ofMinutes(50));
    assertUse(1, claim(name, null, due.minusMillis(1)));
    assertEquals(new Claim.Obtain(), claim(name, null, due));
    assertEquals(new Claim.Wait(), claim(name, null, due));
  }

  @Test
  void aRefusedAccessTokenIsReplacedOnce() {
    var name = accessTokenName(set(fcm("main", 1), 0));
    claim(name, null, NOON);
    keep(name, LEASE, 1, NOON);
    var later = NOON.plusSeconds(1200);
    assertEquals(new Claim.Obtain(), claim(name, NOON, later));
    assertEquals(new Claim.Wait(), claim(name, NOON, later));
    keep(name, later.plusSeconds(60), 2, later);
    assertUse(2, claim(name, NOON, later));
    assertUse(2, claim(name, null, later));
  }

  @Test
  void anExpiredLeaseLetsAnotherNodeTry() {
    var name = accessTokenName(set(fcm("main", 1), 0));
    assertEquals(new Claim.Obtain(), claim(name, null, NOON));
    assertEquals(new Claim.Wait(), claim(name, null, LEASE.minusMillis(1)));
    assertEquals(new Claim.Obtain(), claim(name, null, LEASE));
    keep(name, LEASE, 1, NOON);
    assertEquals(new Claim.Wait(), claim(name, null, LEASE));
    keep(name, LEASE.plusSeconds(60), 2, LEASE);
    assertUse(2, claim(name, null, LEASE));
  }

  @Test
  void aReleasedLeaseLetsTheNextNodeTry() {
    var name = accessTokenName(set(fcm("main", 1), 0));
    claim(name, null, NOON);
    providerStore.release(name, LEASE);
    assertEquals(new Claim.Obtain(), claim(name, null, NOON));
  }

  @Test
  void accessTokensOfReplacedCredentialsAreDeleted() {
    var made = set(fcm("main", 1), 0);
    var former = accessTokenName(made);
    claim(former, null, NOON);
    var now = accessTokenName(set(fcm("main", 2), made.version()));
    assertEquals(new Claim.Gone(), claim(former, null, NOON));
    keep(former, LEASE, 1, NOON);
    assertEquals(new Claim.Obtain(), claim(now, null, NOON));
    providerStore.delete(who(), "main");
    assertEquals(new Claim.Gone(), claim(now, null, NOON));
  }

  @Test
  void oneOfManyConcurrentClaimsObtainsTheAccessToken() {
    var name = accessTokenName(set(fcm("main", 1), 0));
    var claims = AtOnce.run(20, i -> () -> claim(name, null, NOON));
    assertEquals(1, claims.stream().filter(Claim.Obtain.class::isInstance).count());
  }
}

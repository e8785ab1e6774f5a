package dev.rollcall.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an auth token is made of, and what is not one.
final class AuthTokenTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @Test
  void namesItsUserAndItsSessionAndHidesItsSecret() {
    var token = AuthToken.random("alice", NOON);

    assertTrue(token.value().matches("alice_[0-9a-f]{16}_[0-9a-f]{32}"), "another form");
    var id = token.sessionId().orElseThrow();
    assertTrue(token.value().startsWith(AuthToken.handle("alice", id) + "_"));
    assertFalse(token.toString().contains("alice"));
  }

  @Test
  void noTwoLoginsOfOneMomentShareASessionOrASecret() {
    var ids = new HashSet<Long>();
    var secrets = new HashSet<String>();
    for (int i = 0; i < 10_000; i++) {
      var token = AuthToken.random("alice", NOON);
      ids.add(token.sessionId().orElseThrow());
      secrets.add(token.value().substring(token.value().length() - 32));
    }
    assertEquals(10_000, ids.size());
    assertEquals(10_000, secrets.size());
  }

  @Test
  void sessionIdsGrowEvenWhenTheClockGoesBack() {
    long before = AuthToken.random("alice", NOON).sessionId().orElseThrow();
    long after = AuthToken.random("alice", NOON.minusSeconds(5)).sessionId().orElseThrow();
    assertTrue(after > before);
  }

  @Test
  void everyUidThatAUserMayHaveCanBeReadBack() {
    for (var uid :
        new String[] {
          "a", "a_b", "-", "_", "a".repeat(100), "x_0123456789abcdef", "0".repeat(32)
        }) {
      var token = AuthToken.random(uid, NOON);
      var id = token.sessionId();
      assertTrue(id.isPresent(), uid);
      assertEquals(id, AuthToken.sessionNamedBy(token.value()), uid);
      assertEquals(id, AuthToken.sessionNamedBy(AuthToken.handle(uid, id.get())), uid);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alice",
        "null",
        "alice_0123456789abcdef",
        "_0123456789abcdef_0123456789abcdef0123456789abcdef",
        "alice_0123456789ABCDEF_0123456789abcdef0123456789abcdef",
        "alice_0123456789abcdef_0123456789abcdef0123456789abcde",
        "alice_0123456789abcdef_0123456789abcdef0123456789abcdef0",
        "alice_ffffffffffffffff_0123456789abcdef0123456789abcdef",
        "alice_0000000000000000_0123456789abcdef0123456789abcdef",
        "al/ice_0123456789abcdef_0123456789abcdef0123456789abcdef",
        "alice_0123456789abcdef_0123456789abcdef0123456789abcdef\n",
        "' OR 1=1 --",
      })
  void whatHasAnotherFormNamesNoSession(String text) {
    assertEquals(Optional.empty(), new AuthToken(text).sessionId());
  }

  @Test
  void aHandleNamesASessionButIsNoAuthToken() {
    var token = AuthToken.random("alice", NOON);
    var handle = AuthToken.handle("alice", token.sessionId().orElseThrow());

    assertEquals(Optional.empty(), new AuthToken(handle).sessionId());
    assertEquals(token.sessionId(), new SessionRef(handle).sessionId());
    assertEquals(Optional.empty(), new SessionRef(handle).authToken());
  }

  @Test
  void aWholeAuthTokenNamesASessionAndMustMatchIt() {
    var token = AuthToken.random("alice", NOON);
    var ref = new SessionRef(token.value());

    assertEquals(token.sessionId(), ref.sessionId());
    assertEquals(Optional.of(token), ref.authToken());
    assertEquals("[session]", ref.toString());
  }

  @Test
  void hashesAreOfTheWholeToken() {
    var token = AuthToken.random("alice", NOON);
    var other = new AuthToken(token.value().replaceFirst("alice", "bob"));
    assertEquals(32, token.hash().length);
    assertFalse(Hash.same(token.hash(), other.hash()));
  }

  @Test
  void keysAreRandomAndCannotPrintThemselves() {
    var key = Key.random();
    assertTrue(key.value().matches("[0-9a-f]{40}"));
    assertNotEquals(key, Key.random());
    assertEquals("[key]", key.toString());
  }
}

package dev.rollcall.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What matches the stored hash of an auth token.
final class AuthTokenHashTest {
  private static final AuthToken TOKEN =
      AuthToken.random("alice", Instant.parse("2026-11-24T12:00:00Z"));

  private static LogoutToken logoutToken(byte[] hash) {
    var proof = HexFormat.of().formatHex(Hash.of("logout:" + HexFormat.of().formatHex(hash)));
    return new LogoutToken(
        AuthToken.handle("alice", TOKEN.sessionId().orElseThrow()) + "_" + proof);
  }

  @Test
  void theAuthTokenAndTheLogoutTokenMadeFromItMatch() {
    var hash = AuthTokenHash.read(TOKEN.hash());
    assertTrue(hash.isOf(TOKEN));
    assertTrue(hash.isOf(logoutToken(TOKEN.hash())));
    assertFalse(hash.isOf(new AuthToken(TOKEN.value() + "0")));
    assertFalse(hash.isOf(logoutToken(new byte[32])));
    assertEquals("[auth token hash]", hash.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 33, 64})
  void whatIsNoWholeHashMatchesNothing(int length) {
    var stored = Arrays.copyOf(TOKEN.hash(), length);
    var hash = AuthTokenHash.read(stored);
    assertFalse(hash.isOf(TOKEN));
    assertFalse(hash.isOf(logoutToken(stored)));
    assertFalse(hash.isOf(logoutToken(TOKEN.hash())));
  }
}

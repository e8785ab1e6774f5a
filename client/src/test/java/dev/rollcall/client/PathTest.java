package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server receives arguments in a path unchanged.
final class PathTest {
  @RegisterExtension static final TestServer server = new TestServer();

  @ParameterizedTest
  @ValueSource(strings = {"%2e%2e", "a%2Fb", "a?b#c", "a;b=c", "a b", "+", "é", "..."})
  void aUidThatCannotBeIsNotFoundAndNothingElse(String uid) throws RollcallException {
    try (var phone = Phone.client(server)) {
      var error =
          assertThrows(RollcallException.class, () -> phone.login(uid, server.app().authKey()));
      assertEquals("ERR_UID_NOT_FOUND", error.getCode());
    }
  }

  @Test
  void aPushTokenOfStrangeCharactersIsDeletedByItsName() throws RollcallException {
    var uid = Phone.newUser(server, "alice");
    var token = "a:b%..c?d#e+f&g=" + uid;
    try (var backEnd = Phone.backEnd(server)) {
      var session = backEnd.createAuthToken(uid).handle();
      backEnd.registerPushToken(session, "fcm_android", token);
      assertEquals(token, backEnd.deletePushToken(session, token).get(0).value());
    }
  }
}

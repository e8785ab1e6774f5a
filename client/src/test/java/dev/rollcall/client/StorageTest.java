package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What survives a restart of the process, and what happens when the storage fails.
final class StorageTest {
  @RegisterExtension static final TestServer server = new TestServer();

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("session");
  }

  private FileStorage storage() {
    return new FileStorage(file().toFile());
  }

  @Test
  void aSessionOutlivesTheProcess() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var settings = Phone.settings(server).build();
    try (var phone = RollcallClient.open(settings, storage())) {
      phone.login(uid, server.app().authKey());
      phone.registerFcm("phone-" + uid);
    }
    try (var phone = RollcallClient.open(settings, storage())) {
      assertEquals(uid, phone.user().uid());
      assertEquals(Registered.UNCHANGED, phone.registerFcm("phone-" + uid));
      assertEquals(List.of("phone-" + uid), phone.tokens().all());
      assertEquals(Registered.UNCHANGED, phone.checkRegistration());
    }
  }

  @Test
  void aSessionOfAnotherAppIsNotUsed() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var phone = RollcallClient.open(Phone.settings(server).build(), storage())) {
      phone.login(uid, server.app().authKey());
    }
    var other = RollcallSettings.builder("other", "localhost:" + server.httpsPort()).build();
    try (var phone = RollcallClient.open(other, storage())) {
      assertNull(phone.user());
    }
  }

  @Test
  void onlyTheOwnerMayReadTheFile() throws Exception {
    storage().save("{}");
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
    storage().save("{}");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    assertEquals("{}", storage().load());
  }

  @Test
  void whatAnInterruptedSaveLeftIsNoObstacle() throws Exception {
    storage().save("old");
    Files.writeString(folder.resolve("session.new"), "half of the ne");
    assertEquals("old", storage().load());
    storage().save("new");
    assertEquals("new", storage().load());
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void aFileMovesOverAnotherWhereARenameDoesNot() throws Exception {
    var fresh = Files.writeString(folder.resolve("fresh"), "new");
    Files.writeString(file(), "old");
    FileStorage.Mover.move(fresh, file());
    assertEquals("new", storage().load());
    assertFalse(Files.exists(fresh));
  }

  @Test
  void aFileMovesOverAnotherWhereThatTakesMoreThanOneStep() throws Exception {
    var fresh = Files.writeString(folder.resolve("fresh"), "new");
    try (var elsewhere =
        FileSystems.newFileSystem(folder.resolve("elsewhere.zip"), Map.of("create", "true"))) {
      var file = Files.writeString(elsewhere.getPath("session"), "old");
      FileStorage.Mover.move(fresh, file);
      assertEquals("new", Files.readString(file));
      assertFalse(Files.exists(fresh));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{\"login\":", "[]", "null", "not ours", "{\"login\":7,\"logouts\":{}}"})
  void aTextThatIsNotOursIsNobodysSession(String text) throws Exception {
    Files.writeString(file(), text);
    try (var phone = RollcallClient.open(Phone.settings(server).build(), storage())) {
      assertNull(phone.user());
    }
  }

  @Test
  void aStorageThatFailsIsATypedError() throws Exception {
    var nowhere = new FileStorage(folder.resolve("missing").resolve("session").toFile());
    var settings = Phone.settings(server).build();
    var error = assertThrows(RollcallException.class, () -> RollcallClient.open(settings, nowhere));
    assertEquals(RollcallException.STORAGE, error.getCode());
    assertTrue(error.getCause() instanceof IOException);
  }

  /// Fails on demand.
  private static final class FailingStorage implements Storage {
    private final MemoryStorage inner = new MemoryStorage();
    private boolean broken;

    @Override
    public String load() {
      return inner.load();
    }

    @Override
    public void save(String text) throws IOException {
      if (broken) {
        throw new IOException("no room");
      }
      inner.save(text);
    }
  }

  @Test
  void aLogoutThatCannotBeKeptIsTold() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var storage = new FailingStorage();
    try (var relay = new Relay(server.httpsPort());
        var phone =
            RollcallClient.open(
                Phone.settings(server, relay.port()).retries(1, 0).build(), storage)) {
      phone.login(uid, server.app().authKey());
      relay.cut();
      storage.broken = true;
      var error = assertThrows(RollcallException.class, phone::logout);
      assertEquals(RollcallException.STORAGE, error.getCode());
      assertEquals(uid, phone.user().uid());

      storage.broken = false;
      assertEquals(LoggedOut.QUEUED, phone.logout());
      assertNull(phone.user());
    }
  }

  @Test
  void theAuthTokenIsForgottenWithTheLogout() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var backEnd = Phone.backEnd(server);
        var relay = new Relay(server.httpsPort());
        var phone =
            RollcallClient.open(
                Phone.settings(server, relay.port()).retries(1, 0).build(), storage())) {
      var authToken = backEnd.createAuthToken(uid).value();
      phone.login(authToken);
      assertTrue(Files.readString(file()).contains(authToken));
      relay.cut();
      phone.logout();
      var secret = authToken.substring(authToken.lastIndexOf('_') + 1);
      assertFalse(Files.readString(file()).contains(secret));
    }
  }
}

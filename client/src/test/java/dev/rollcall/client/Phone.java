package dev.rollcall.client;

import dev.rollcall.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.UUID;

/// Creates what most tests need: settings for the test's server, clients, back ends and users.
final class Phone {
  private Phone() {}

  static RollcallSettings.Builder settings(TestServer server) {
    return settings(server, server.httpsPort());
  }

  static RollcallSettings.Builder settings(TestServer server, int port) {
    try (var pem = Files.newInputStream(server.certificate())) {
      return RollcallSettings.builder(server.app().id(), "localhost:" + port).trust(pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RollcallClient client(RollcallSettings.Builder settings) throws RollcallException {
    return RollcallClient.open(settings.build(), new MemoryStorage());
  }

  static RollcallClient client(TestServer server) throws RollcallException {
    return client(settings(server));
  }

  static RollcallBackEnd backEnd(TestServer server) {
    return RollcallBackEnd.open(settings(server).build(), server.app().apiKey());
  }

  /// A user that nobody else has, with this name somewhere in its uid.
  static String newUser(TestServer server, String name) throws RollcallException {
    var uid = name + "-" + UUID.randomUUID();
    try (var backEnd = backEnd(server)) {
      return backEnd.createUser(uid, new UserProfile().name(name)).uid();
    }
  }

  static RollcallClient loggedIn(TestServer server, String uid) throws RollcallException {
    var client = client(server);
    client.login(uid, server.app().authKey());
    return client;
  }
}

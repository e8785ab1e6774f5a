package dev.rollcall;

import java.util.Optional;

/// The host that SDKs are told to call. Without one in the configuration it is this machine, on
/// the port that turned out to be free.
final class PublicHost {
  private volatile String host;

  PublicHost(Optional<String> configured) {
    host = configured.orElse("");
  }

  void listeningOn(int httpsPort) {
    if (host.isEmpty()) {
      host = "localhost:" + httpsPort;
    }
  }

  String get() {
    return host;
  }
}

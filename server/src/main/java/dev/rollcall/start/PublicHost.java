package dev.rollcall.start;

import java.util.Optional;

/// The host that SDKs are told to call. Without one in the configuration it is this machine, on
/// the port that turned out to be free.
public final class PublicHost {
  private volatile String host;

  public PublicHost(Optional<String> configured) {
    host = configured.orElse("");
  }

  public void listeningOn(int httpsPort) {
    if (host.isEmpty()) {
      host = "localhost:" + httpsPort;
    }
  }

  public String get() {
    return host;
  }
}

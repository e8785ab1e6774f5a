package dev.rollcall.start;

import java.util.Optional;

/// The public host that SDKs call. Without a configured one, it is `localhost` with the port of
/// HTTPS.
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

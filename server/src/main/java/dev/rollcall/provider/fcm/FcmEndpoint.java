package dev.rollcall.provider.fcm;

import dev.rollcall.egress.OutwardProxy;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The URLs of FCM and of Google's OAuth server. `tls` replaces the JDK's trusted certificates.
public record FcmEndpoint(URI fcm, URI token, @Nullable SSLContext tls, OutwardProxy proxy) {
  public static final FcmEndpoint GOOGLE =
      new FcmEndpoint(
          URI.create("https://fcm.googleapis.com"),
          URI.create("https://oauth2.googleapis.com/token"),
          null);

  public FcmEndpoint(URI fcm, URI token, @Nullable SSLContext tls) {
    this(fcm, token, tls, OutwardProxy.NONE);
  }

  public FcmEndpoint through(OutwardProxy proxy) {
    return new FcmEndpoint(fcm, token, tls, proxy);
  }
}

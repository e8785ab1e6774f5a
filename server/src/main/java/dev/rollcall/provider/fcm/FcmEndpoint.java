package dev.rollcall.provider.fcm;

import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where FCM is, and where OAuth tokens come from. `tls` is whom to trust, if not the JDK's list.
public record FcmEndpoint(URI fcm, URI token, @Nullable SSLContext tls) {
  public static final FcmEndpoint GOOGLE =
      new FcmEndpoint(
          URI.create("https://fcm.googleapis.com"),
          URI.create("https://oauth2.googleapis.com/token"),
          null);
}

package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rollcall.provider.fcm.FcmEndpoint;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// FCM with Google's OAuth endpoint, and a push service of browsers. Both accept every push as fast
/// as they can, and count it.
public final class PushDouble {
  static final String PROJECT = "bench";
  static final String SUBSCRIPTIONS = "/wpush/v2/";
  private static final char[] PASSWORD = "password".toCharArray();

  private static final byte[] ACCESS_TOKEN =
      "{\"access_token\":\"ya29.bench\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"
          .getBytes(UTF_8);

  private final int port;
  private final Path keys;
  private final LongAdder taken = new LongAdder();

  PushDouble(Options options) {
    this.port = options.number("port");
    this.keys = Path.of(options.text("keys"));
  }

  static URI address(int port) {
    return URI.create("https://localhost:" + port);
  }

  /// Where the double on this port is, as FCM's endpoint.
  public static FcmEndpoint fcm(int port, Path keys) {
    var address = address(port);
    return new FcmEndpoint(address, address.resolve("/token"), tls(keys));
  }

  /// Has the double's certificate, and trusts no other.
  public static SSLContext tls(Path keys) {
    try {
      var store = KeyStore.getInstance(keys.toFile(), PASSWORD);
      var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(store, PASSWORD);
      var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (var alias : Collections.list(store.aliases())) {
        trusted.setCertificateEntry(alias, store.getCertificate(alias));
      }
      var others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      others.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), others.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate in " + keys, e);
    }
  }

  void run() throws InterruptedException {
    WebServer.builder()
        .host("localhost")
        .port(port)
        .tls(Tls.builder().sslContext(tls(keys)).build())
        // With its checks, Helidon refuses Content-Encoding, which every Web Push has.
        .addProtocol(Http1Config.builder().validateRequestHeaders(false).build())
        .routing(
            routing ->
                routing
                    .post("/token", (request, response) -> json(response, ACCESS_TOKEN))
                    .post("/v1/projects/" + PROJECT + "/messages:send", this::takeForFcm)
                    .post(SUBSCRIPTIONS + "{token}", this::takeForBrowser)
                    .get("/taken", (request, response) -> response.send("" + taken.sum())))
        .build()
        .start();
    System.out.println("a double of the push services on port " + port);
    Thread.currentThread().join();
  }

  private void takeForFcm(ServerRequest request, ServerResponse response) {
    count(request);
    var name = "projects/" + PROJECT + "/messages/0:" + System.nanoTime() + "%31bd1c9631bd1c96";
    json(response, ("{\"name\":\"" + name + "\"}").getBytes(UTF_8));
  }

  private void takeForBrowser(ServerRequest request, ServerResponse response) {
    count(request);
    response
        .status(Status.CREATED_201)
        .header(HeaderNames.LOCATION, address(port) + "/m/" + System.nanoTime())
        .send();
  }

  private void count(ServerRequest request) {
    request.content().as(byte[].class);
    taken.increment();
  }

  private static void json(ServerResponse response, byte[] body) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json; charset=UTF-8").send(body);
  }
}

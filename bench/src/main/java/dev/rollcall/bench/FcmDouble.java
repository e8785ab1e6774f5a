package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rollcall.delivery.JsonObject;
import dev.rollcall.fcm.FcmEndpoint;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Collections;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// FCM and Google's OAuth endpoint, which take whatever comes as fast as they can, and count it.
public final class FcmDouble {
  private static final String PROJECT = "bench";
  private static final char[] PASSWORD = "password".toCharArray();

  private static final byte[] PASS =
      "{\"access_token\":\"ya29.bench\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"
          .getBytes(UTF_8);

  private final int port;
  private final Path keys;
  private final LongAdder taken = new LongAdder();

  FcmDouble(Options options) {
    this.port = options.number("port");
    this.keys = Path.of(options.text("keys"));
  }

  /// Where the double on this port is, for a client that trusts its certificate alone.
  public static FcmEndpoint endpoint(int port, Path keys) {
    var address = URI.create("https://localhost:" + port);
    return new FcmEndpoint(address, address.resolve("/token"), tls(keys));
  }

  static FcmEndpoint endpoint(Options options) {
    return endpoint(options.number("double"), Path.of(options.text("keys")));
  }

  /// The file that Google would hand out. The double believes any signature.
  static JsonObject serviceAccount(FcmEndpoint endpoint) {
    return JsonObject.of(
        "type",
        "service_account",
        "project_id",
        PROJECT,
        "private_key_id",
        "key-1",
        "private_key",
        privateKey(),
        "client_email",
        "push@bench.iam.gserviceaccount.com",
        "client_id",
        "1",
        "token_uri",
        endpoint.token().toString());
  }

  private static String privateKey() {
    try {
      var key = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
      var base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
      return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted("PRIVATE KEY", base64);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext tls(Path file) {
    try {
      var store = KeyStore.getInstance(file.toFile(), PASSWORD);
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
      throw new IllegalStateException("no certificate in " + file, e);
    }
  }

  void run() throws InterruptedException {
    WebServer.builder()
        .host("localhost")
        .port(port)
        .tls(Tls.builder().sslContext(tls(keys)).build())
        .routing(
            routing ->
                routing
                    .post("/token", (request, response) -> json(response, PASS))
                    .post("/v1/projects/" + PROJECT + "/messages:send", this::take)
                    .get("/taken", (request, response) -> response.send("" + taken.sum())))
        .build()
        .start();
    System.out.println("a double of FCM on port " + port);
    Thread.currentThread().join();
  }

  private void take(ServerRequest request, ServerResponse response) {
    request.content().as(byte[].class);
    taken.increment();
    var name = "projects/" + PROJECT + "/messages/0:" + System.nanoTime() + "%31bd1c9631bd1c96";
    json(response, ("{\"name\":\"" + name + "\"}").getBytes(UTF_8));
  }

  private static void json(ServerResponse response, byte[] body) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json; charset=UTF-8").send(body);
  }
}

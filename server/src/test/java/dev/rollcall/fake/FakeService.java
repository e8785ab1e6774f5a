package dev.rollcall.fake;

import io.helidon.common.tls.Tls;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncoding;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// A real HTTPS server on a free port, for HTTP/1.1 and HTTP/2, that answers what it is told to and
/// keeps what it got.
public final class FakeService implements AutoCloseable {
  /// A request as it came, from a port of the client's. Names of headers are in lower case.
  public record Got(
      int port,
      String method,
      String path,
      String protocol,
      Map<String, String> headers,
      byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  public record Answer(int status, Map<String, String> headers, String body) {
    public static Answer of(int status) {
      return new Answer(status, Map.of(), "");
    }

    public static Answer json(int status, String body) {
      return new Answer(status, Map.of("content-type", "application/json"), body);
    }

    public Answer with(String header, String value) {
      var all = new TreeMap<>(headers);
      all.put(header, value);
      return new Answer(status, all, body);
    }
  }

  private final List<Got> got = new ArrayList<>();
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final WebServer server;

  public FakeService(Function<Got, Answer> answers) {
    this(0, answers);
  }

  FakeService(int port, Function<Got, Answer> answers) {
    this.server =
        WebServer.builder()
            .host("localhost")
            .port(port)
            .shutdownHook(false)
            .contentEncoding(encodings())
            .tls(Tls.builder().sslContext(FakeTls.ONE.server()).build())
            .routing(
                routing -> routing.any((request, response) -> serve(request, response, answers)))
            .build()
            .start();
  }

  // What is encrypted for a browser says so as a content encoding, and nobody else reads it.
  private static ContentEncodingContext encodings() {
    return ContentEncodingContext.builder()
        .contentEncodingsDiscoverServices(false)
        .addContentEncoding(new Encrypted())
        .build();
  }

  private static final class Encrypted implements ContentEncoding {
    @Override
    public Set<String> ids() {
      return Set.of("aes128gcm");
    }

    @Override
    public boolean supportsEncoding() {
      return false;
    }

    @Override
    public boolean supportsDecoding() {
      return true;
    }

    @Override
    public ContentDecoder decoder() {
      return ContentDecoder.NO_OP;
    }

    @Override
    public ContentEncoder encoder() {
      return ContentEncoder.NO_OP;
    }

    @Override
    public String name() {
      return "aes128gcm";
    }

    @Override
    public String type() {
      return "aes128gcm";
    }
  }

  private void serve(
      ServerRequest request, ServerResponse response, Function<Got, Answer> answers) {
    var one = read(request);
    synchronized (got) {
      got.add(one);
      got.notifyAll();
    }
    var answer = answers.apply(one);
    response.status(Status.create(answer.status()));
    answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    response.send(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private static Got read(ServerRequest request) {
    var headers = new TreeMap<String, String>();
    for (Header header : request.headers()) {
      headers.put(header.name().toLowerCase(Locale.ROOT), header.get());
    }
    return new Got(
        request.remotePeer().port(),
        request.prologue().method().text(),
        request.path().rawPath(),
        request.prologue().protocolVersion(),
        headers,
        request.content().as(byte[].class));
  }

  public int port() {
    return server.port();
  }

  public List<Got> got() {
    synchronized (got) {
      return List.copyOf(got);
    }
  }

  /// Waits until so many have come; answers false when they do not within two minutes.
  public boolean await(int count) {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    synchronized (got) {
      try {
        for (long left = 1; got.size() < count && left > 0; ) {
          left = Duration.ofNanos(end - System.nanoTime()).toMillis();
          got.wait(Math.max(1, left));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return got.size() >= count;
    }
  }

  public Got last() {
    return got().getLast();
  }

  @Override
  public void close() {
    server.stop();
  }
}

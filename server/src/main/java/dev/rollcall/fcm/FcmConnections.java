package dev.rollcall.fcm;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Connections to FCM, each with as many sends in flight as an HTTP/2 server lets at once. One
/// that is not needed is not opened, since the first with room is taken.
final class FcmConnections implements AutoCloseable {
  private static final int CONNECTIONS = 10;

  /// The least that RFC 9113 advises servers to allow, and what Google's do. The JDK's client fails
  /// what is over.
  private static final int STREAMS = 100;

  private static final Duration CONNECT = Duration.ofSeconds(10);

  private record Connection(HttpClient client, Semaphore room) {}

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore room = new Semaphore(CONNECTIONS * STREAMS);
  private final List<Connection> connections;

  FcmConnections(@Nullable SSLContext tls) {
    this.connections =
        IntStream.range(0, CONNECTIONS)
            .mapToObj(one -> new Connection(client(tls), new Semaphore(STREAMS)))
            .toList();
  }

  private HttpClient client(@Nullable SSLContext tls) {
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .executor(threads);
    return tls == null ? builder.build() : builder.sslContext(tls).build();
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    room.acquire();
    try {
      var connection = withRoom();
      try {
        return connection.client.send(request, BodyHandlers.ofString());
      } finally {
        connection.room.release();
      }
    } finally {
      room.release();
    }
  }

  // There is always one, since nobody is let in here without a place somewhere.
  private Connection withRoom() {
    while (true) {
      for (var connection : connections) {
        if (connection.room.tryAcquire()) {
          return connection;
        }
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    connections.forEach(connection -> connection.client.shutdownNow());
    threads.shutdownNow();
  }
}

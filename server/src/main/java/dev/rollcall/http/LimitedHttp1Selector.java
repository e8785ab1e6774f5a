package dev.rollcall.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.DirectHandler;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// A connection selector for Helidon's HTTP/1.1 that limits the bytes and the time of each request.
///
/// Helidon limits the request line, headers and body. It does not limit the bytes between the
/// chunks of a body, the time that a client takes to send a request, or the sum of what all clients
/// send. An error while a request is read closes the connection without a log entry, because
/// clients cause such errors every day.
final class LimitedHttp1Selector implements ServerConnectionSelector {
  // Enough for the longest allowed body, even in very small chunks.
  private static final int MAX_BYTES = 2 * 1024 * 1024;

  private final Http1ConnectionSelector http1;
  private final Connections connections;
  private final Duration requestTimeout;

  /// A request must arrive completely within `longest` after its first byte.
  LimitedHttp1Selector(
      Http1Config.Builder config, Connections connections, Duration requestTimeout) {
    var listener = new ProgressListener();
    var http1Config = config.addReceiveListener(listener).addSendListener(listener).build();
    this.http1 = Http1ConnectionSelector.builder().config(http1Config).build();
    this.connections = connections;
    this.requestTimeout = requestTimeout;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Uninterrupted(
        http1.connection(new LimitedConnection(context, connections.attachThread(context))));
  }

  /// A connection that Helidon does not end when it stops listening. {@link Connections} does so
  /// later, when the requests in progress have been answered.
  private record Uninterrupted(ServerConnection http1) implements ServerConnection {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      http1.handle(limit);
    }

    @Override
    public Duration idleTime() {
      return http1.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      if (interrupt) {
        http1.close(true);
      }
    }
  }

  /// Reports to a connection when its request line and its headers are read, and when its answer
  /// begins.
  private static final class ProgressListener implements Http1ConnectionListener {
    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
      ((LimitedConnection) context).requestStarted();
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
      ((LimitedConnection) context).headReceived();
    }

    @Override
    public void status(ConnectionContext context, Status status) {
      ((LimitedConnection) context).answerStarted();
    }
  }

  /// A connection that counts the bytes that it reads.
  private final class LimitedConnection implements ConnectionContext {
    private final ConnectionContext connection;
    private final Connections.Connection progress;
    private final DataReader reader = DataReader.create(this::read);
    private boolean receiving;
    private HeadLines head = new HeadLines();
    private boolean inHead;
    private long startedAt;
    private int bytes;
    private byte[] lastBytes = {};

    LimitedConnection(ConnectionContext connection, Connections.Connection progress) {
      this.connection = connection;
      this.progress = progress;
    }

    /// Called when the first byte of the request has been read. It may have arrived together with
    /// the end of the previous request.
    void requestStarted() {
      if (!receiving) {
        receiving = true;
        inHead = true;
        startedAt = System.nanoTime();
        bytes = 0;
        progress.requestStarted();
        releasePreviousRequest();
      }
    }

    void headReceived() {
      inHead = false;
    }

    void answerStarted() {
      receiving = false;
      progress.answerStarted();
    }

    // The last bytes delivered may contain the beginning of the next request, which stays counted.
    private void releasePreviousRequest() {
      progress.release();
      head = new HeadLines();
      int left = reader.available();
      if (left > 0) {
        reserve(Cost.ofHead(lastBytes, head.count(lastBytes, lastBytes.length - left)));
      }
    }

    private void reserve(int more) {
      if (!progress.reserve(more)) {
        throw RequestException.builder()
            .type(DirectHandler.EventType.OTHER)
            .status(Status.SERVICE_UNAVAILABLE_503)
            .setKeepAlive(false)
            .message("the server has no memory left for this request")
            .build();
      }
    }

    /// The next bytes, or null at the end of the stream, which is allowed only between requests.
    private byte @Nullable [] read() {
      if (!receiving && reader.available() == 0) {
        return nextRequest();
      }
      // The request may have begun in the bytes that ended the previous one.
      requestStarted();
      return delivered(more());
    }

    private byte @Nullable [] nextRequest() {
      progress.becameIdle();
      releasePreviousRequest();
      var first = readSocket();
      if (first == null) {
        return null;
      }
      requestStarted();
      count(first);
      return delivered(Http10.translate(first, this::more));
    }

    private byte[] more() {
      if (bytes > MAX_BYTES || System.nanoTime() - startedAt > requestTimeout.toNanos()) {
        throw new CloseConnectionException("the request is too large or takes too long");
      }
      var read = readSocket();
      if (read == null) {
        throw new CloseConnectionException("the client closed the connection during a request");
      }
      count(read);
      return read;
    }

    private void count(byte[] read) {
      bytes += read.length;
      reserve(inHead ? Cost.ofHead(read, head.count(read, 0)) : Cost.ofBody(read));
    }

    private byte[] delivered(byte[] read) {
      lastBytes = read;
      return read;
    }

    private byte @Nullable [] readSocket() {
      progress.restartTimeout();
      try {
        var read = connection.serverSocket().get();
        progress.restartTimeout();
        return read;
      } catch (UncheckedIOException e) {
        throw new CloseConnectionException("the connection broke, or was silent for too long", e);
      }
    }

    @Override
    public DataReader dataReader() {
      return reader;
    }

    @Override
    public ListenerContext listenerContext() {
      return connection.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return connection.executor();
    }

    @Override
    public DataWriter dataWriter() {
      return connection.dataWriter();
    }

    @Override
    public Router router() {
      return connection.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
      return connection.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
      return connection.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
      return connection.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return connection.localPeer();
    }

    @Override
    public boolean isSecure() {
      return connection.isSecure();
    }

    @Override
    public String socketId() {
      return connection.socketId();
    }

    @Override
    public String childSocketId() {
      return connection.childSocketId();
    }
  }
}

package dev.rollcall.http;

import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections that are open. Those that do not move on, and those that are over, are closed.
///
/// A socket's own timeout sees silence, and nothing else: not a client that sends a TLS handshake
/// byte by byte, nor one that takes no answers. And Helidon closes a TLS connection without the
/// socket that it stands on.
final class Connections implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);
  private static final Duration SELDOM = Duration.ofSeconds(1);
  private static final int SHARE = 4;

  private record Ends(SocketAddress remote, SocketAddress local) {}

  /// One connection, from when it is accepted.
  static final class Connection {
    private final SocketChannel channel;
    private volatile long moved = System.nanoTime();
    private volatile @Nullable Thread thread;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    /// Gives it as much time for its next step as each step has.
    void movesOn() {
      moved = System.nanoTime();
    }

    private boolean isOver(Duration longest) {
      var handler = thread;
      return handler != null && !handler.isAlive() || System.nanoTime() - moved > longest.toNanos();
    }
  }

  private final Map<Ends, Connection> open = new ConcurrentHashMap<>();
  private final Duration every;
  private final Duration longest;
  private final Thread patrol;
  private volatile boolean closed;

  /// A step may take as long as a client may be silent, and a little more: silence is noticed by
  /// the socket, which can still be answered then.
  Connections(Duration silence) {
    var share = silence.dividedBy(SHARE);
    every = share.compareTo(SELDOM) < 0 ? share : SELDOM;
    longest = silence.plus(every);
    patrol = Thread.ofPlatform().daemon().name("connections").unstarted(this::patrol);
  }

  void start() {
    patrol.start();
  }

  void accept(SocketChannel channel) throws IOException {
    var ends = new Ends(channel.getRemoteAddress(), channel.getLocalAddress());
    open.put(ends, new Connection(channel));
  }

  /// The connection that the calling thread now handles.
  Connection handled(ConnectionContext context) {
    var ends = new Ends(context.remotePeer().address(), context.localPeer().address());
    var connection = open.get(ends);
    if (connection == null) {
      throw new CloseConnectionException("the connection is over");
    }
    connection.thread = Thread.currentThread();
    connection.movesOn();
    return connection;
  }

  private void patrol() {
    while (!closed) {
      open.values().removeIf(it -> !it.channel.isOpen() || it.isOver(longest) && close(it));
      try {
        Thread.sleep(every);
      } catch (InterruptedException e) {
        // closed
      }
    }
  }

  private static boolean close(Connection connection) {
    try {
      connection.channel.close();
    } catch (IOException e) {
      log.debug("closing a connection failed", e);
    }
    return true;
  }

  @Override
  public void close() {
    closed = true;
    patrol.interrupt();
    open.values().removeIf(Connections::close);
  }
}

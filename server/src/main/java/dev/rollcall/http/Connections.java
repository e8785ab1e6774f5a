package dev.rollcall.http;

import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The open connections, and the bytes that they hold.
///
/// This class closes connections that make no progress, and removes those that have ended. The
/// timeout of a socket covers only silence: it does not stop a client that sends a TLS handshake
/// byte by byte, or one that does not read its answers. Helidon closes a TLS connection without
/// closing the socket below it.
///
/// It also enforces the {@link Capacity}. If all connections are in use, it closes the one that has
/// been idle for longest; if none is idle, it closes the slowest request or answer. If the bytes
/// are used up, it closes the slowest request or answer too. If none is slow enough, it refuses the
/// new connection or request.
final class Connections implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);
  private static final Duration MAX_CHECK_INTERVAL = Duration.ofSeconds(1);
  private static final int CHECKS_PER_TIMEOUT = 4;

  private record AddressPair(SocketAddress remote, SocketAddress local) {}

  private enum Stage {
    /// Between requests, or before the first one.
    IDLE,
    /// A request is arriving.
    RECEIVING,
    /// The server is processing the request. Such a connection is not closed to make room.
    PROCESSING,
    /// An answer is being sent.
    SENDING
  }

  /// One connection, from the moment at which it is accepted.
  final class Connection {
    private final SocketChannel channel;
    private final AddressPair addresses;
    private final int weight;
    private volatile long lastProgress = System.nanoTime();
    private volatile @Nullable Thread thread;
    private Stage stage = Stage.IDLE;
    private long stageStart = lastProgress;
    private int reserved;
    private boolean ended;

    private Connection(SocketChannel channel, AddressPair ends, int weight) {
      this.channel = channel;
      this.addresses = ends;
      this.weight = weight;
    }

    /// Restarts the timeout for the connection's next step.
    void restartTimeout() {
      lastProgress = System.nanoTime();
    }

    void becameIdle() {
      enter(Stage.IDLE);
      mayBeSilentFor(idle);
    }

    void requestStarted() {
      enter(Stage.RECEIVING);
      mayBeSilentFor(silence);
    }

    void requestReceived() {
      enter(Stage.PROCESSING);
    }

    void answerStarted() {
      enter(Stage.SENDING);
      restartTimeout();
    }

    private void mayBeSilentFor(Duration time) {
      try {
        channel.socket().setSoTimeout(Math.toIntExact(time.toMillis()));
      } catch (SocketException e) {
        throw new CloseConnectionException("the connection has ended", e);
      }
    }

    private synchronized void enter(Stage next) {
      if (ended) {
        throw new CloseConnectionException("the connection was closed to free capacity");
      }
      stage = next;
      stageStart = System.nanoTime();
    }

    /// Counts bytes that the connection holds from now on. Returns false if there is no room for
    /// them.
    boolean reserve(int more) {
      while (!bytes.tryAcquire(more)) {
        if (!freeBytes(this)) {
          listener.refused(Refusal.BYTES);
          return false;
        }
      }
      synchronized (this) {
        if (ended) {
          bytes.release(more);
          return false;
        }
        reserved += more;
        return true;
      }
    }

    /// Counts an answer while it is sent. An answer longer than half of all room counts as half, so
    /// that it can still be sent when few bytes are in use.
    boolean reserveAnswer(byte[] body) {
      return reserve(Math.min(Cost.ofAnswer(body), longestAnswer));
    }

    /// Releases all bytes that the connection holds.
    synchronized void release() {
      bytes.release(reserved);
      reserved = 0;
    }

    private synchronized boolean isIdle() {
      return stage == Stage.IDLE;
    }

    private synchronized boolean isSlow() {
      boolean inProgress = stage == Stage.RECEIVING || stage == Stage.SENDING;
      return inProgress && System.nanoTime() - stageStart > slowAfter.toNanos();
    }

    private synchronized long stageStart() {
      return stageStart;
    }

    private boolean isDead() {
      var handler = thread;
      // Before it has a handler, the connection may be in the middle of its TLS handshake.
      var longest = handler != null && isIdle() ? idle : silence;
      return !channel.isOpen()
          || (handler != null && !handler.isAlive())
          || System.nanoTime() - lastProgress > longest.plus(checkInterval).toNanos();
    }

    /// Closes the connection if the condition for which it was chosen still holds.
    private synchronized boolean endIf(Predicate<Connection> found) {
      return found.test(this) && end();
    }

    private synchronized boolean end() {
      if (!ended) {
        ended = true;
        release();
        slots.release(weight);
        open.remove(addresses, this);
        close();
      }
      return true;
    }

    private void close() {
      try {
        channel.close();
      } catch (IOException e) {
        log.debug("closing a connection failed", e);
      }
    }
  }

  private final Map<AddressPair, Connection> open = new ConcurrentHashMap<>();
  private final int most;
  private final Semaphore slots;
  private final Semaphore bytes;
  private final int longestAnswer;
  private final HttpServer.RequestListener listener;
  private final Duration checkInterval;
  private final Duration idle;
  private final Duration silence;
  private final Duration slowAfter;
  private final Thread monitor;
  private volatile boolean closed;

  /// A connection is removed a little after its limit of silence has passed. So the socket's own
  /// timeout comes first, after which the server can still send an answer.
  Connections(
      HttpServer.Timeouts timeouts, Capacity capacity, HttpServer.RequestListener listener) {
    idle = timeouts.idle();
    silence = timeouts.read();
    var share = (idle.compareTo(silence) < 0 ? idle : silence).dividedBy(CHECKS_PER_TIMEOUT);
    checkInterval = share.compareTo(MAX_CHECK_INTERVAL) < 0 ? share : MAX_CHECK_INTERVAL;
    slowAfter = timeouts.slowAfter();
    most = capacity.connections();
    slots = new Semaphore(most);
    bytes = new Semaphore(capacity.bytes());
    longestAnswer = capacity.bytes() / 2;
    this.listener = listener;
    monitor = Thread.ofPlatform().daemon().name("connections").unstarted(this::monitor);
  }

  void start() {
    monitor.start();
  }

  void accept(SocketChannel channel, int weight) throws IOException {
    while (!slots.tryAcquire(weight)) {
      if (!freeConnection()) {
        listener.refused(Refusal.CONNECTION);
        throw new IOException("there are too many connections");
      }
    }
    var ends = new AddressPair(channel.getRemoteAddress(), channel.getLocalAddress());
    var former = open.put(ends, new Connection(channel, ends, weight));
    if (former != null) {
      former.end();
    }
  }

  /// The number of open connections, where one with TLS counts as {@link Cost#TLS}.
  int inUse() {
    return most - slots.availablePermits();
  }

  /// The number of connections that wait for their next request.
  long idle() {
    return open.values().stream().filter(Connection::isIdle).count();
  }

  /// The connection that the calling thread handles from now on.
  Connection attachThread(ConnectionContext context) {
    var connection = find(context.remotePeer(), context.localPeer());
    connection.thread = Thread.currentThread();
    connection.restartTimeout();
    return connection;
  }

  Connection find(PeerInfo remote, PeerInfo local) {
    var connection = open.get(new AddressPair(remote.address(), local.address()));
    if (connection == null) {
      throw new CloseConnectionException("the connection has ended");
    }
    return connection;
  }

  private boolean freeConnection() {
    return removeDead()
        || end(longest(Connection::isIdle), Connection::isIdle, Refusal.IDLE)
        || end(longest(Connection::isSlow), Connection::isSlow, Refusal.SLOW);
  }

  private boolean freeBytes(Connection newcomer) {
    return removeDead()
        || end(
            longest(Connection::isSlow).filter(it -> it != newcomer),
            Connection::isSlow,
            Refusal.SLOW);
  }

  private boolean removeDead() {
    boolean any = false;
    for (var connection : open.values()) {
      any |= connection.isDead() && connection.end();
    }
    return any;
  }

  private Optional<Connection> longest(Predicate<Connection> which) {
    return open.values().stream()
        .filter(which)
        .min(Comparator.comparingLong(Connection::stageStart));
  }

  /// Returns whether a connection was found, even if it made progress before it could be closed.
  private boolean end(Optional<Connection> connection, Predicate<Connection> still, Refusal why) {
    if (connection.map(it -> it.endIf(still)).orElse(false)) {
      listener.refused(why);
    }
    return connection.isPresent();
  }

  private void monitor() {
    while (!closed) {
      removeDead();
      try {
        Thread.sleep(checkInterval);
      } catch (InterruptedException e) {
        // Interrupted by `close`.
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    monitor.interrupt();
    open.values().forEach(Connection::end);
  }
}

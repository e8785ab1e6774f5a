package dev.rollcall.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// A wire to a server that can be cut, frozen and mended while it is in use.
public final class Tap implements AutoCloseable {

  /// What becomes of the next COMMIT; either way its answer never arrives.
  public enum Loss {
    COMMIT_ARRIVES,
    COMMIT_IS_LOST
  }

  private enum Flow {
    OPEN,
    CUT,
    FROZEN
  }

  private final ServerSocket listener;
  private final String host;
  private final int port;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicReference<Loss> loss = new AtomicReference<>();
  private volatile Flow flow = Flow.OPEN;

  public Tap(String host, int port) {
    this.host = host;
    this.port = port;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /// Whoever is connected is cut off, and nobody can connect.
  public void cut() {
    flow = Flow.CUT;
    hangUp();
  }

  /// Whoever is connected is cut off, but may connect again.
  public void hangUp() {
    sockets.forEach(Tap::close);
    sockets.clear();
  }

  /// Everything is taken, and nothing arrives any more.
  public void freeze() {
    flow = Flow.FROZEN;
  }

  /// What was frozen stays so; new connections are as they should be.
  public void mend() {
    flow = Flow.OPEN;
  }

  public void lose(Loss next) {
    loss.set(next);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        if (flow == Flow.CUT) {
          client.close();
          continue;
        }
        var server = new Socket(host, port);
        sockets.addAll(List.of(client, server));
        Thread.startVirtualThread(() -> pump(client, server, true));
        Thread.startVirtualThread(() -> pump(server, client, false));
      } catch (IOException e) {
        // closed, or the server is away: the client learns it
      }
    }
  }

  private void pump(Socket from, Socket to, boolean asks) {
    var buffer = new byte[8_192];
    try (from;
        to) {
      for (int n = from.getInputStream().read(buffer); n >= 0; ) {
        if (flow != Flow.FROZEN) {
          var lost = asks && holdsCommit(buffer, n) ? loss.getAndSet(null) : null;
          if (lost == Loss.COMMIT_IS_LOST) {
            return;
          }
          if (lost == Loss.COMMIT_ARRIVES) {
            from.shutdownInput();
            from.close();
            to.getOutputStream().write(buffer, 0, n);
            to.getOutputStream().flush();
            to.getInputStream().read(); // what it says to that
            return;
          }
          to.getOutputStream().write(buffer, 0, n);
        }
        n = from.getInputStream().read(buffer);
      }
    } catch (IOException e) {
      // one of the two has gone
    }
  }

  private static boolean holdsCommit(byte[] buffer, int length) {
    return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT");
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    hangUp();
  }
}

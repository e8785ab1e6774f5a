package dev.rollcall.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The network between a phone and the server, which can be cut and mended.
final class Relay implements AutoCloseable {
  private final int target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile ServerSocket listener;

  Relay(int target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    port = listener.getLocalPort();
    accept(listener);
  }

  int port() {
    return port;
  }

  /// How many connections there have been.
  int connections() {
    return connections.get();
  }

  private void accept(ServerSocket from) {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!from.isClosed()) {
                try {
                  join(from, from.accept());
                } catch (IOException e) {
                  // The network was cut.
                }
              }
            });
  }

  // A listener that was closed may still accept a connection that was being opened.
  private synchronized void join(ServerSocket from, Socket phone) throws IOException {
    if (from.isClosed()) {
      phone.close();
      return;
    }
    connections.incrementAndGet();
    var server = new Socket(InetAddress.getLoopbackAddress(), target);
    sockets.add(phone);
    sockets.add(server);
    pump(phone, server);
    pump(server, phone);
  }

  private void pump(Socket from, Socket to) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (from;
                  to) {
                from.getInputStream().transferTo(to.getOutputStream());
              } catch (IOException e) {
                // Either side went away.
              }
            });
  }

  synchronized void cut() {
    try {
      listener.close();
      for (var socket : sockets) {
        socket.close();
      }
      sockets.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void mend() {
    try {
      listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      accept(listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    cut();
  }
}

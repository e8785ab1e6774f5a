package dev.rollcall.http;

import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The socket options of each connection, with the maximum time for which a client may be silent.
/// Helidon applies them as soon as it has accepted a connection, so the connection is registered
/// here.
///
/// Helidon has a read timeout too, but sets it only on connections that it opens itself.
record SilenceLimit(SocketOptions others, Duration longest, Connections connections, int weight)
    implements SocketOptions {

  @Override
  public void configureSocket(SocketChannel connection) {
    others.configureSocket(connection);
    try {
      connection.socket().setSoTimeout(Math.toIntExact(longest.toMillis()));
      connections.accept(connection, weight);
    } catch (IOException e) {
      throw new UncheckedIOException("accepting a connection", e);
    }
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return others.socketOptions();
  }

  @Override
  public Duration connectTimeout() {
    return others.connectTimeout();
  }

  @Override
  public Duration readTimeout() {
    return longest;
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return others.socketReceiveBufferSize();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return others.socketSendBufferSize();
  }

  @Override
  public boolean socketReuseAddress() {
    return others.socketReuseAddress();
  }

  @Override
  public boolean socketKeepAlive() {
    return others.socketKeepAlive();
  }

  @Override
  public boolean tcpNoDelay() {
    return others.tcpNoDelay();
  }
}

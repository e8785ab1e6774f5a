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
record TrackedSocketOptions(
    SocketOptions delegate, Duration timeout, Connections connections, int weight)
    implements SocketOptions {

  @Override
  public void configureSocket(SocketChannel connection) {
    delegate.configureSocket(connection);
    try {
      connection.socket().setSoTimeout(Math.toIntExact(timeout.toMillis()));
      connections.accept(connection, weight);
    } catch (IOException e) {
      throw new UncheckedIOException("accepting a connection", e);
    }
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return delegate.socketOptions();
  }

  @Override
  public Duration connectTimeout() {
    return delegate.connectTimeout();
  }

  @Override
  public Duration readTimeout() {
    return timeout;
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return delegate.socketReceiveBufferSize();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return delegate.socketSendBufferSize();
  }

  @Override
  public boolean socketReuseAddress() {
    return delegate.socketReuseAddress();
  }

  @Override
  public boolean socketKeepAlive() {
    return delegate.socketKeepAlive();
  }

  @Override
  public boolean tcpNoDelay() {
    return delegate.tcpNoDelay();
  }
}

package dev.rollcall.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// One keep-alive connection in a closed loop: it asks, waits for the answer, has it checked, and
/// asks again.
final class LoadConnection {
  private final RequestSource requestSource;
  private final Tally tally;
  private final int port;
  private final Answer answer = new Answer();
  private final SocketChannel channel;
  private final SelectionKey key;
  private ByteBuffer request;
  private long asked;

  LoadConnection(RequestSource requestSource, Tally tally, Selector selector, int port)
      throws IOException {
    this.requestSource = requestSource;
    this.tally = tally;
    this.port = port;
    this.channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    this.key = channel.register(selector, SelectionKey.OP_READ, this);
    this.asked = System.nanoTime();
    this.request = requestSource.next();
  }

  RequestSource requestSource() {
    return requestSource;
  }

  int port() {
    return port;
  }

  void write() throws IOException {
    channel.write(request);
    int interest = request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
  }

  void ready() throws IOException, Answer.MalformedAnswerException {
    if (request.hasRemaining()) {
      write();
    } else {
      read();
    }
  }

  private void read() throws IOException, Answer.MalformedAnswerException {
    if (channel.read(answer.room()) < 0) {
      throw new IOException("the server closed the connection");
    }
    if (answer.complete()) {
      long now = System.nanoTime();
      check(now);
      answer.clear();
      asked = now;
      request = requestSource.next();
      write();
    }
  }

  private void check(long now) {
    if (requestSource.isRight(answer)) {
      tally.right(now - asked);
    } else {
      tally.wrong(requestSource.asked() + " was answered " + answer.shown());
    }
  }

  /// How long the request in hand has been without its answer.
  Duration waited() {
    return Duration.ofNanos(System.nanoTime() - asked);
  }

  void close() throws IOException {
    channel.close();
  }
}

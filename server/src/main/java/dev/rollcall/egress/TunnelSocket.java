package dev.rollcall.egress;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/// A socket that reaches an unresolved address through a tunnel of the outward proxy, and any other
/// address directly.
final class TunnelSocket extends Socket {
  private static final int LONGEST_HEAD = 16 * 1024;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");

  private final OutwardProxy proxy;

  TunnelSocket(OutwardProxy proxy) {
    this.proxy = proxy;
  }

  @Override
  public void connect(SocketAddress address, int timeout) throws IOException {
    if (address instanceof InetSocketAddress target && target.isUnresolved()) {
      try {
        openTunnel(target);
      } catch (IOException e) {
        close();
        throw e;
      }
    } else {
      super.connect(address, timeout);
    }
  }

  // The proxy has its own timeout, which is shorter than that of any caller.
  private void openTunnel(InetSocketAddress target) throws IOException {
    int status = status(target);
    if (status / 100 != 2) {
      throw proxy.answered(status, target.getHostString());
    }
  }

  private int status(InetSocketAddress target) throws ProxyException {
    long end = System.nanoTime() + proxy.timeout().toNanos();
    try {
      var address = proxy.resolved();
      if (address.isUnresolved()) {
        throw new UnknownHostException(address.getHostString());
      }
      super.connect(address, millis(end));
      getOutputStream().write(request(target).getBytes(StandardCharsets.ISO_8859_1));
      return status(head(end));
    } catch (IOException e) {
      throw proxy.silent(e);
    }
  }

  private String request(InetSocketAddress target) {
    var host = target.getHostString();
    var authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + target.getPort();
    return "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\nUser-Agent: Rollcall\r\n%2$s\r\n"
        .formatted(
            authority,
            proxy.login().map(it -> "Proxy-Authorization: " + it.header() + "\r\n").orElse(""));
  }

  /// Reads the head of the answer and not one byte more: what follows belongs to the tunnel.
  private String head(long end) throws IOException {
    int usual = getSoTimeout();
    var head = new ByteArrayOutputStream();
    var in = getInputStream();
    boolean isLineEmpty = false;
    while (head.size() < LONGEST_HEAD) {
      setSoTimeout(millis(end));
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed");
      }
      head.write(next);
      if (next == '\n' && isLineEmpty) {
        setSoTimeout(usual);
        return head.toString(StandardCharsets.ISO_8859_1);
      }
      isLineEmpty = next == '\n' || (isLineEmpty && next == '\r');
    }
    throw new IOException("the head of the answer is longer than " + LONGEST_HEAD + " bytes");
  }

  private static int status(String head) throws IOException {
    var line = STATUS.matcher(head.lines().findFirst().orElse(""));
    if (!line.matches()) {
      throw new IOException("the answer is not HTTP");
    }
    return Integer.parseInt(line.group(1));
  }

  private static int millis(long end) throws SocketTimeoutException {
    long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return (int) left;
  }
}

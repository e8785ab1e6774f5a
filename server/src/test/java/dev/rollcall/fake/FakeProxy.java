package dev.rollcall.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A real HTTP proxy on a free port that opens tunnels. It alone knows the names of the servers
/// behind it, so a call that does not use it reaches none of them.
public final class FakeProxy implements AutoCloseable {
  /// The target of a CONNECT, such as `push.example:443`, and the lines of its head.
  public record Got(String target, List<String> head) {
    public String header(String name) {
      return head.stream()
          .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  /// Writes an answer to a CONNECT, and then the connection is closed.
  @FunctionalInterface
  public interface Refusal {
    void write(InputStream in, OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final Thread acceptor;
  private final List<Got> got = new ArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> known = new ConcurrentHashMap<>();
  private final Map<String, Refusal> refused = new ConcurrentHashMap<>();
  private volatile String login = "";
  private volatile boolean isRefusingAll;
  private volatile Refusal refusal = answer(503);

  public FakeProxy() {
    try {
      this.socket = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.acceptor = Thread.startVirtualThread(this::accept);
  }

  public static Refusal answer(int status) {
    return text("HTTP/1.1 " + status + " Because\r\nContent-Length: 0\r\n\r\n");
  }

  public static Refusal text(String text) {
    return (in, out) -> {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    };
  }

  /// Says nothing until the other side gives up.
  public static Refusal silence() {
    return (in, out) -> in.readAllBytes();
  }

  /// Leads a target, such as `push.example:443`, to a port of this machine.
  public FakeProxy leading(String target, int port) {
    known.put(target, port);
    return this;
  }

  /// Requires this value of `Proxy-Authorization`.
  public void require(String authorization) {
    login = authorization;
  }

  public void refuse(String target, Refusal how) {
    refused.put(target, how);
  }

  public void refuseAll(Refusal how) {
    refusal = how;
    isRefusingAll = true;
  }

  public void refuseNone() {
    isRefusingAll = false;
    refused.clear();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var one = socket.accept();
        one.setTcpNoDelay(true);
        open.add(one);
        Thread.startVirtualThread(() -> serve(one));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket one) {
    try (one) {
      var lines = head(one.getInputStream());
      var target = lines.getFirst().split(" ")[1];
      var request = new Got(target, lines.subList(1, lines.size()));
      synchronized (got) {
        got.add(request);
      }
      if (!lines.getFirst().equals("CONNECT " + target + " HTTP/1.1")) {
        answer(405).write(one.getInputStream(), one.getOutputStream());
      } else if (!login.isEmpty() && !request.header("proxy-authorization").equals(login)) {
        text("HTTP/1.1 407 Who\r\n"
                + "Proxy-Authenticate: Basic realm=\"x\"\r\n"
                + "Content-Length: 0\r\n\r\n")
            .write(one.getInputStream(), one.getOutputStream());
      } else if (isRefusingAll || refused.containsKey(target)) {
        refused.getOrDefault(target, refusal).write(one.getInputStream(), one.getOutputStream());
      } else if (!known.containsKey(target)) {
        answer(502).write(one.getInputStream(), one.getOutputStream());
      } else {
        tunnel(one, known.get(target));
      }
    } catch (IOException e) {
      // The other side has gone.
    } finally {
      open.remove(one);
    }
  }

  private static List<String> head(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1).lines().filter(it -> !it.isEmpty()).toList();
  }

  private void tunnel(Socket one, int port) throws IOException {
    try (var other = new Socket("localhost", port)) {
      other.setTcpNoDelay(true);
      open.add(other);
      one.getOutputStream()
          .write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      one.getOutputStream().flush();
      Thread.startVirtualThread(() -> copy(other, one));
      copy(one, other);
      open.remove(other);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has gone, so the other goes too.
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  public List<Got> got() {
    synchronized (got) {
      return List.copyOf(got);
    }
  }

  public List<String> targets() {
    return got().stream().map(Got::target).toList();
  }

  @Override
  public void close() {
    try {
      socket.close();
      // Until it has ended, the operating system still accepts connections.
      acceptor.join(Duration.ofSeconds(10));
      for (var one : open) {
        one.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.rollcall.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// A TLS server on bare sockets: it keeps each request byte for byte, and answers with the bytes that
/// it is told to.
public final class RawReceiver implements AutoCloseable {
  /// A request on one connection. `serverNames` are what its TLS handshake asked for.
  public record Got(int connection, List<String> serverNames, String head, String body) {
    public String requestLine() {
      return head.lines().findFirst().orElseThrow();
    }

    /// The names of its headers, as they came.
    public List<String> headers() {
      return head.lines().skip(1).map(line -> line.substring(0, line.indexOf(':'))).toList();
    }

    public String header(String name) {
      return head.lines()
          .skip(1)
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
          .map(line -> line.substring(name.length() + 2))
          .collect(Collectors.joining(" | "));
    }
  }

  /// Writes an answer; the connection is closed when that fails or answers false.
  @FunctionalInterface
  public interface Answers {
    boolean write(Got got, OutputStream out) throws IOException, InterruptedException;
  }

  private final List<Got> got = new ArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final SSLServerSocket socket;
  private final Answers answers;

  public RawReceiver(Answers answers) {
    this.answers = answers;
    try {
      this.socket =
          (SSLServerSocket)
              FakeTls.ONE.server().getServerSocketFactory().createServerSocket(0, 500);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  /// One that answers everything with 201 and keeps its connections.
  public static RawReceiver friendly() {
    return new RawReceiver((got, out) -> write(out, created()));
  }

  public static String created() {
    return "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
  }

  public static boolean write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return true;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var one = (SSLSocket) socket.accept();
        // What is written is there at once, also behind what was not acknowledged yet.
        one.setTcpNoDelay(true);
        int number = connections.incrementAndGet();
        Thread.startVirtualThread(() -> serve(one, number));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(SSLSocket one, int number) {
    open.add(one);
    try (one) {
      one.startHandshake();
      var in = one.getInputStream();
      var names = serverNames(one);
      for (var head = head(in); !head.isEmpty(); head = head(in)) {
        var bare = new Got(number, names, head, "");
        var length = bare.header("content-length");
        var body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
        var whole = new Got(number, names, head, new String(body, StandardCharsets.ISO_8859_1));
        synchronized (got) {
          got.add(whole);
          got.notifyAll();
        }
        if (!answers.write(whole, one.getOutputStream())) {
          return;
        }
      }
    } catch (IOException e) {
      // The other side has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(one);
    }
  }

  private static List<String> serverNames(SSLSocket one) {
    return ((ExtendedSSLSession) one.getSession())
        .getRequestedServerNames().stream()
            .map(name -> ((SNIHostName) name).getAsciiName())
            .toList();
  }

  /// Up to the empty line, which is left out; empty at the end.
  private static String head(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      bytes.write(next);
      var text = bytes.toString(StandardCharsets.ISO_8859_1);
      if (text.endsWith("\r\n\r\n")) {
        return text.substring(0, text.length() - 2);
      }
    }
    return "";
  }

  public int port() {
    return socket.getLocalPort();
  }

  public int connections() {
    return connections.get();
  }

  public List<Got> got() {
    synchronized (got) {
      return List.copyOf(got);
    }
  }

  /// Waits until so many have come.
  public void await(int count) throws InterruptedException {
    synchronized (got) {
      while (got.size() < count) {
        got.wait();
      }
    }
  }

  public Got last() {
    return got().getLast();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (var one : open) {
        one.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.rollcall.provider.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.proxy.ProxyHandlerFactory;
import dev.rollcall.egress.ProxyException;
import dev.rollcall.provider.accesstoken.AccessTokens;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Deadline;
import dev.rollcall.provider.sender.Verdict;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A client for one of Apple's environments, opened on first use.
final class ApnsConnection implements AutoCloseable {
  /// Apple's limit of concurrent streams on a connection. pushy queues further notifications in
  /// memory without a bound.
  private static final int IN_FLIGHT = 1000;

  /// Two threads are enough for all connections, because they only read and write.
  private static final EventLoopGroup THREADS =
      new NioEventLoopGroup(2, new DefaultThreadFactory("apns", true));

  private static final Pattern TUNNEL_REFUSED = Pattern.compile(", status: (\\d{3})");
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final ApnsCredentials credentials;
  private final ApnsEndpoint endpoint;
  private final ApnsEnvironment environment;
  private final Optional<AccessTokens> accessTokens;
  private final Semaphore streams = new Semaphore(IN_FLIGHT);
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable ApnsClient client;

  ApnsConnection(
      ApnsCredentials credentials,
      ApnsEndpoint endpoint,
      ApnsEnvironment environment,
      Optional<AccessTokens> accessTokens) {
    this.credentials = credentials;
    this.endpoint = endpoint;
    this.environment = environment;
    this.accessTokens = accessTokens;
  }

  /// Waits for a free stream, and then for an answer. If the connection ends before the answer, or
  /// Apple answers that it closes the connection, sends once more on a new one.
  PushNotificationResponse<ApnsPushNotification> send(
      ApnsPushNotification notification, Duration answerTimeout, Deadline deadline)
      throws ExecutionException, TimeoutException, InterruptedException {
    if (!streams.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException("no free connection in time");
    }
    try {
      var answer = sendOnCurrent(notification, deadline.left(answerTimeout));
      return answer.isPresent()
          ? answer.get()
          : send(client(), notification, deadline.left(answerTimeout));
    } finally {
      streams.release();
    }
  }

  /// Empty if the connection has ended, which says nothing about the notification.
  private Optional<PushNotificationResponse<ApnsPushNotification>> sendOnCurrent(
      ApnsPushNotification notification, Duration answerTimeout)
      throws ExecutionException, TimeoutException, InterruptedException {
    var used = client();
    try {
      var answer = send(used, notification, answerTimeout);
      if (new ApnsAnswer(answer).verdict() != Verdict.CONNECTION_CLOSED) {
        return Optional.of(answer);
      }
      drop(used);
      return Optional.empty();
    } catch (ExecutionException e) {
      if (hasEnded(e.getCause())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// True if there was a connection, for example until a GOAWAY; false if none could be opened.
  private static boolean hasEnded(@Nullable Throwable failure) {
    return switch (failure) {
      case ConnectException refused -> false;
      case UnknownHostException unknown -> false;
      case SSLException untrusted -> false;
      case ProxyException untunnelled -> false;
      case Http2Exception ended -> true;
      case IOException ended -> true;
      case null, default -> false;
    };
  }

  private PushNotificationResponse<ApnsPushNotification> send(
      ApnsClient used, ApnsPushNotification notification, Duration answerTimeout)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      return used.sendNotification(notification).get(answerTimeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      drop(used);
      throw e;
    } catch (ExecutionException e) {
      drop(used);
      throw new ExecutionException(failure(e.getCause()));
    }
  }

  /// Netty reports a refusal of the proxy only in the text of an exception.
  private @Nullable Throwable failure(@Nullable Throwable failure) {
    var host = endpoint.host(environment);
    for (var one = failure; one != null && endpoint.proxy().serves(host); one = one.getCause()) {
      var refused = TUNNEL_REFUSED.matcher(String.valueOf(one.getMessage()));
      if (one instanceof ProxyConnectException && refused.find()) {
        return endpoint.proxy().answered(Integer.parseInt(refused.group(1)), host);
      }
      // The only connection is the one to the proxy.
      if (one instanceof ConnectException) {
        return endpoint.proxy().silent(one);
      }
    }
    return failure;
  }

  /// pushy queues notifications while there is no connection, and would send them later although no
  /// thread waits for the answers any more. Closing the client discards that queue; requests
  /// already sent are still answered.
  private void drop(ApnsClient used) {
    opening.lock();
    try {
      if (used.equals(client)) {
        client = null;
        var _ = used.close();
      }
    } finally {
      opening.unlock();
    }
  }

  private ApnsClient client() throws ExecutionException {
    var open = client;
    if (open != null) {
      return open;
    }
    opening.lock();
    try {
      open = client;
      if (open == null) {
        open = open();
        client = open;
      }
      return open;
    } finally {
      opening.unlock();
    }
  }

  private ApnsClient open() throws ExecutionException {
    var builder =
        new ApnsClientBuilder()
            .setApnsServer(endpoint.host(environment), endpoint.port(environment))
            .setEventLoopGroup(THREADS)
            .setConnectionTimeout(CONNECT)
            .setGracefulShutdownTimeout(Deadline.ANSWER);
    if (!endpoint.trusted().isEmpty()) {
      builder.setTrustedServerCertificateChain(endpoint.trusted().toArray(X509Certificate[]::new));
    }
    if (endpoint.proxy().serves(endpoint.host(environment))) {
      builder.setProxyHandlerFactory(tunnels());
    }
    switch (credentials) {
      case ApnsCredentials.Key key -> builder.setSigningKey(key.signing());
      case ApnsCredentials.Certificate own ->
          builder.setClientCredentials(own.certificate(), own.key(), null);
    }
    accessTokens.ifPresent(them -> builder.setFrameLogger(new AccessTokenHeader(them)));
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS for APNs", e);
    }
  }

  /// pushy leaves the name of APNs to the proxy, and does not resolve the name of the proxy. That is
  /// resolved here, because pushy's threads must not wait.
  private ProxyHandlerFactory tunnels() throws ExecutionException {
    var proxy = endpoint.proxy();
    var address = proxy.resolved();
    if (address.isUnresolved()) {
      throw new ExecutionException(proxy.silent(new UnknownHostException(address.getHostString())));
    }
    return () -> {
      var tunnel =
          proxy
              .login()
              .map(it -> new HttpProxyHandler(address, it.user(), it.password().value()))
              .orElseGet(() -> new HttpProxyHandler(address));
      tunnel.setConnectTimeoutMillis(proxy.timeout().toMillis());
      return tunnel;
    };
  }

  /// Does not wait, because a connection that is still being opened would delay the close.
  @Override
  public void close() {
    var open = client;
    if (open != null) {
      var _ = open.close();
    }
  }
}

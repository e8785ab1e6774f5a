package dev.rollcall.provider.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.rollcall.provider.accesstoken.AccessTokens;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Deadline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
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

  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final ApnsCredentials credentials;
  private final ApnsEndpoint endpoint;
  private final ApnsEnvironment environment;
  private final Optional<AccessTokens> passes;
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable ApnsClient client;

  ApnsConnection(
      ApnsCredentials credentials,
      ApnsEndpoint endpoint,
      ApnsEnvironment environment,
      Optional<AccessTokens> passes) {
    this.credentials = credentials;
    this.endpoint = endpoint;
    this.environment = environment;
    this.passes = passes;
  }

  /// Waits for a free stream, and then for an answer.
  PushNotificationResponse<ApnsPushNotification> send(
      ApnsPushNotification notification, Duration answerTimeout, Deadline deadline)
      throws ExecutionException, TimeoutException, InterruptedException {
    if (!room.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException("no room in time");
    }
    try {
      return send(client(), notification, deadline.left(answerTimeout));
    } finally {
      room.release();
    }
  }

  private PushNotificationResponse<ApnsPushNotification> send(
      ApnsClient used, ApnsPushNotification notification, Duration answerTimeout)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      return used.sendNotification(notification).get(answerTimeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      drop(used);
      throw e;
    }
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

  private ApnsClient client() {
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

  private ApnsClient open() {
    var builder =
        new ApnsClientBuilder()
            .setApnsServer(endpoint.host(environment), endpoint.port(environment))
            .setEventLoopGroup(THREADS)
            .setConnectionTimeout(CONNECT)
            .setGracefulShutdownTimeout(Deadline.ANSWER);
    if (!endpoint.trusted().isEmpty()) {
      builder.setTrustedServerCertificateChain(endpoint.trusted().toArray(X509Certificate[]::new));
    }
    switch (credentials) {
      case ApnsCredentials.Key key -> builder.setSigningKey(key.signing());
      case ApnsCredentials.Certificate own ->
          builder.setClientCredentials(own.certificate(), own.key(), null);
    }
    passes.ifPresent(them -> builder.setFrameLogger(new AccessTokenHeader(them)));
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS for APNs", e);
    }
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

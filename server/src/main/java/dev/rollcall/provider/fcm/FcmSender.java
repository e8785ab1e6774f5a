package dev.rollcall.provider.fcm;

import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.message.Message;
import dev.rollcall.provider.accesstoken.AccessTokens;
import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.Deadline;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.Prepared.Request;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.provider.sender.Verdict;
import dev.rollcall.token.Channel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Sends with FCM HTTP v1, for one Firebase project.
public final class FcmSender implements Sender {
  private static final Duration MIN_AGE = Duration.ofMinutes(1);

  private final URI uri;
  private final Duration answerTimeout;
  private final Clock clock;
  private final Backoff backoff;
  private final AccessTokens accessTokens;
  private final OutwardProxy proxy;
  private final FcmConnections connections;

  public FcmSender(FcmCredentials credentials, FcmEndpoint endpoint, Clock clock, Backoff backoff) {
    this(credentials, endpoint, clock, backoff, UnaryOperator.identity());
  }

  /// `shared` wraps the issuer of OAuth tokens, so that several nodes share what it issues.
  public FcmSender(
      FcmCredentials credentials,
      FcmEndpoint endpoint,
      Clock clock,
      Backoff backoff,
      UnaryOperator<AccessTokenIssuer> shared) {
    this(credentials, endpoint, Deadline.ANSWER, clock, backoff, shared);
  }

  FcmSender(
      FcmCredentials credentials,
      FcmEndpoint endpoint,
      Duration answerTimeout,
      Clock clock,
      Backoff backoff,
      UnaryOperator<AccessTokenIssuer> shared) {
    this.answerTimeout = answerTimeout;
    this.uri = endpoint.fcm().resolve("/v1/projects/" + credentials.projectId() + "/messages:send");
    this.clock = clock;
    this.backoff = backoff;
    this.accessTokens =
        new AccessTokens(
            clock,
            MIN_AGE,
            shared.apply(new GoogleTokenIssuer(credentials, endpoint, clock, backoff)));
    this.proxy = endpoint.proxy();
    this.connections = new FcmConnections(endpoint);
  }

  @Override
  public Optional<Refused> refusal(Message message) {
    return FcmRequest.refusal(message);
  }

  @Override
  public Prepared prepare(Push push) {
    if (!(push.address() instanceof Address.Token(var token)) || token.channel() != Channel.FCM) {
      return new Refused(Outcome.OURS + ": not an FCM token");
    }
    var now = clock.instant();
    if (push.isTooLate(now)) {
      return new Refused(Outcome.OURS + ": its time to live has passed");
    }
    var refusal = refusal(push.message());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return new Request(
        "POST",
        uri,
        Map.of("content-type", "application/json"),
        FcmRequest.body(token, push, now).text());
  }

  @Override
  public Outcome send(Push push) {
    return switch (prepare(push)) {
      case Refused refused -> refused;
      case Request request -> send(request, push);
    };
  }

  private Outcome send(Request request, Push push) {
    var waits = backoff.of(push.message().kind());
    var timeout = Deadline.answer(push.message().kind(), answerTimeout);
    var deadline = Deadline.ofAttempt(timeout);
    try {
      var accessToken = accessTokens.current(deadline.left());
      var answer = post(request, accessToken, timeout, deadline);
      if (answer.verdict() == Verdict.STALE_ACCESS_TOKEN) {
        var another = accessTokens.replacementFor(accessToken, deadline.left());
        if (another.isPresent()) {
          answer = post(request, another.get(), timeout, deadline);
        }
      }
      return answer.outcome(push.attempt(), waits);
    } catch (AccessTokenException e) {
      return e.outcome();
    } catch (IOException e) {
      var fcm = proxy.named("FCM", request.uri().getHost());
      return waits.noAnswer(push.attempt(), fcm, e, PauseScope.PROVIDER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return waits.noAnswer(push.attempt(), Outcome.OURS + ": interrupted");
    }
  }

  private FcmAnswer post(
      Request request, AccessToken accessToken, Duration answerTimeout, Deadline deadline)
      throws IOException, InterruptedException {
    var http =
        HttpRequest.newBuilder(request.uri())
            .header("authorization", "Bearer " + accessToken.secret().value())
            .POST(BodyPublishers.ofString(request.body()));
    request.headers().forEach(http::header);
    if (proxy.serves(request.uri().getHost())) {
      // The JDK's client sends it to the proxy alone.
      proxy.login().ifPresent(it -> http.header("proxy-authorization", it.header()));
    }
    var answer = connections.send(http.build(), answerTimeout, deadline);
    return FcmAnswer.of(
        answer.statusCode(), answer.body(), answer.headers().firstValue("retry-after"));
  }

  @Override
  public void close() {
    connections.close();
  }
}

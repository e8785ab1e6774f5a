package dev.rollcall.fcm;

import dev.rollcall.delivery.Address;
import dev.rollcall.delivery.Backoff;
import dev.rollcall.delivery.Deadline;
import dev.rollcall.delivery.Message;
import dev.rollcall.delivery.Outcome;
import dev.rollcall.delivery.Outcome.Accepted;
import dev.rollcall.delivery.Outcome.Denied;
import dev.rollcall.delivery.Outcome.Gone;
import dev.rollcall.delivery.Outcome.Pause;
import dev.rollcall.delivery.Outcome.Refused;
import dev.rollcall.delivery.Outcome.Suspect;
import dev.rollcall.delivery.Pass;
import dev.rollcall.delivery.PassException;
import dev.rollcall.delivery.Passes;
import dev.rollcall.delivery.Prepared;
import dev.rollcall.delivery.Prepared.Request;
import dev.rollcall.delivery.Push;
import dev.rollcall.delivery.Sender;
import dev.rollcall.delivery.Verdict;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Sends by FCM HTTP v1, for one Firebase project.
public final class FcmSender implements Sender {
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private final URI uri;
  private final Duration patience;
  private final Clock clock;
  private final Backoff backoff;
  private final Passes passes;
  private final FcmConnections connections;

  public FcmSender(FcmCredentials credentials, FcmEndpoint endpoint, Clock clock, Backoff backoff) {
    this(credentials, endpoint, clock, backoff, UnaryOperator.identity());
  }

  /// `shared` may put what several nodes share in front of the minting of OAuth tokens.
  public FcmSender(
      FcmCredentials credentials,
      FcmEndpoint endpoint,
      Clock clock,
      Backoff backoff,
      UnaryOperator<Passes.Mint> shared) {
    this(credentials, endpoint, Deadline.ANSWER, clock, backoff, shared);
  }

  FcmSender(
      FcmCredentials credentials,
      FcmEndpoint endpoint,
      Duration patience,
      Clock clock,
      Backoff backoff,
      UnaryOperator<Passes.Mint> shared) {
    this.patience = patience;
    this.uri = endpoint.fcm().resolve("/v1/projects/" + credentials.projectId() + "/messages:send");
    this.clock = clock;
    this.backoff = backoff;
    this.passes =
        new Passes(
            clock, YOUNG, shared.apply(new GoogleMint(credentials, endpoint, clock, backoff)));
    this.connections = new FcmConnections(endpoint.tls());
  }

  @Override
  public Optional<Refused> refusal(Message message) {
    return FcmRequest.refusal(message);
  }

  @Override
  public Prepared prepare(Push push) {
    if (!(push.address() instanceof Address.Fcm(var token))) {
      return new Refused(Outcome.OURS + ": not an FCM token");
    }
    var now = clock.instant();
    if (push.isTooLate(now)) {
      return new Refused(Outcome.OURS + ": its time to live is over");
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
      case Request request -> send(request, push.attempt());
    };
  }

  private Outcome send(Request request, int attempt) {
    var deadline = Deadline.ofAttempt(patience);
    try {
      var pass = passes.current(deadline.left());
      var answer = post(request, pass, deadline);
      if (answer.verdict() == Verdict.STALE_PASS) {
        var another = passes.insteadOf(pass, deadline.left());
        if (another.isPresent()) {
          answer = post(request, another.get(), deadline);
        }
      }
      return outcome(answer, attempt);
    } catch (PassException e) {
      return e.outcome();
    } catch (IOException e) {
      return backoff.silence(attempt, "FCM", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return backoff.silence(attempt, Outcome.OURS + ": interrupted");
    }
  }

  private FcmAnswer post(Request request, Pass pass, Deadline deadline)
      throws IOException, InterruptedException {
    var http =
        HttpRequest.newBuilder(request.uri())
            .header("authorization", "Bearer " + pass.secret().value())
            .POST(BodyPublishers.ofString(request.body()));
    request.headers().forEach(http::header);
    var answer = connections.send(http.build(), patience, deadline);
    return FcmAnswer.of(
        answer.statusCode(), answer.body(), answer.headers().firstValue("retry-after"));
  }

  private Outcome outcome(FcmAnswer answer, int attempt) {
    var reason = answer.reason();
    return switch (answer.verdict()) {
      case ACCEPTED -> new Accepted(answer.receipt());
      case GONE -> new Gone(null, reason);
      case SUSPECT -> new Suspect(reason);
      case REFUSED -> new Refused(reason);
      case DENIED, STALE_PASS -> new Denied(reason);
      case DENIED_FOR_TOKEN -> new Denied(Pause.DELIVERY, reason);
      case TOO_MANY_FOR_DEVICE ->
          backoff.tooMany(attempt, answer.retryAfter(), Pause.DELIVERY, reason);
      case TOO_MANY -> backoff.tooMany(attempt, answer.retryAfter(), Pause.PROVIDER, reason);
      case FAILURE -> backoff.failure(attempt, answer.retryAfter(), Pause.PROVIDER, reason);
    };
  }

  @Override
  public void close() {
    connections.close();
  }
}

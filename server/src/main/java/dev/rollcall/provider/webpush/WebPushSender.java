package dev.rollcall.provider.webpush;

import com.zerodeplibs.webpush.MessageEncryptions;
import com.zerodeplibs.webpush.PushMessage;
import com.zerodeplibs.webpush.UserAgentMessageEncryptionKeyInfo;
import dev.rollcall.egress.EndpointException;
import dev.rollcall.egress.EndpointForm;
import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.egress.GuardedClient;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Priority;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.ClockSkew;
import dev.rollcall.provider.sender.Deadline;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Outcome.Suspect;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.Prepared.Request;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.provider.sender.Verdict;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Sends to the push services of browsers (RFC 8030, 8291 and 8292).
public final class WebPushSender implements Sender {
  private static final int BAD_REQUEST = 400;

  private final VapidCredentials credentials;
  private final EndpointGuard guard;
  private final Duration answerTimeout;
  private final Clock clock;
  private final Backoff backoff;
  private final VapidTokens vapidTokens;
  private final GuardedClient client;

  public WebPushSender(
      VapidCredentials credentials, EndpointGuard guard, Clock clock, Backoff backoff) {
    this(credentials, guard, null, Deadline.ANSWER, clock, backoff);
  }

  /// `tls` replaces the JDK's trusted certificates. `answerTimeout` is the timeout for one answer.
  public WebPushSender(
      VapidCredentials credentials,
      EndpointGuard guard,
      @Nullable SSLContext tls,
      Duration answerTimeout,
      Clock clock,
      Backoff backoff) {
    this.credentials = credentials;
    this.guard = guard;
    this.answerTimeout = answerTimeout;
    this.clock = clock;
    this.backoff = backoff;
    this.vapidTokens = new VapidTokens(credentials.subject(), clock);
    this.client = new GuardedClient(guard, tls, answerTimeout);
  }

  @Override
  public Optional<Refused> refusal(Message message) {
    return WebPushPayload.refusal(message);
  }

  @Override
  public Prepared prepare(Push push) {
    if (!(push.address() instanceof Address.WebPush address)) {
      return new Refused(Outcome.OURS + ": not a Web Push subscription");
    }
    if (push.isTooLate(clock.instant())) {
      return new Refused(Outcome.OURS + ": its time to live has passed");
    }
    var refusal = refusal(push.message());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    try {
      return request(EndpointForm.read(address.endpoint()), push);
    } catch (EndpointException e) {
      return new Refused(Outcome.OURS + ": " + e.getMessage());
    }
  }

  private Request request(URI endpoint, Push push) {
    var message = push.message();
    var headers = new HashMap<String, String>();
    headers.put("content-type", "application/octet-stream");
    headers.put("content-encoding", "aes128gcm");
    headers.put("ttl", Long.toString(push.secondsToLive(clock.instant())));
    if (message.ttl().isZero()) {
      headers.put(WnsHeaders.CACHE_POLICY, WnsHeaders.NO_CACHE);
    }
    headers.put("urgency", message.priority() == Priority.HIGH ? "high" : "normal");
    var topic = message.topic();
    if (topic != null) {
      headers.put("topic", topic);
    }
    return new Request("POST", endpoint, headers, WebPushPayload.of(message, push.id()).text());
  }

  @Override
  public Outcome send(Push push) {
    var fault = fault(push.address());
    if (fault.isPresent()) {
      return fault.get();
    }
    return switch (prepare(push)) {
      case Refused refused -> refused;
      case Request request -> send(request, (Address.WebPush) push.address(), push);
    };
  }

  /// Endpoints stored before their form was checked may be unusable.
  private static Optional<Suspect> fault(Address address) {
    try {
      if (address instanceof Address.WebPush web) {
        EndpointForm.read(web.endpoint());
      }
      return Optional.empty();
    } catch (EndpointException e) {
      return Optional.of(new Suspect(Outcome.OURS + ": " + e.getMessage()));
    }
  }

  private Outcome send(Request request, Address.WebPush address, Push push) {
    try {
      guard.requireForm(request.uri());
    } catch (EndpointException e) {
      // The endpoint passed the same check when it was registered, so the settings have changed
      // since.
      return new Denied(
          PauseScope.DELIVERY,
          "%s: %s, as ROLLCALL_WEB_PUSH_HOSTS and ROLLCALL_WEB_PUSH_INTERNAL are set"
              .formatted(Outcome.OURS, e.getMessage()));
    }
    try {
      return outcome(answer(request, address, push), address.endpoint(), push);
    } catch (EndpointException e) {
      return new Suspect(Outcome.OURS + ": " + e.getMessage());
    } catch (BadSubscriptionException e) {
      return new Suspect(Outcome.OURS + ": the subscription's keys are not a browser's");
    } catch (AccessTokenException e) {
      return e.outcome();
    } catch (IOException e) {
      return backoff(push).noAnswer(push.attempt(), "the push service", e, PauseScope.IF_MOST_FAIL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return backoff(push).noAnswer(push.attempt(), Outcome.OURS + ": interrupted");
    }
  }

  private GuardedClient.Answer answer(Request request, Address.WebPush address, Push push)
      throws BadSubscriptionException,
          EndpointException,
          AccessTokenException,
          IOException,
          InterruptedException {
    var body = encrypt(address, request.body());
    var timeout = Deadline.answer(push.message().kind(), answerTimeout);
    var deadline = Deadline.ofAttempt(timeout);
    var pairs = credentials.pairsFor(address.vapidKey()).iterator();
    // The right key may get 400 for a bad subscription, and the others 403.
    var doubt = Optional.<GuardedClient.Answer>empty();
    while (true) {
      var accessToken = vapidTokens.current(request.uri(), pairs.next(), deadline.left());
      var headers = new HashMap<>(request.headers());
      headers.put("authorization", accessToken.secret().value());
      var answer = client.post(request.uri(), headers, body, timeout, deadline.left());
      if (!mayWantAnotherKey(answer.status())) {
        return answer;
      }
      if (answer.status() == BAD_REQUEST) {
        doubt = Optional.of(answer);
      }
      if (!pairs.hasNext()) {
        return doubt.orElse(answer);
      }
    }
  }

  // Apple answers 400 if the subscription was made with another key.
  private static boolean mayWantAnotherKey(int status) {
    return status == BAD_REQUEST || WebPushCode.of(status) == Verdict.DENIED_FOR_TOKEN;
  }

  private static final class BadSubscriptionException extends Exception {
    private static final long serialVersionUID = 1L;

    BadSubscriptionException(Throwable cause) {
      super(cause);
    }
  }

  private byte[] encrypt(Address.WebPush address, String body) throws BadSubscriptionException {
    try {
      var keys = UserAgentMessageEncryptionKeyInfo.of(address.p256dh(), address.auth());
      // One instance for each message: it is not safe for use by two threads.
      return MessageEncryptions.of().encrypt(keys, PushMessage.ofUTF8(body)).toBytes();
    } catch (RuntimeException e) {
      throw new BadSubscriptionException(e);
    }
  }

  private Outcome outcome(GuardedClient.Answer answer, String endpoint, Push push) {
    var receipt = Receipt.of(answer, endpoint);
    var skew = ClockSkew.description(answer.header("date"), clock.instant());
    return new WebPushAnswer(answer, push.message().ttl().isZero(), receipt, skew)
        .outcome(push.attempt(), backoff(push));
  }

  private Backoff backoff(Push push) {
    return backoff.of(push.message().kind());
  }

  @Override
  public void close() {
    client.close();
  }
}

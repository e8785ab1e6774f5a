package dev.rollcall.provider.apns;

import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.message.Message.Priority;
import dev.rollcall.provider.accesstoken.AccessTokens;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.Deadline;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Denied;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Sender;
import dev.rollcall.provider.sender.Verdict;
import dev.rollcall.token.Channel;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sends to both APNs environments, for one app.
public final class ApnsSender implements Sender {
  // RFC 9113: a field value that begins or ends with a space is malformed, and so is its request.
  private static final Pattern FIELD =
      Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");

  private final ApnsCredentials credentials;
  private final ApnsEndpoint endpoint;
  private final Duration answerTimeout;
  private final Clock clock;
  private final Backoff backoff;
  private final Optional<AccessTokens> accessTokens;
  private final Map<ApnsEnvironment, ApnsConnection> connections;

  public ApnsSender(
      ApnsCredentials credentials, ApnsEndpoint endpoint, Clock clock, Backoff backoff) {
    this(credentials, endpoint, clock, backoff, UnaryOperator.identity());
  }

  /// `shared` wraps the issuer of provider tokens, so that several nodes share what it issues.
  public ApnsSender(
      ApnsCredentials credentials,
      ApnsEndpoint endpoint,
      Clock clock,
      Backoff backoff,
      UnaryOperator<AccessTokenIssuer> shared) {
    this(credentials, endpoint, Deadline.ANSWER, clock, backoff, shared);
  }

  ApnsSender(
      ApnsCredentials credentials,
      ApnsEndpoint endpoint,
      Duration answerTimeout,
      Clock clock,
      Backoff backoff,
      UnaryOperator<AccessTokenIssuer> shared) {
    this.credentials = credentials;
    this.endpoint = endpoint;
    this.answerTimeout = answerTimeout;
    this.clock = clock;
    this.backoff = backoff;
    this.accessTokens =
        switch (credentials) {
          case ApnsCredentials.Key key ->
              Optional.of(
                  new AccessTokens(
                      clock,
                      ApnsTokenIssuer.MIN_AGE,
                      shared.apply(new ApnsTokenIssuer(key.signing(), clock))));
          case ApnsCredentials.Certificate certificate -> Optional.empty();
        };
    this.connections = new HashMap<>();
    for (var environment : ApnsEnvironment.values()) {
      connections.put(
          environment, new ApnsConnection(credentials, endpoint, environment, accessTokens));
    }
  }

  @Override
  public Optional<Refused> refusal(Message message) {
    return ApnsPayload.refusal(message);
  }

  @Override
  public Prepared prepare(Push push) {
    var refusal = refusal(push);
    return refusal.isPresent() ? refusal.get() : request(push);
  }

  private Optional<Refused> refusal(Push push) {
    if (!(push.address() instanceof Address.Apns(var token, var environment))) {
      return refused("not an APNs token");
    }
    var isCall = push.message().kind() == Kind.VOIP;
    if (isCall && token.channel() != Channel.APNS_VOIP) {
      return refused("a call needs a VoIP token, but this token is for alerts");
    }
    if (!isCall && token.channel() != Channel.APNS) {
      return refused("a VoIP token accepts only calls");
    }
    if (push.isTooLate(clock.instant())) {
      return refused("its time to live has passed");
    }
    return refusal(push.message());
  }

  private static Optional<Refused> refused(String reason) {
    return Optional.of(new Refused(Outcome.OURS + ": " + reason));
  }

  private Prepared.Request request(Push push) {
    var notification = notification(push);
    var headers = new HashMap<String, String>();
    headers.put("apns-id", notification.getApnsId().toString());
    headers.put("apns-topic", notification.getTopic());
    headers.put("apns-push-type", notification.getPushType().getHeaderValue());
    headers.put("apns-priority", Integer.toString(notification.getPriority().getCode()));
    headers.put("apns-expiration", Long.toString(notification.getExpiration().getEpochSecond()));
    if (notification.getCollapseId() != null) {
      headers.put("apns-collapse-id", notification.getCollapseId());
    }
    return new Prepared.Request(
        "POST",
        URI.create(
            "https://"
                + endpoint.host(address(push).environment())
                + ":"
                + endpoint.port(address(push).environment())
                + "/3/device/"
                + notification.getToken()),
        headers,
        notification.getPayload());
  }

  private ApnsPushNotification notification(Push push) {
    var message = push.message();
    return new SimpleApnsPushNotification(
        address(push).token().text(),
        message.kind() == Kind.VOIP
            ? credentials.bundleId() + ApnsCredentials.VOIP
            : credentials.bundleId(),
        ApnsPayload.of(message, push.id()).text(),
        message.ttl().isZero() ? Instant.EPOCH : push.expires(),
        priority(message),
        type(message.kind()),
        collapseId(message),
        push.id());
  }

  /// A header value holds ASCII only. Every other character would be sent as the same one, and
  /// different ids would collide, so an id that is not a valid header value is hashed.
  private static @Nullable String collapseId(Message message) {
    var id = message.collapseId();
    return id == null || FIELD.matcher(id).matches() ? id : message.topic();
  }

  private static Address.Apns address(Push push) {
    return (Address.Apns) push.address();
  }

  private static PushType type(Kind kind) {
    return switch (kind) {
      case ALERT -> PushType.ALERT;
      case VOIP -> PushType.VOIP;
      case BACKGROUND -> PushType.BACKGROUND;
    };
  }

  // Apple accepts a background push only with a low priority.
  private static DeliveryPriority priority(Message message) {
    return message.priority() == Priority.HIGH && message.kind() != Kind.BACKGROUND
        ? DeliveryPriority.IMMEDIATE
        : DeliveryPriority.CONSERVE_POWER;
  }

  @Override
  public Outcome send(Push push) {
    var refusal = refusal(push);
    return refusal.isPresent() ? refusal.get() : sendChecked(push);
  }

  private Outcome sendChecked(Push push) {
    if (credentials instanceof ApnsCredentials.Certificate own
        && clock.instant().isAfter(own.certificate().getNotAfter().toInstant())) {
      return new Denied(
          Outcome.OURS
              + ": the certificate expired at "
              + own.certificate().getNotAfter().toInstant());
    }
    var waits = backoff.of(push.message().kind());
    try {
      return answer(push).outcome(push.attempt(), waits);
    } catch (AccessTokenException e) {
      return e.outcome();
    } catch (ExecutionException | TimeoutException e) {
      var apns = endpoint.proxy().named("APNs", endpoint.host(address(push).environment()));
      return waits.noAnswer(push.attempt(), apns, e, PauseScope.PROVIDER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return waits.noAnswer(push.attempt(), Outcome.OURS + ": interrupted");
    }
  }

  private ApnsAnswer answer(Push push)
      throws AccessTokenException, ExecutionException, TimeoutException, InterruptedException {
    var connection = Objects.requireNonNull(connections.get(address(push).environment()));
    var notification = notification(push);
    var timeout = Deadline.answer(push.message().kind(), answerTimeout);
    var deadline = Deadline.ofAttempt(timeout);
    if (accessTokens.isEmpty()) {
      return new ApnsAnswer(connection.send(notification, timeout, deadline));
    }
    var accessToken = accessTokens.get().current(deadline.left());
    var answer = new ApnsAnswer(connection.send(notification, timeout, deadline));
    return answer.verdict() == Verdict.STALE_ACCESS_TOKEN
            && accessTokens.get().replacementFor(accessToken, deadline.left()).isPresent()
        ? new ApnsAnswer(connection.send(notification, timeout, deadline))
        : answer;
  }

  @Override
  public void close() {
    connections.values().forEach(ApnsConnection::close);
  }
}

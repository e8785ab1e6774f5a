package dev.rollcall.provider.accesstoken;

import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Deadline;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Caches one access token for all sends.
///
/// A token is obtained by one thread while the others wait. It is renewed when it is due, or when
/// the provider has refused exactly this token. A failure is cached too, so that a thousand sends
/// do not cause a thousand requests.
///
/// A request may take longer than a send has time for. That send gives up, and the next one uses
/// the result.
public final class AccessTokens {
  private record Failure(AccessTokenException why, Instant until) {}

  private record IssueRequest(
      @Nullable AccessToken refused, CompletableFuture<AccessToken> accessToken) {}

  static final Duration DENIED_FOR = Duration.ofMinutes(1);

  private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

  private final Clock clock;
  private final Duration minAge;
  private final AccessTokenIssuer issuer;
  private @Nullable IssueRequest issueRequest;
  private volatile @Nullable AccessToken latest;
  private volatile @Nullable Failure failure;

  /// A token younger than `leastAge` is not replaced: if the provider refuses a new token, it would
  /// refuse the next one too.
  public AccessTokens(Clock clock, Duration minAge, AccessTokenIssuer issuer) {
    this.clock = clock;
    this.minAge = minAge;
    this.issuer = issuer;
  }

  /// The valid access token; waits at most `timeout` for it.
  public AccessToken current(Duration timeout) throws AccessTokenException {
    var accessToken = latest;
    return accessToken != null && isFresh(accessToken) ? accessToken : obtain(null, timeout);
  }

  /// The latest access token, if there is one. Does not wait.
  public Optional<AccessToken> latest() {
    return Optional.ofNullable(latest);
  }

  /// Returns an access token other than `refused`. Many threads may call this with the same refused
  /// token: only one of them obtains a new one.
  public Optional<AccessToken> replacementFor(AccessToken refused, Duration timeout)
      throws AccessTokenException {
    var accessToken = latest;
    var isReplaced = accessToken != null && !accessToken.equals(refused);
    return isReplaced || !isYoung(refused)
        ? Optional.of(obtain(refused, timeout))
        : Optional.empty();
  }

  private boolean isYoung(AccessToken accessToken) {
    return clock.instant().isBefore(accessToken.issued().plus(minAge));
  }

  // The request under way may have been started for another refused token, and then may return the
  // token that was refused here.
  private AccessToken obtain(@Nullable AccessToken refused, Duration timeout)
      throws AccessTokenException {
    var end = Deadline.in(timeout);
    while (true) {
      var request = issueRequest(refused);
      var accessToken = await(request.accessToken, end.left());
      if (refused == null || !accessToken.equals(refused) || refused.equals(request.refused)) {
        return accessToken;
      }
    }
  }

  private synchronized IssueRequest issueRequest(@Nullable AccessToken refused)
      throws AccessTokenException {
    var accessToken = latest;
    if (accessToken != null && isFresh(accessToken) && !accessToken.equals(refused)) {
      return new IssueRequest(refused, CompletableFuture.completedFuture(accessToken));
    }
    var running = issueRequest;
    if (running != null && !running.accessToken.isDone()) {
      return running;
    }
    var failed = failure;
    if (failed != null && clock.instant().isBefore(failed.until)) {
      throw failed.why;
    }
    var begun = new IssueRequest(refused, new CompletableFuture<>());
    issueRequest = begun;
    Thread.startVirtualThread(() -> issue(begun));
    return begun;
  }

  private void issue(IssueRequest request) {
    try {
      var accessToken = issuer.issue(request.refused);
      latest = accessToken;
      request.accessToken.complete(accessToken);
    } catch (AccessTokenException e) {
      var pause = e.outcome() instanceof Later later ? later.delay() : DENIED_FOR;
      failure = new Failure(e, clock.instant().plus(pause));
      request.accessToken.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      request.accessToken.completeExceptionally(e);
    }
  }

  private static AccessToken await(CompletableFuture<AccessToken> accessToken, Duration timeout)
      throws AccessTokenException {
    try {
      return accessToken.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (TimeoutException e) {
      throw later("no access token in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw later("interrupted");
    }
  }

  private static AccessTokenException failure(@Nullable Throwable cause) {
    return switch (cause) {
      case AccessTokenException why -> why;
      case RuntimeException why -> throw why;
      case null, default -> throw new IllegalStateException("obtaining an access token", cause);
    };
  }

  private static AccessTokenException later(String why) {
    return new AccessTokenException(
        new Later(RETRY_DELAY, PauseScope.DELIVERY, Outcome.OURS + ": " + why));
  }

  private boolean isFresh(AccessToken accessToken) {
    return clock.instant().isBefore(accessToken.renewAt());
  }
}

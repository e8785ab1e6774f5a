package dev.rollcall.provider.accesstoken;

import dev.rollcall.provider.sender.AccessToken;
import dev.rollcall.provider.sender.AccessTokenException;
import dev.rollcall.provider.sender.AccessTokenIssuer;
import dev.rollcall.provider.sender.Deadline;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.Pause;
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

  private record Making(@Nullable AccessToken refused, CompletableFuture<AccessToken> pass) {}

  static final Duration DENIED_FOR = Duration.ofMinutes(1);

  private static final Duration SOON = Duration.ofSeconds(5);

  private final Clock clock;
  private final Duration leastAge;
  private final AccessTokenIssuer issuer;
  private @Nullable Making making;
  private volatile @Nullable AccessToken latest;
  private volatile @Nullable Failure failure;

  /// A token younger than `leastAge` is not replaced: if the provider refuses a new token, it would
  /// refuse the next one too.
  public AccessTokens(Clock clock, Duration leastAge, AccessTokenIssuer issuer) {
    this.clock = clock;
    this.leastAge = leastAge;
    this.issuer = issuer;
  }

  /// The valid access token; waits at most `patience` for it.
  public AccessToken current(Duration patience) throws AccessTokenException {
    var pass = latest;
    return pass != null && isFresh(pass) ? pass : made(null, patience);
  }

  /// The latest access token, if there is one. Does not wait.
  public Optional<AccessToken> latest() {
    return Optional.ofNullable(latest);
  }

  /// Returns an access token other than `refused`. Many threads may call this with the same refused
  /// token: only one of them obtains a new one.
  public Optional<AccessToken> insteadOf(AccessToken refused, Duration patience)
      throws AccessTokenException {
    var pass = latest;
    var isReplaced = pass != null && !pass.equals(refused);
    return isReplaced || !isYoung(refused)
        ? Optional.of(made(refused, patience))
        : Optional.empty();
  }

  private boolean isYoung(AccessToken pass) {
    return clock.instant().isBefore(pass.issued().plus(leastAge));
  }

  // The request under way may have been started for another refused token, and then may return the
  // token that was refused here.
  private AccessToken made(@Nullable AccessToken refused, Duration patience)
      throws AccessTokenException {
    var end = Deadline.in(patience);
    while (true) {
      var making = making(refused);
      var pass = awaited(making.pass, end.left());
      if (refused == null || !pass.equals(refused) || refused.equals(making.refused)) {
        return pass;
      }
    }
  }

  private synchronized Making making(@Nullable AccessToken refused) throws AccessTokenException {
    var pass = latest;
    if (pass != null && isFresh(pass) && !pass.equals(refused)) {
      return new Making(refused, CompletableFuture.completedFuture(pass));
    }
    var underWay = making;
    if (underWay != null && !underWay.pass.isDone()) {
      return underWay;
    }
    var failed = failure;
    if (failed != null && clock.instant().isBefore(failed.until)) {
      throw failed.why;
    }
    var begun = new Making(refused, new CompletableFuture<>());
    making = begun;
    Thread.startVirtualThread(() -> make(begun));
    return begun;
  }

  private void make(Making making) {
    try {
      var pass = issuer.issue(making.refused);
      latest = pass;
      making.pass.complete(pass);
    } catch (AccessTokenException e) {
      var pause = e.outcome() instanceof Later later ? later.delay() : DENIED_FOR;
      failure = new Failure(e, clock.instant().plus(pause));
      making.pass.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      making.pass.completeExceptionally(e);
    }
  }

  private static AccessToken awaited(CompletableFuture<AccessToken> pass, Duration patience)
      throws AccessTokenException {
    try {
      return pass.get(patience.toNanos(), TimeUnit.NANOSECONDS);
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
    return new AccessTokenException(new Later(SOON, Pause.DELIVERY, Outcome.OURS + ": " + why));
  }

  private boolean isFresh(AccessToken pass) {
    return clock.instant().isBefore(pass.renewAt());
  }
}

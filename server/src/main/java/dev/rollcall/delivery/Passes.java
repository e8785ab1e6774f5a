package dev.rollcall.delivery;

import dev.rollcall.delivery.Outcome.Later;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps one pass for all sends: it is made by one thread while the others wait, and again only
/// when it is due, or when the provider refused that very pass. A failure is kept for a while too,
/// so that a thousand sends do not ask a thousand times.
public final class Passes {
  /// Makes a pass. Where several nodes share one, this asks what they share first; `refused` is
  /// the pass that must not come back.
  @FunctionalInterface
  public interface Mint {
    Pass make(@Nullable Pass refused) throws PassException;
  }

  private record Failure(PassException why, Instant until) {}

  static final Duration DENIED_FOR = Duration.ofMinutes(1);

  private final Clock clock;
  private final Duration leastAge;
  private final Mint mint;
  private final ReentrantLock making = new ReentrantLock();
  private volatile @Nullable Pass latest;
  private @Nullable Failure failure;

  /// A pass younger than `leastAge` is not replaced: where a new one is refused, so is the next.
  public Passes(Clock clock, Duration leastAge, Mint mint) {
    this.clock = clock;
    this.leastAge = leastAge;
    this.mint = mint;
  }

  /// The pass to use now.
  public Pass current() throws PassException {
    var pass = latest;
    return pass != null && isFresh(pass) ? pass : make(null);
  }

  /// The pass last made, if there is one. Waits for nothing.
  public Optional<Pass> latest() {
    return Optional.ofNullable(latest);
  }

  /// Another pass than `refused`. Many may come with the same refusal: one of them makes it.
  public Optional<Pass> insteadOf(Pass refused) throws PassException {
    var pass = latest;
    var isReplaced = pass != null && !pass.equals(refused);
    return isReplaced || !isYoung(refused) ? Optional.of(make(refused)) : Optional.empty();
  }

  private boolean isYoung(Pass pass) {
    return clock.instant().isBefore(pass.issued().plus(leastAge));
  }

  private Pass make(@Nullable Pass refused) throws PassException {
    making.lock();
    try {
      var pass = latest;
      if (pass != null && isFresh(pass) && !pass.equals(refused)) {
        return pass;
      }
      if (failure != null && clock.instant().isBefore(failure.until)) {
        throw failure.why;
      }
      return latest = mint.make(refused);
    } catch (PassException e) {
      keep(e);
      throw e;
    } finally {
      making.unlock();
    }
  }

  private void keep(PassException why) {
    if (failure == null || failure.why != why) {
      var pause = why.outcome() instanceof Later later ? later.delay() : DENIED_FOR;
      failure = new Failure(why, clock.instant().plus(pause));
    }
  }

  private boolean isFresh(Pass pass) {
    return clock.instant().isBefore(pass.renewAt());
  }
}

package dev.rollcall.egress;

import dev.rollcall.egress.EndpointGuard.NameResolver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Resolves names on a few platform threads; concurrent callers of one name share one look-up.
///
/// The JDK's look-up cannot be interrupted. It holds its thread until the name server answers or
/// the operating system gives up, and on a virtual thread it also holds the carrier: several
/// hundred names whose server does not answer would block every virtual thread of the process.
/// Therefore callers wait here, and only threads of this class call the resolver.
///
/// A look-up that passes its deadline fails for all its callers. It no longer counts as running, so
/// the next one can start although the first thread still hangs. The total number of threads is
/// bounded. If all of them hang, look-ups fail at their deadline until a thread returns.
@SuppressWarnings("NonAtomicVolatileUpdate") // The check does not know that a Lock is held.
public final class NameLookups implements NameResolver, AutoCloseable {
  /// Maximum number of running look-ups that have not passed their deadline.
  static final int RUNNING = 16;

  /// Maximum number of threads, including those that hang.
  static final int THREADS = 128;

  static final int WAITING = 256;

  /// The longest time for which a caller waits.
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  static final Duration FRESH = Duration.ofSeconds(5);
  static final Duration FRESH_UNKNOWN = Duration.ofSeconds(1);

  /// The maximum age of an answer that is used while the name server does not answer.
  static final Duration STALE = Duration.ofMinutes(5);

  private static final int MAX_CACHED = 10_000;

  /// One look-up, shared by all its callers.
  private static final class Lookup {
    private final String host;
    private final CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();

    /// The deadline passed while a thread was running the look-up.
    private boolean isHanging;

    private Lookup(String host) {
      this.host = host;
    }
  }

  /// The answer of a name server. It has no addresses if the name is unknown.
  private record Answer(InetAddress[] addresses, Instant at) {
    boolean isUnknown() {
      return addresses.length == 0;
    }

    boolean isFresh(Instant now) {
      return now.isBefore(at.plus(isUnknown() ? FRESH_UNKNOWN : FRESH));
    }

    boolean isUsableWhenStale(Instant now) {
      return !isUnknown() && now.isBefore(at.plus(STALE));
    }
  }

  private final NameResolver resolver;
  private final Executor deadline;
  private final ThreadFactory threads;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();

  /// Unfinished look-ups by host, including those that passed their deadline.
  private final Map<String, Lookup> lookups = new HashMap<>();

  private final Deque<Lookup> waiting = new ArrayDeque<>();
  private final Map<String, Answer> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > MAX_CACHED;
        }
      };
  private int running;

  // Written under the lock; the metrics read them without it.
  private volatile int hanging;
  private volatile long answered;
  private volatile long timedOut;
  private volatile long refused;
  private boolean closed;

  /// `resolver` does the look-ups and may hang.
  public NameLookups(NameResolver resolver, Clock clock) {
    this(
        resolver,
        CompletableFuture.delayedExecutor(
            DEADLINE.toMillis(), TimeUnit.MILLISECONDS, Runnable::run),
        clock);
  }

  /// `deadline` runs each task when the deadline of its look-up has come.
  public NameLookups(NameResolver resolver, Executor deadline, Clock clock) {
    this(resolver, deadline, clock, Thread.ofPlatform().daemon().name("name look-up").factory());
  }

  NameLookups(NameResolver resolver, Executor deadline, Clock clock, ThreadFactory threads) {
    this.resolver = resolver;
    this.deadline = deadline;
    this.clock = clock;
    this.threads = threads;
  }

  /// Waits for the answer. Throws `NoAnswerException` if there is none this time.
  @Override
  public InetAddress[] of(String host) throws IOException {
    var fresh = cached(host).filter(it -> it.isFresh(clock.instant()));
    if (fresh.isPresent()) {
      return addresses(host, fresh.get());
    }
    try {
      return wait(lookup(host));
    } catch (NoAnswerException e) {
      var former = cached(host).filter(it -> it.isUsableWhenStale(clock.instant()));
      return former.map(Answer::addresses).orElseThrow(() -> e);
    }
  }

  private Optional<Answer> cached(String host) {
    lock.lock();
    try {
      return Optional.ofNullable(answers.get(host));
    } finally {
      lock.unlock();
    }
  }

  private static InetAddress[] addresses(String host, Answer answer) throws UnknownHostException {
    if (answer.isUnknown()) {
      throw new UnknownHostException(host);
    }
    return answer.addresses().clone();
  }

  private static InetAddress[] wait(Lookup lookup) throws IOException {
    try {
      return lookup.answer.get().clone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled in the meantime");
    } catch (ExecutionException e) {
      throw failure(lookup.host, Objects.requireNonNull(e.getCause()));
    }
  }

  // Each caller gets its own exception.
  private static IOException failure(String host, Throwable cause) {
    return switch (cause) {
      case NoAnswerException none ->
          new NoAnswerException(Objects.requireNonNull(none.getMessage()));
      case UnknownHostException unknown -> new UnknownHostException(host);
      default -> new IOException("the name could not be looked up", cause);
    };
  }

  /// The look-up of this host that is in progress, or a new one.
  private Lookup lookup(String host) throws NoAnswerException {
    lock.lock();
    try {
      var known = lookups.get(host);
      if (known != null) {
        return known;
      }
      if (closed || waiting.size() >= WAITING) {
        refused++;
        throw new NoAnswerException("too many names are being looked up");
      }
      var lookup = new Lookup(host);
      lookups.put(host, lookup);
      waiting.add(lookup);
      deadline.execute(() -> expire(lookup));
      startWaiting();
      return lookup;
    } finally {
      lock.unlock();
    }
  }

  private void startWaiting() {
    while (!waiting.isEmpty() && running < RUNNING && running + hanging < THREADS) {
      start(waiting.remove());
    }
  }

  // Answers are cached, so there is no need to pool threads. The operating system may refuse a
  // thread; then this look-up alone fails.
  private void start(Lookup lookup) {
    try {
      threads.newThread(() -> resolve(lookup)).start();
      running++;
    } catch (OutOfMemoryError e) {
      refused++;
      lookups.remove(lookup.host);
      lookup.answer.completeExceptionally(
          new NoAnswerException("the operating system refused a thread for the look-up"));
    }
  }

  private void resolve(Lookup lookup) {
    try {
      var addresses = resolver.of(lookup.host);
      end(lookup, Optional.of(addresses));
      lookup.answer.complete(addresses);
    } catch (UnknownHostException e) {
      end(lookup, Optional.of(new InetAddress[0]));
      lookup.answer.completeExceptionally(e);
    } catch (Throwable e) {
      // Without this, the callers would wait for ever.
      end(lookup, Optional.empty());
      lookup.answer.completeExceptionally(e);
    }
  }

  /// An answer that arrives after the deadline is cached too.
  private void end(Lookup lookup, Optional<InetAddress[]> addresses) {
    lock.lock();
    try {
      lookups.remove(lookup.host);
      addresses.ifPresent(it -> answers.put(lookup.host, new Answer(it, clock.instant())));
      if (lookup.isHanging) {
        hanging--;
      } else {
        running--;
        answered++;
      }
      startWaiting();
    } finally {
      lock.unlock();
    }
  }

  private void expire(Lookup lookup) {
    lock.lock();
    try {
      if (lookups.get(lookup.host) != lookup) {
        return;
      }
      timedOut++;
      if (waiting.remove(lookup)) {
        lookups.remove(lookup.host);
      } else {
        lookup.isHanging = true;
        running--;
        hanging++;
      }
      lookup.answer.completeExceptionally(
          new NoAnswerException("the name server did not answer in time"));
      startWaiting();
    } finally {
      lock.unlock();
    }
  }

  public long answered() {
    return answered;
  }

  public long timedOut() {
    return timedOut;
  }

  public long refused() {
    return refused;
  }

  /// The number of look-ups that passed their deadline and still hold a thread.
  public int hanging() {
    return hanging;
  }

  /// Fails all waiting and all later callers. Threads that hang do not keep the process from
  /// ending.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      for (var lookup : lookups.values()) {
        lookup.answer.completeExceptionally(new NoAnswerException("the server was stopped"));
      }
    } finally {
      lock.unlock();
    }
  }
}

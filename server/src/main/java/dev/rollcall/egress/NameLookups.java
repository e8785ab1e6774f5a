package dev.rollcall.egress;

import dev.rollcall.egress.EndpointGuard.Names;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Looks names up on a few platform threads, each name once for all who ask for it.
///
/// The JDK's look-up cannot be interrupted, holds its thread until the name server answers or the
/// operating system gives up, and on a virtual thread holds the carrier too: some hundred names whose
/// server does not answer stop every virtual thread of the process. So callers wait here, and only
/// threads of this class ask the resolver. A look-up that passes its deadline fails for all who wait,
/// and gives its place to the next one although its thread still hangs. The number of threads is
/// bounded all the same; when all of them hang, names fail at their deadline until one comes back.
public final class NameLookups implements Names, AutoCloseable {
  /// Look-ups that have not passed their deadline.
  static final int RUNNING = 16;

  /// Look-ups in all, with those that hang.
  static final int THREADS = 128;

  static final int WAITING = 256;

  /// How long a caller waits at most.
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  static final Duration FRESH = Duration.ofSeconds(5);
  static final Duration FRESH_UNKNOWN = Duration.ofSeconds(1);

  /// How old an answer may be that stands in while the name server does not answer.
  static final Duration STALE = Duration.ofMinutes(5);

  private static final int REMEMBERED = 10_000;

  /// One look-up, with all who wait for it.
  private static final class Lookup {
    private final String host;
    private final CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();

    /// Its deadline has passed while a thread was at it.
    private boolean hangs;

    private Lookup(String host) {
      this.host = host;
    }
  }

  /// No addresses when the name is unknown.
  private record Answer(InetAddress[] addresses, Instant at) {
    boolean isUnknown() {
      return addresses.length == 0;
    }

    boolean isFresh(Instant now) {
      return now.isBefore(at.plus(isUnknown() ? FRESH_UNKNOWN : FRESH));
    }

    boolean mayStandIn(Instant now) {
      return !isUnknown() && now.isBefore(at.plus(STALE));
    }
  }

  private final Names resolver;
  private final Executor deadline;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();

  /// By host: whatever was asked for and has not come back, with those that passed their deadline.
  private final Map<String, Lookup> lookups = new HashMap<>();

  private final Deque<Lookup> waiting = new ArrayDeque<>();
  private final Map<String, Answer> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > REMEMBERED;
        }
      };
  private int running;

  // Written under the lock, and read for the metrics without it.
  private volatile int hanging;
  private volatile long answered;
  private volatile long timedOut;
  private volatile long refused;
  private boolean closed;

  /// `resolver` is the one that may hang.
  public NameLookups(Names resolver, Clock clock) {
    this(
        resolver,
        CompletableFuture.delayedExecutor(
            DEADLINE.toMillis(), TimeUnit.MILLISECONDS, Runnable::run),
        clock);
  }

  /// `deadline` runs what it is given when a look-up has to have its answer.
  public NameLookups(Names resolver, Executor deadline, Clock clock) {
    this.resolver = resolver;
    this.deadline = deadline;
    this.clock = clock;
  }

  /// Waits for the answer; a `NoAnswerException` says that there is none just now.
  @Override
  public InetAddress[] of(String host) throws IOException {
    var fresh = remembered(host).filter(it -> it.isFresh(clock.instant()));
    if (fresh.isPresent()) {
      return addresses(host, fresh.get());
    }
    try {
      return wait(lookup(host));
    } catch (NoAnswerException e) {
      var former = remembered(host).filter(it -> it.mayStandIn(clock.instant()));
      return former.map(Answer::addresses).orElseThrow(() -> e);
    }
  }

  private Optional<Answer> remembered(String host) {
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
      throw new InterruptedIOException("given up meanwhile");
    } catch (ExecutionException e) {
      throw failure(lookup.host, e.getCause());
    }
  }

  // Each who waited gets an exception of its own.
  private static IOException failure(String host, Throwable cause) {
    return switch (cause) {
      case NoAnswerException none -> new NoAnswerException(none.getMessage());
      case UnknownHostException unknown -> new UnknownHostException(host);
      default -> new IOException("the name could not be looked up", cause);
    };
  }

  /// The one that is under way, or a new one.
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
      var lookup = waiting.remove();
      // Answers are remembered, so threads need not be.
      Thread.ofPlatform().daemon().name("name look-up").start(() -> resolve(lookup));
      running++;
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
      // Nobody may wait for ever.
      end(lookup, Optional.empty());
      lookup.answer.completeExceptionally(e);
    }
  }

  /// What came back late is remembered all the same.
  private void end(Lookup lookup, Optional<InetAddress[]> addresses) {
    lock.lock();
    try {
      lookups.remove(lookup.host);
      addresses.ifPresent(it -> answers.put(lookup.host, new Answer(it, clock.instant())));
      if (lookup.hangs) {
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
        lookup.hangs = true;
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

  /// Look-ups that passed their deadline and still hold a thread.
  public int hanging() {
    return hanging;
  }

  /// Refuses all who wait and all who come; threads that hang do not keep the process from ending.
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

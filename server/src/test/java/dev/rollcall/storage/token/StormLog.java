package dev.rollcall.storage.token;

import dev.rollcall.account.Caller;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.TokenValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What was asked for and acknowledged during a storm, and when: enough to tell which outcomes are
/// possible and which are not.
///
/// Of two operations of which one was answered before the other was asked for, the order is certain; of
/// two that overlap, either may have come first.
public final class StormLog {

  /// A push token that is left, with the handle of its session.
  public record Held(String session, TokenValue value) {}

  private enum Kind {
    OPENS,
    REGISTERS,
    CLEARS_SESSION,
    CLEARS_USER,
    CLEARS_VALUE,
    ENDS_SESSION,
    ENDS_USER
  }

  private record Operation(
      Kind kind,
      String uid,
      @Nullable String session,
      @Nullable TokenValue value,
      long asked,
      long answered) {

    boolean surelyBefore(Operation other) {
      return answered < other.asked;
    }

    boolean surelyHappened() {
      return answered != NEVER;
    }
  }

  /// Thrown by a request whose answer never came: it may have happened, now or later, or not.
  public static final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unanswered(Throwable cause) {
      super(cause);
    }
  }

  private static final long NEVER = Long.MAX_VALUE;

  private final TokenPolicy policy;
  private final AtomicLong ticks = new AtomicLong();
  private final List<Operation> operations = new CopyOnWriteArrayList<>();
  private final List<Caller.Device> sessions = new CopyOnWriteArrayList<>();
  private final Set<String> dead = new HashSet<>();

  public StormLog(TokenPolicy policy) {
    this.policy = policy;
  }

  public static String uid(Caller.Device device) {
    return device.token().value().split("_")[0];
  }

  /// One of the newest sessions, or of those that may have ended long ago.
  public Caller.Device someSession(Random random) {
    int size = sessions.size();
    int back = random.nextInt(10) == 0 ? size : Math.min(size, 8);
    return sessions.get(size - 1 - random.nextInt(back));
  }

  public void opens(Supplier<Caller.Device> login) {
    long asked = ticks.incrementAndGet();
    var device = login.get();
    note(Kind.OPENS, uid(device), StoreContract.handle(device), null, asked);
    sessions.add(device);
  }

  public void registers(Caller.Device device, NewToken token, Runnable request) {
    did(Kind.REGISTERS, uid(device), StoreContract.handle(device), token.value(), request);
  }

  public void clears(Caller.Device device, Runnable request) {
    did(Kind.CLEARS_SESSION, uid(device), StoreContract.handle(device), null, request);
  }

  public void clearsUser(String uid, Runnable request) {
    did(Kind.CLEARS_USER, uid, null, null, request);
  }

  void clearsUserOf(String uid, NewToken token, Runnable request) {
    did(Kind.CLEARS_VALUE, uid, null, token.value(), request);
  }

  public void ends(Caller.Device device, Runnable request) {
    did(Kind.ENDS_SESSION, uid(device), StoreContract.handle(device), null, request);
  }

  void endsUser(String uid, Runnable request) {
    did(Kind.ENDS_USER, uid, null, null, request);
  }

  private void did(
      Kind kind,
      String uid,
      @Nullable String session,
      @Nullable TokenValue value,
      Runnable request) {
    long asked = ticks.incrementAndGet();
    try {
      request.run();
    } catch (Unanswered e) {
      operations.add(new Operation(kind, uid, session, value, asked, NEVER));
      throw e;
    }
    note(kind, uid, session, value, asked);
  }

  private void note(
      Kind kind, String uid, @Nullable String session, @Nullable TokenValue value, long asked) {
    operations.add(new Operation(kind, uid, session, value, asked, ticks.incrementAndGet()));
  }

  /// Forgets how it came to what is there now, when nothing is going on.
  void startOver(List<Held> left, List<String> live) {
    operations.clear();
    for (var held : left) {
      operations.add(
          new Operation(Kind.REGISTERS, uidOf(held.session()), held.session(), held.value(), 0, 0));
    }
    for (var session : live) {
      operations.add(new Operation(Kind.OPENS, uidOf(session), session, null, 0, 0));
    }
    sessions.stream()
        .map(StoreContract::handle)
        .filter(it -> !live.contains(it))
        .forEach(dead::add);
  }

  /// What cannot be, given what was acknowledged.
  public List<String> broken(List<Held> left, List<String> live) {
    var broken = new ArrayList<String>();
    var owners = new HashSet<String>();
    var places = new HashSet<String>();
    for (var held : left) {
      var user = policy == TokenPolicy.SHARED ? uidOf(held.session()) : "anyone";
      if (!owners.add(held.value().channel() + held.value().text() + user)) {
        broken.add("two owners: " + held);
      }
      if (!places.add(held.value().channel() + held.session())) {
        broken.add("two tokens in one place: " + held);
      }
      if (!live.contains(held.session())) {
        broken.add("a token of a dead session: " + held);
      }
    }
    registrations().filter(it -> isLost(it, left)).forEach(it -> broken.add("lost: " + it));
    left.stream().filter(this::isResurrected).forEach(it -> broken.add("resurrected: " + it));
    operations.stream()
        .filter(this::cameAfterTheEnd)
        .forEach(it -> broken.add("after its end: " + it));
    return broken;
  }

  private static String uidOf(String handle) {
    return handle.split("_")[0];
  }

  private Stream<Operation> registrations() {
    return operations.stream().filter(it -> it.kind() == Kind.REGISTERS);
  }

  /// An acknowledged registration that is not there, though nothing can have undone it.
  private boolean isLost(Operation registration, List<Held> left) {
    var there = left.contains(new Held(registration.session(), registration.value()));
    return registration.surelyHappened()
        && !there
        && operations.stream()
            .noneMatch(it -> undoes(it, registration) && !it.surelyBefore(registration));
  }

  /// A token that is there, though each of its registrations was surely undone afterwards.
  private boolean isResurrected(Held held) {
    return registrations()
        .filter(it -> held.equals(new Held(it.session(), it.value())))
        .allMatch(
            registration ->
                operations.stream()
                    .anyMatch(
                        it ->
                            it.surelyHappened()
                                && undoes(it, registration)
                                && registration.surelyBefore(it)));
  }

  private boolean undoes(Operation operation, Operation registration) {
    var sameUser = operation.uid().equals(registration.uid());
    var sameSession = Objects.equals(operation.session(), registration.session());
    var sameValue = Objects.equals(operation.value(), registration.value());
    return switch (operation.kind()) {
      case OPENS -> false;
      case REGISTERS -> {
        var sameChannel = operation.value().channel() == registration.value().channel();
        var takesIt = sameValue && !sameSession && (sameUser || policy == TokenPolicy.EXCLUSIVE);
        yield takesIt || (sameSession && sameChannel && !sameValue);
      }
      case CLEARS_SESSION, ENDS_SESSION -> sameSession;
      case CLEARS_VALUE -> sameUser && sameValue;
      case CLEARS_USER, ENDS_USER -> sameUser;
    };
  }

  /// Something was done for a session that had ended before it was asked for.
  private boolean cameAfterTheEnd(Operation operation) {
    return operation.session() != null
        && operation.surelyHappened()
        && operation.kind() != Kind.OPENS
        && (dead.contains(operation.session())
            || operations.stream()
                .anyMatch(it -> endedSession(it, operation) && it.surelyBefore(operation)));
  }

  private boolean endedSession(Operation end, Operation operation) {
    return switch (end.kind()) {
      case ENDS_SESSION -> end.session().equals(operation.session());
      case ENDS_USER ->
          operations.stream()
              .anyMatch(
                  it ->
                      it.kind() == Kind.OPENS
                          && it.session().equals(operation.session())
                          && it.uid().equals(end.uid())
                          && it.surelyBefore(end));
      default -> false;
    };
  }
}

package dev.rollcall.token;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.token.TokenStore.Listed;
import dev.rollcall.token.TokenStore.Registered;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.token.TokenStore.UserTokens;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rules of push tokens: who may register, list and delete them, and when they expire.
public final class Tokens {

  private static final Logger log = LoggerFactory.getLogger(Tokens.class);

  /// A token that was not registered again for `stale` is marked stale. One that was not registered
  /// again and accepted no push for `removal` is removed. One session may register `perMinute`
  /// times a minute. An APNs token may have up to `apnsDigits` hex digits.
  public record Limits(
      Registration.Limits registration,
      Duration stale,
      Duration removal,
      int perMinute,
      int apnsDigits) {}

  /// A check that throws a `Problem` for an endpoint that must not be called. It runs before the
  /// caller is authenticated, so it does not query DNS.
  @FunctionalInterface
  public interface Endpoints {
    void require(String endpoint);
  }

  private final TokenStore store;
  private final Limits limits;
  private final Registration rules;
  private final SessionRate rate;
  private final Endpoints endpoints;
  private final Clock clock;
  private final LongAdder sharedNames = new LongAdder();

  public Tokens(TokenStore store, Limits limits, Endpoints endpoints, Clock clock) {
    this.store = store;
    this.endpoints = endpoints;
    this.limits = limits;
    this.rules = new Registration(limits.registration());
    this.rate = new SessionRate(limits.perMinute(), clock);
    this.clock = clock;
  }

  /// Registers all of `tokens`, or none. When it returns, the change is durable.
  public Registered register(RequestedSession who, List<NewToken> tokens) {
    tokens.forEach(token -> token.requireMaxLength(limits.apnsDigits()));
    switch (who) {
      case RequestedSession.Own self -> limit(self.caller().token());
      case RequestedSession.Named named -> {}
    }
    for (var token : tokens) {
      if (token.value().channel() == Channel.WEB_PUSH) {
        endpoints.require(token.value().text());
      }
    }
    var registered = store.register(who, tokens, rules, clock.instant());
    registered.found().forEach(name -> report(who, name));
    return registered;
  }

  private void report(RequestedSession who, DeviceName name) {
    sharedNames.increment();
    log.atWarn()
        .addKeyValue("app", who.caller().appId())
        .addKeyValue("device", name.hash().substring(0, 8))
        .addKeyValue("days", DeviceUse.MEMORY.toDays())
        .log(
            "several phones register under one device key or device id; it replaces no push token"
                + " for some days");
  }

  /// How often this node found that several phones share a device key or a device id.
  public long sharedNames() {
    return sharedNames.sum();
  }

  /// The revision of the tokens that the caller's session holds; empty if it holds none.
  public Optional<Revision> revision(Caller.Device caller) {
    var now = clock.instant();
    return Revision.of(store.ofSession(caller, now.minus(limits.removal()), now));
  }

  private void limit(AuthToken token) {
    rate.retryDelay(token)
        .ifPresent(
            wait -> {
              throw Problem.later(
                  Code.ERR_TOO_MANY_REQUESTS,
                  "This session registers too often; register when the provider gives a new token",
                  wait,
                  null);
            });
  }

  public List<PushToken> ofUser(Caller.Device caller) {
    var now = clock.instant();
    return store.ofUser(caller, now.minus(limits.removal()), now);
  }

  public List<Listed> list(RequestedSession.Named who, TokenScope reach) {
    var now = clock.instant();
    return store.list(who, reach, now.minus(limits.removal()), now);
  }

  public List<Listed> delete(RequestedSession who, TokenScope reach) {
    return store.delete(who, reach, clock.instant());
  }

  public List<Listed> delete(RequestedSession.Named who, String rawToken) {
    var deleted = store.delete(who, rawToken, clock.instant());
    if (deleted.isEmpty()) {
      throw new Problem(
          Code.ERR_TOKEN_NOT_FOUND, "This user holds no such push token; nothing was deleted");
    }
    return deleted;
  }

  public UserTokens userTokens(Caller.BackEnd caller, String uid) {
    var now = clock.instant();
    return store.userTokens(caller, Accounts.knownUid(uid), now.minus(limits.removal()), now);
  }

  public boolean isStale(PushToken token) {
    return Instant.ofEpochMilli(token.registeredAt())
        .isBefore(clock.instant().minus(limits.stale()));
  }

  /// Deletes up to `most` records of the use of names that no longer matter. Returns their number.
  public int forgetDeviceUses(int most) {
    return store.forgetDeviceUses(clock.instant().minus(DeviceUse.MEMORY), most);
  }

  /// Removes up to `most` tokens that were not registered and accepted no push for too long.
  /// Returns their number.
  public int deleteUnseen(int most) {
    var now = clock.instant();
    return store.deleteUnseen(now.minus(limits.removal()), most, now);
  }
}

package dev.rollcall.token;

import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.SessionRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What push tokens ask of a database. Each method is one transaction, and checks its caller in it.
public interface TokenStore {

  /// Whose session is meant: the caller's own, or the one that a back end names.
  sealed interface Who {
    /// What the client `says` of itself is noted in the same transaction.
    record Self(Caller.Device caller, ClientInfo says) implements Who {
      public Self(Caller.Device caller) {
        this(caller, ClientInfo.NONE);
      }
    }

    record Named(Caller.BackEnd caller, SessionRef session) implements Who {}
  }

  /// How much a deletion takes.
  enum Reach {
    SESSION,
    USER
  }

  /// A token with the handle and uid of its session.
  record Listed(PushToken token, String session, String uid) {}

  /// A user's live tokens, which of them are under suspicion, and the lines of their history, newest
  /// first.
  record Roll(List<Listed> tokens, Set<TokenId> suspects, List<TokenEvent> history) {}

  /// What the session holds after a registration; `superseded` when a part of it came too late.
  record Registered(List<PushToken> tokens, boolean superseded) {}

  Registered register(Who who, List<NewToken> tokens, Registration rules, Instant now);

  /// What the caller's session holds.
  List<PushToken> ofSession(Caller.Device caller, Instant since, Instant now);

  /// Live tokens of the user: registered after `since`, of sessions that have not ended by `now`.
  List<PushToken> ofUser(Caller.Device caller, Instant since, Instant now);

  List<Listed> list(Who.Named who, Reach reach, Instant since, Instant now);

  /// Deletes the tokens of the session or of its user; answers what went.
  List<Listed> delete(Who who, Reach reach, Instant now);

  /// Deletes one token if the session's user holds it; an empty answer says that it does not.
  List<Listed> delete(Who.Named who, String rawToken, Instant now);

  Roll roll(Caller.BackEnd caller, String uid, Instant since, Instant now);

  /// Deletes up to `most` tokens that were registered before `before`, looking through all tokens
  /// once, and in several transactions, so that no other write waits for long; answers how many.
  int forget(Instant before, int most, Instant now);

  Map<Channel, Long> liveByChannel();
}

package dev.rollcall.token;

import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.SessionRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The database operations on push tokens. Each method is one transaction and authenticates its
/// caller in that transaction.
public interface TokenStore {

  /// The session that a request is about: the caller's own, or one that a back end names.
  sealed interface RequestedSession {
    Caller caller();

    /// The client information in `says` is stored in the same transaction.
    record Own(Caller.Device caller, ClientInfo clientInfo) implements RequestedSession {
      public Own(Caller.Device caller) {
        this(caller, ClientInfo.NONE);
      }
    }

    record Named(Caller.BackEnd caller, SessionRef session) implements RequestedSession {}
  }

  /// What a deletion covers.
  enum TokenScope {
    SESSION,
    USER
  }

  /// A token with the handle and uid of its session.
  record Listed(PushToken token, String session, String uid) {}

  /// A user's live tokens, the suspect ones among them, and the user's history, newest first.
  record UserTokens(List<Listed> tokens, Set<TokenId> suspects, List<TokenEvent> history) {}

  /// The tokens that the session holds after a registration. If it was `superseded`, nothing has
  /// changed except the history. `found` are the names that this registration has shown to be
  /// shared by several phones.
  record Registered(
      List<PushToken> tokens,
      Optional<Registration.Superseded> superseded,
      List<Ignored> ignored,
      List<DeviceName> found) {
    public static final Registered NOTHING =
        new Registered(List.of(), Optional.empty(), List.of(), List.of());

    public static Registered not(Registration.Superseded superseded) {
      return new Registered(superseded.held(), Optional.of(superseded), List.of(), List.of());
    }

    /// Adds what was decided about the next token of the same registration.
    public Registered and(Registration.Decision decision) {
      return new Registered(
          decision.held(),
          superseded,
          union(ignored, decision.ignored()),
          union(found, decision.found()));
    }

    private static <T> List<T> union(List<T> all, List<T> more) {
      return Stream.concat(all.stream(), more.stream()).distinct().toList();
    }
  }

  Registered register(RequestedSession who, List<NewToken> tokens, Registration rules, Instant now);

  /// The tokens of the caller's session.
  List<PushToken> ofSession(Caller.Device caller, Instant since, Instant now);

  /// The user's live tokens: alive after `since`, in sessions that have not expired at `now`.
  List<PushToken> ofUser(Caller.Device caller, Instant since, Instant now);

  List<Listed> list(RequestedSession.Named who, TokenScope reach, Instant since, Instant now);

  /// Deletes the tokens of the session or of its user. Returns the deleted tokens.
  List<Listed> delete(RequestedSession who, TokenScope reach, Instant now);

  /// Deletes one token if the session's user holds it. Returns an empty list if not.
  List<Listed> delete(RequestedSession.Named who, String rawToken, Instant now);

  UserTokens userTokens(Caller.BackEnd caller, String uid, Instant since, Instant now);

  /// Deletes up to `most` tokens that were neither registered nor accepted a push after `before`,
  /// and returns their number. It uses several transactions, so that no other write waits for long.
  int deleteUnseen(Instant before, int most, Instant now);

  /// Deletes up to `most` records of the use of names that have not changed since `before`, and
  /// returns their number.
  int forgetDeviceUses(Instant before, int most);

  Map<Channel, Long> liveByChannel();
}

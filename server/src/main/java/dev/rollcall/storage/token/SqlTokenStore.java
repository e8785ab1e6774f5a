package dev.rollcall.storage.token;

import dev.rollcall.account.App;
import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Session;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.Actors;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.DeviceUseRows;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.SuspicionRows;
import dev.rollcall.storage.rows.TokenEventRows;
import dev.rollcall.storage.rows.TokenListRow;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Push tokens in SQL.
public class SqlTokenStore implements TokenStore {
  // Other writes wait while this many tokens are removed.
  private static final int REMOVED_AT_ONCE = 200;

  private static final String LIVE =
      "SELECT "
          + TokenRows.COLUMNS
          + """
            FROM push_token t
            JOIN session s ON s.id = t.session_id
           WHERE t.user_id = ? AND (s.expires_at IS NULL OR s.expires_at > ?) AND
          """
          + TokenRows.ALIVE_AFTER;

  /// The caller's session together with each token of its user. If there is no token, the session
  /// stands alone.
  private static final String OWN_LIST =
      "SELECT "
          + TokenListRow.COLUMNS
          + """
            FROM session s
            JOIN app_user u ON u.id = s.user_id
            JOIN app a ON a.no = u.app
            LEFT JOIN push_token t ON t.user_id = s.user_id AND
          """
          + TokenRows.ALIVE_AFTER
          + """
            LEFT JOIN session h ON h.id = t.session_id
           WHERE s.id = ?
          """;

  private final Database db;

  public SqlTokenStore(Database db) {
    this.db = db;
  }

  @Override
  public Registered register(
      RequestedSession who, List<NewToken> tokens, Registration rules, Instant now) {
    return db.write(
        "registering a push token",
        tx -> {
          var session = sessionOf(tx, who, now);
          var actor = actor(who, session);
          var registered = Registered.NOTHING;
          for (var token : tokens) {
            var stored = TokenRows.storedTokens(tx, session, token, now);
            // This checks all tokens of the request, so it can only be present before the first
            // change.
            var superseded = Registration.superseded(session, tokens, stored, now);
            if (superseded.isPresent()) {
              for (var note : superseded.get().notes()) {
                TokenRows.carryOut(tx, session, note, actor, now);
              }
              return Registered.not(superseded.get());
            }
            var decision = rules.decide(session, token, stored, now);
            for (var step : decision.steps()) {
              TokenRows.carryOut(tx, session, step, actor, now);
            }
            registered = registered.and(decision);
          }
          return registered;
        });
  }

  static Session sessionOf(Tx tx, RequestedSession who, Instant now) throws SQLException {
    return switch (who) {
      case RequestedSession.Own(var caller, var says) ->
          noteClientInfo(tx, CallerCheck.session(tx, caller, now), says, now);
      case RequestedSession.Named(var caller, var ref) ->
          CallerCheck.sessionByRef(tx, CallerCheck.app(tx, caller), ref, now);
    };
  }

  static Session noteClientInfo(Tx tx, Session session, ClientInfo says, Instant now)
      throws SQLException {
    return says.equals(ClientInfo.NONE)
        ? session
        : SessionRows.noteClientInfo(tx, session, says, now);
  }

  static String actor(RequestedSession who, Session session) {
    return switch (who) {
      case RequestedSession.Own self -> session.handle();
      case RequestedSession.Named named -> Actors.API_KEY;
    };
  }

  @Override
  public List<PushToken> ofUser(Caller.Device caller, Instant since, Instant now) {
    var what = "listing push tokens";
    var id = caller.token().sessionId();
    if (id.isPresent()) {
      var rows =
          db.readSingleStatement(
              what,
              tx ->
                  tx.list(
                      OWN_LIST,
                      TokenListRow::read,
                      since.toEpochMilli(),
                      since.toEpochMilli(),
                      id.get()));
      if (!rows.isEmpty() && rows.getFirst().key().authenticates(caller, now)) {
        return TokenListRow.listed(rows, since, now);
      }
    }
    // The caller is refused. This check throws the error that says why.
    return db.read(what, tx -> live(tx, CallerCheck.session(tx, caller, now).userId(), since, now));
  }

  @Override
  public List<PushToken> ofSession(Caller.Device caller, Instant since, Instant now) {
    return db.read(
        "reading a session's push tokens",
        tx -> {
          var session = CallerCheck.session(tx, caller, now);
          return tx.list(
              LIVE + " AND t.session_id = ?",
              TokenRows::read,
              session.userId(),
              now.toEpochMilli(),
              since.toEpochMilli(),
              since.toEpochMilli(),
              session.id());
        });
  }

  @Override
  public List<Listed> list(
      RequestedSession.Named who, TokenScope reach, Instant since, Instant now) {
    return db.read(
        "listing push tokens",
        tx -> {
          var session = sessionOf(tx, who, now);
          return live(tx, session.userId(), since, now).stream()
              .filter(token -> reach == TokenScope.USER || token.sessionId() == session.id())
              .map(token -> listed(token, session.uid()))
              .toList();
        });
  }

  private static List<PushToken> live(Tx tx, long userId, Instant since, Instant now)
      throws SQLException {
    return tx.list(
        LIVE,
        TokenRows::read,
        userId,
        now.toEpochMilli(),
        since.toEpochMilli(),
        since.toEpochMilli());
  }

  static Listed listed(PushToken token, String uid) {
    return new Listed(token, AuthToken.handle(uid, token.sessionId()), uid);
  }

  @Override
  public List<Listed> delete(RequestedSession who, TokenScope reach, Instant now) {
    return db.write(
        "deleting push tokens",
        tx -> {
          var session = sessionOf(tx, who, now);
          var cause = deletion(reach, actor(who, session), now);
          var deleted =
              switch (reach) {
                case SESSION ->
                    TokenRows.removeOfSession(tx, session.userId(), session.id(), cause);
                case USER -> TokenRows.removeOfUser(tx, session.userId(), cause);
              };
          return deleted.stream().map(token -> listed(token, session.uid())).toList();
        });
  }

  static Cause deletion(TokenScope reach, String actor, Instant now) {
    var reason = reach == TokenScope.USER ? "all tokens of the user" : "the session's tokens";
    return new Cause(Kind.DELETED, actor, reason, now);
  }

  @Override
  public List<Listed> delete(RequestedSession.Named who, String rawToken, Instant now) {
    return db.write(
        "deleting a push token",
        tx -> {
          var session = sessionOf(tx, who, now);
          var cause = new Cause(Kind.DELETED, Actors.API_KEY, "this token", now);
          var deleted = new ArrayList<Listed>();
          for (var token : TokenRows.ofUser(tx, session.userId())) {
            if (token.value().matches(rawToken)) {
              TokenRows.remove(tx, token, cause)
                  .forEach(it -> deleted.add(listed(it, session.uid())));
            }
          }
          return deleted;
        });
  }

  @Override
  public UserTokens userTokens(Caller.BackEnd caller, String uid, Instant since, Instant now) {
    return db.read(
        "reading a user's push tokens and history",
        tx -> {
          App app = CallerCheck.app(tx, caller);
          long userId = CallerCheck.userId(tx, app, uid);
          var tokens =
              live(tx, userId, since, now).stream().map(token -> listed(token, uid)).toList();
          return new UserTokens(
              tokens, SuspicionRows.suspects(tx, userId), TokenEventRows.ofUser(tx, userId, uid));
        });
  }

  @Override
  public int deleteUnseen(Instant before, int most, Instant now) {
    int gone = 0;
    int wanted;
    List<PushToken> found;
    do {
      wanted = Math.min(REMOVED_AT_ONCE, most - gone);
      found = perhapsUnseen(before, wanted);
      gone += found.isEmpty() ? 0 : deleteUnseen(found, before, now);
    } while (found.size() == wanted && gone < most);
    return gone;
  }

  private List<PushToken> perhapsUnseen(Instant before, int most) {
    return db.read(
        "looking for tokens unseen for long", tx -> TokenRows.perhapsUnseen(tx, before, most));
  }

  private int deleteUnseen(List<PushToken> found, Instant before, Instant now) {
    return db.write(
        "removing tokens unseen for long",
        tx -> {
          UserLocks.users(tx, found.stream().map(PushToken::userId).toList());
          int gone = 0;
          for (var token : found) {
            if (token.isAliveAfter(before)) {
              TokenRows.noteAlive(tx, token);
            } else {
              gone += TokenRows.removeUnseen(tx, token, before, unseen(token, now)).size();
            }
          }
          return gone;
        });
  }

  private static Cause unseen(PushToken token, Instant now) {
    return new Cause(Kind.EXPIRED, Actors.ROLLCALL, token.lastSigns(), now);
  }

  @Override
  public int forgetDeviceUses(Instant before, int most) {
    return db.write(
        "forgetting the use of device keys",
        tx -> DeviceUseRows.deleteUnchangedSince(tx, before, most));
  }

  @Override
  public Map<Channel, Long> liveByChannel() {
    return db.readLong("counting push tokens", Database.COUNT, TokenRows::countByChannel);
  }
}

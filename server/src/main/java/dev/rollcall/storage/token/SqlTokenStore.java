package dev.rollcall.storage.token;

import dev.rollcall.account.App;
import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Session;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.SuspicionRows;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.Registration.Held;
import dev.rollcall.token.Registration.Standing;
import dev.rollcall.token.Registration.Step;
import dev.rollcall.token.TokenEvent;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Push tokens in SQL.
public class SqlTokenStore implements TokenStore {
  public static final String API_KEY = "api-key";
  public static final String ROLLCALL = "rollcall";
  private static final String ANOTHER_USER = "another-user";

  // As many as other writes may have to wait for.
  private static final int REMOVED_AT_ONCE = 200;

  private static final String LIVE =
      "SELECT "
          + TokenRows.COLUMNS
          + """
            FROM push_token t
            JOIN session s ON s.id = t.session_id
           WHERE t.user_id = ? AND t.registered_at > ?
             AND (s.expires_at IS NULL OR s.expires_at > ?)
          """;

  /// The session that asks beside each token of its user, or alone where there is none.
  private static final String OWN_ROLL =
      "SELECT s.hash, a.id, s.expires_at, h.expires_at, "
          + TokenRows.COLUMNS
          + """
            FROM session s
            JOIN app_user u ON u.id = s.user_id
            JOIN app a ON a.no = u.app
            LEFT JOIN push_token t ON t.user_id = s.user_id AND t.registered_at > ?
            LEFT JOIN session h ON h.id = t.session_id
           WHERE s.id = ?
          """;

  private record OwnLine(boolean letIn, Optional<PushToken> token) {}

  private final Database db;

  public SqlTokenStore(Database db) {
    this.db = db;
  }

  @Override
  public Registered register(Who who, List<NewToken> tokens, Registration rules, Instant now) {
    return db.write(
        "registering a push token",
        tx -> {
          var session = sessionOf(tx, who, now);
          var held = List.<PushToken>of();
          boolean superseded = false;
          for (var token : tokens) {
            var standing = standing(tx, session, token, now);
            var decision = rules.decide(session, token, standing, now);
            for (var step : decision.steps()) {
              carryOut(tx, session, step, actor(who, session), now);
            }
            held = decision.held();
            superseded |= decision.superseded();
          }
          return new Registered(held, superseded);
        });
  }

  static Session sessionOf(Tx tx, Who who, Instant now) throws SQLException {
    return switch (who) {
      case Who.Self(var caller, var says) ->
          told(tx, CallerCheck.session(tx, caller, now), says, now);
      case Who.Named(var caller, var ref) ->
          CallerCheck.named(tx, CallerCheck.app(tx, caller), ref, now);
    };
  }

  static Session told(Tx tx, Session session, ClientInfo says, Instant now) throws SQLException {
    return says.equals(ClientInfo.NONE) ? session : SessionRows.note(tx, session, says, now);
  }

  static String actor(Who who, Session session) {
    return switch (who) {
      case Who.Self self -> session.handle();
      case Who.Named named -> API_KEY;
    };
  }

  // Nobody's history tells who else there is.
  static String actor(PushToken token, Session session, String actor) {
    return token.userId() == session.userId() ? actor : ANOTHER_USER;
  }

  static long owner(Session session) {
    return session.app().policy() == TokenPolicy.EXCLUSIVE ? 0 : session.userId();
  }

  public static Standing standing(Tx tx, Session session, NewToken token, Instant now)
      throws SQLException {
    var holder =
        tx.one(
            "SELECT "
                + TokenRows.COLUMNS
                + " FROM push_token t WHERE app = ? AND channel = ? AND hash = ? AND owner = ?",
            TokenRows::read,
            session.app().no(),
            token.value().channel().word(),
            token.value().hash(),
            owner(session));
    var ofUser =
        tx.list(
            "SELECT "
                + TokenRows.COLUMNS
                + """
                , s.device_id
                  FROM push_token t JOIN session s ON s.id = t.session_id
                 WHERE t.user_id = ? AND (s.expires_at IS NULL OR s.expires_at > ?)
                """,
            row -> new Held(TokenRows.read(row), row.getString(13)),
            session.userId(),
            now.toEpochMilli());
    return new Standing(holder, ofUser, ofDevice(tx, session, token));
  }

  private static List<PushToken> ofDevice(Tx tx, Session session, NewToken token)
      throws SQLException {
    var key = token.installation().keyHash();
    if (key == null) {
      return List.of();
    }
    return tx.list(
        "SELECT "
            + TokenRows.COLUMNS
            + " FROM push_token t WHERE app = ? AND device_key = ? AND channel = ? AND owner = ?",
        TokenRows::read,
        session.app().no(),
        key,
        token.value().channel().word(),
        owner(session));
  }

  public static void carryOut(Tx tx, Session session, Step step, String actor, Instant now)
      throws SQLException {
    switch (step) {
      case Step.Put(var token) -> put(tx, session, token);
      case Step.Remove(var token, var kind, var reason) -> {
        TokenRows.remove(tx, token, new Cause(kind, actor(token, session, actor), reason, now));
      }
      case Step.Note(var token, var kind, var reason) ->
          TokenRows.note(tx, token, new Cause(kind, actor, reason, now));
    }
  }

  private static void put(Tx tx, Session session, PushToken token) throws SQLException {
    tx.update(
        """
        INSERT INTO push_token
          (user_id, session_id, channel, app, owner, hash, value, push_platform, provider_id,
           timezone, created_at, registered_at, device_key, sequence, subscription)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (user_id, session_id, channel) DO UPDATE SET
          hash = excluded.hash, value = excluded.value, push_platform = excluded.push_platform,
          provider_id = excluded.provider_id, timezone = excluded.timezone,
          created_at = excluded.created_at, registered_at = excluded.registered_at,
          device_key = excluded.device_key, sequence = excluded.sequence,
          subscription = excluded.subscription
        """,
        token.userId(),
        token.sessionId(),
        token.channel().word(),
        session.app().no(),
        owner(session),
        token.value().hash(),
        token.value().text(),
        token.pushPlatform().word(),
        token.providerId(),
        token.timezone(),
        token.createdAt(),
        token.registeredAt(),
        token.installation().keyHash(),
        token.installation().sequence(),
        TokenRows.text(token.subscription()));
  }

  @Override
  public List<PushToken> ofUser(Caller.Device caller, Instant since, Instant now) {
    var what = "listing push tokens";
    var id = caller.token().sessionId();
    if (id.isPresent()) {
      var roll = db.readOnce(what, tx -> ownRoll(tx, id.get(), caller, since, now));
      if (!roll.isEmpty() && roll.getFirst().letIn()) {
        return roll.stream().flatMap(line -> line.token().stream()).toList();
      }
    }
    // Nobody was let in; this tells them why.
    return db.read(what, tx -> live(tx, CallerCheck.session(tx, caller, now).userId(), since, now));
  }

  private static List<OwnLine> ownRoll(
      Tx tx, long sessionId, Caller.Device caller, Instant since, Instant now) throws SQLException {
    return tx.list(
        OWN_ROLL,
        row -> new OwnLine(CallerCheck.Key.read(row).opensTo(caller, now), liveToken(row, now)),
        since.toEpochMilli(),
        sessionId);
  }

  private static Optional<PushToken> liveToken(ResultSet row, Instant now) throws SQLException {
    var holderEnds = CallerCheck.nullableLong(row, 4);
    boolean live = holderEnds == null || holderEnds > now.toEpochMilli();
    return row.getString(7) != null && live
        ? Optional.of(TokenRows.read(row, 5))
        : Optional.empty();
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
              since.toEpochMilli(),
              now.toEpochMilli(),
              session.id());
        });
  }

  @Override
  public List<Listed> list(Who.Named who, Reach reach, Instant since, Instant now) {
    return db.read(
        "listing push tokens",
        tx -> {
          var session = sessionOf(tx, who, now);
          return live(tx, session.userId(), since, now).stream()
              .filter(token -> reach == Reach.USER || token.sessionId() == session.id())
              .map(token -> listed(token, session.uid()))
              .toList();
        });
  }

  private static List<PushToken> live(Tx tx, long userId, Instant since, Instant now)
      throws SQLException {
    return tx.list(LIVE, TokenRows::read, userId, since.toEpochMilli(), now.toEpochMilli());
  }

  static Listed listed(PushToken token, String uid) {
    return new Listed(token, AuthToken.handle(uid, token.sessionId()), uid);
  }

  @Override
  public List<Listed> delete(Who who, Reach reach, Instant now) {
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

  static Cause deletion(Reach reach, String actor, Instant now) {
    var reason = reach == Reach.USER ? "all tokens of the user" : "the session's tokens";
    return new Cause(Kind.DELETED, actor, reason, now);
  }

  @Override
  public List<Listed> delete(Who.Named who, String rawToken, Instant now) {
    return db.write(
        "deleting a push token",
        tx -> {
          var session = sessionOf(tx, who, now);
          var cause = new Cause(Kind.DELETED, API_KEY, "this token", now);
          var deleted = new ArrayList<Listed>();
          for (var token : ofUser(tx, session.userId())) {
            if (token.value().isWrittenAs(rawToken)) {
              TokenRows.remove(tx, token, cause)
                  .forEach(it -> deleted.add(listed(it, session.uid())));
            }
          }
          return deleted;
        });
  }

  private static List<PushToken> ofUser(Tx tx, long userId) throws SQLException {
    return tx.list(
        "SELECT " + TokenRows.COLUMNS + " FROM push_token t WHERE t.user_id = ?",
        TokenRows::read,
        userId);
  }

  @Override
  public Roll roll(Caller.BackEnd caller, String uid, Instant since, Instant now) {
    return db.read(
        "reading a user's roll",
        tx -> {
          App app = CallerCheck.app(tx, caller);
          long userId = CallerCheck.userId(tx, app, uid);
          var tokens =
              live(tx, userId, since, now).stream().map(token -> listed(token, uid)).toList();
          return new Roll(tokens, SuspicionRows.suspects(tx, userId), history(tx, userId, uid));
        });
  }

  private static List<TokenEvent> history(Tx tx, long userId, String uid) throws SQLException {
    return tx.list(
        """
        SELECT at, kind, channel, token, session_id, actor, reason
          FROM token_event WHERE user_id = ? ORDER BY seq DESC
        """,
        row ->
            new TokenEvent(
                row.getLong(1),
                Kind.of(row.getString(2)),
                Channel.of(row.getString(3)),
                row.getString(4),
                AuthToken.handle(uid, row.getLong(5)),
                row.getString(6),
                row.getString(7)),
        userId);
  }

  @Override
  public int forget(Instant before, int most, Instant now) {
    var unseen =
        db.scan(
            "looking for tokens unseen for long",
            tx ->
                tx.list(
                    "SELECT "
                        + TokenRows.COLUMNS
                        + " FROM push_token t WHERE t.registered_at <= ? LIMIT ?",
                    TokenRows::read,
                    before.toEpochMilli(),
                    most));
    int gone = 0;
    for (int i = 0; i < unseen.size(); i += REMOVED_AT_ONCE) {
      gone += forget(unseen.subList(i, Math.min(i + REMOVED_AT_ONCE, unseen.size())), now);
    }
    return gone;
  }

  private int forget(List<PushToken> unseen, Instant now) {
    return db.write(
        "removing tokens unseen for long",
        tx -> {
          var cause = new Cause(Kind.EXPIRED, ROLLCALL, "not registered again in time", now);
          UserLocks.users(tx, unseen.stream().map(PushToken::userId).toList());
          int gone = 0;
          for (var token : unseen) {
            gone += TokenRows.remove(tx, token, cause).size();
          }
          return gone;
        });
  }

  @Override
  public Map<Channel, Long> liveByChannel() {
    return db.tally(
        "counting push tokens",
        tx -> {
          var counts = new EnumMap<Channel, Long>(Channel.class);
          for (var channel : Channel.values()) {
            counts.put(channel, 0L);
          }
          tx.list(
                  "SELECT channel, count(*) FROM push_token GROUP BY app, channel",
                  row -> Map.entry(Channel.of(row.getString(1)), row.getLong(2)))
              .forEach(it -> counts.merge(it.getKey(), it.getValue(), Long::sum));
          return counts;
        });
  }
}

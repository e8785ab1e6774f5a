package dev.rollcall.storage.transfer;

import dev.rollcall.account.App;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Session;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.storage.token.SqlTokenStore;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.Held;
import dev.rollcall.token.Registration.Late;
import dev.rollcall.token.Registration.Standing;
import dev.rollcall.token.Registration.Step;
import dev.rollcall.transfer.Line;
import dev.rollcall.transfer.Refused;
import dev.rollcall.transfer.TransferStore.Rules;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// Takes the rows of an export over. What is there already stays; where two registrations cannot
/// both stand, the rules decide, and the newer one wins.
///
/// A row is refused before any part of it is written.
final class ExportImporter {
  static final String ACTOR = "import";

  private final Tx tx;
  private final Rules rules;
  private final Instant now;

  ExportImporter(Tx tx, Rules rules, Instant now) {
    this.tx = tx;
    this.rules = rules;
    this.now = now;
  }

  /// Answers false when there was nothing to do.
  boolean take(Line.Row row) throws SQLException {
    return switch (row) {
      case Line.App app -> app(app);
      case Line.Key key -> key(key);
      case Line.User user -> user(user);
      case Line.Session session -> session(session);
      case Line.Event event -> event(event);
      case Line.Token token -> token(token);
    };
  }

  private boolean app(Line.App app) throws SQLException {
    int made =
        tx.update(
            """
            INSERT INTO app (id, region, token_policy, created_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            app.app(),
            app.region(),
            app.policy(),
            app.createdAt());
    if (made == 0) {
      var there = appNamed(tx, app.app());
      if (!there.region().equals(app.region()) || !there.policy().word().equals(app.policy())) {
        throw new Refused(
            Refused.TAKEN,
            "the app is there with region %s and policy %s, which stay"
                .formatted(there.region(), there.policy().word()));
      }
    }
    return made == 1;
  }

  static App appNamed(Tx tx, String id) throws SQLException {
    return tx.one(
            "SELECT no, id, region, token_policy, created_at FROM app WHERE id = ?",
            CallerCheck::readApp,
            id)
        .orElseThrow(
            () -> new Refused(Refused.OWNER_MISSING, "there is no app '" + id + "' to put it in"));
  }

  private boolean key(Line.Key key) throws SQLException {
    return tx.update(
            """
            INSERT INTO app_key (hash, app, scope, created_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (app, hash) DO NOTHING
            """,
            Line.hash(key.hash()),
            appNamed(tx, key.app()).no(),
            key.scope(),
            key.createdAt())
        == 1;
  }

  private boolean user(Line.User user) throws SQLException {
    var tags = user.tags() == null ? List.<String>of() : user.tags();
    return tx.update(
            """
            INSERT INTO app_user
              (app, uid, name, avatar, link, role, status_message, metadata, tags, created_at,
               updated_at, deactivated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (app, uid) DO NOTHING
            """,
            appNamed(tx, user.app()).no(),
            user.uid(),
            user.name(),
            user.avatar(),
            user.link(),
            user.role(),
            user.statusMessage(),
            user.metadata(),
            String.join(UserRows.TAG_SEPARATOR, tags),
            user.createdAt(),
            user.updatedAt(),
            user.deactivatedAt())
        == 1;
  }

  private long userId(String app, String uid) throws SQLException {
    return tx.one(
            """
            SELECT u.id FROM app_user u JOIN app a ON a.no = u.app WHERE a.id = ? AND u.uid = ?
            """,
            row -> row.getLong(1),
            app,
            uid)
        .orElseThrow(
            () -> new Refused(Refused.OWNER_MISSING, "there is no such user to put it in"));
  }

  private boolean session(Line.Session session) throws SQLException {
    long userId = userId(session.app(), session.uid());
    if (isDeactivated(userId)) {
      throw new Refused(Refused.OWNER_MISSING, "the user was deleted");
    }
    int made =
        tx.update(
            """
            INSERT INTO session
              (id, user_id, hash, platform, resource, device_id, sdk, created_at, last_seen,
               expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            Line.id(session.id()),
            userId,
            Line.hash(session.hash()),
            session.platform(),
            session.resource(),
            session.deviceId(),
            session.sdk(),
            session.createdAt(),
            session.lastSeen(),
            session.expiresAt());
    if (made == 0 && !isThere(session, userId)) {
      throw new Refused(Refused.TAKEN, "another session has this id");
    }
    return made == 1;
  }

  private boolean isDeactivated(long userId) throws SQLException {
    return tx.one(
            "SELECT 1 FROM app_user WHERE id = ? AND deactivated_at IS NOT NULL",
            row -> true,
            userId)
        .isPresent();
  }

  private boolean isThere(Line.Session session, long userId) throws SQLException {
    return tx.one(
            "SELECT 1 FROM session WHERE id = ? AND user_id = ? AND hash = ?",
            row -> true,
            Line.id(session.id()),
            userId,
            Line.hash(session.hash()))
        .isPresent();
  }

  /// A user keeps the latest lines, by number. Numbers of another roll, higher than those here, would
  /// push out what is here; so to a history only what follows it is added.
  private boolean event(Line.Event event) throws SQLException {
    long userId = userId(event.app(), event.uid());
    var goesOn =
        tx.one(
            """
            SELECT 1 WHERE EXISTS (
                SELECT 1 FROM token_event WHERE user_id = ? AND seq = ? AND at <= ?)
                OR NOT EXISTS (SELECT 1 FROM token_event WHERE user_id = ?)
            """,
            row -> true,
            userId,
            event.no() - 1,
            event.at(),
            userId);
    if (goesOn.isEmpty()) {
      return false;
    }
    return tx.update(
            """
            INSERT INTO token_event
              (user_id, seq, at, kind, channel, token, session_id, actor, reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (user_id, seq) DO NOTHING
            """,
            userId,
            event.no(),
            event.at(),
            event.event(),
            event.channel(),
            event.token(),
            Line.id(event.session()),
            event.actor(),
            event.reason())
        == 1;
  }

  private boolean token(Line.Token row) throws SQLException {
    var session = sessionOf(row);
    UserLocks.users(tx, List.of(session.userId()));
    var platform = PushPlatform.of(row.pushPlatform()).orElseThrow();
    var installation = new Installation(row.deviceKey(), row.sequence());
    var wanted =
        new NewToken(
            row.tokenValue(),
            platform,
            null,
            row.provider(),
            row.timezone(),
            installation,
            row.keys());
    var standing = SqlTokenStore.standing(tx, session, wanted, now);
    if (hasRoom(session, wanted, standing)) {
      var token =
          new PushToken(
              session.userId(),
              session.id(),
              row.tokenValue(),
              platform,
              row.provider(),
              row.timezone(),
              row.createdAt(),
              row.registeredAt(),
              installation,
              row.keys());
      SqlTokenStore.carryOut(tx, session, new Step.Put(token), ACTOR, now);
      return true;
    }
    return register(session, wanted, standing, Instant.ofEpochMilli(row.registeredAt()));
  }

  private Session sessionOf(Line.Token token) throws SQLException {
    return tx.one(
            """
            SELECT a.no, a.id, a.region, a.token_policy, a.created_at, u.id, u.uid, s.platform,
                   s.device_id, s.created_at, s.last_seen, s.expires_at, s.id
              FROM session s
              JOIN app_user u ON u.id = s.user_id
              JOIN app a ON a.no = u.app
             WHERE s.id = ? AND a.id = ? AND u.uid = ?
            """,
            ExportImporter::readSession,
            Line.id(token.session()),
            token.app(),
            token.uid())
        .orElseThrow(
            () -> new Refused(Refused.OWNER_MISSING, "there is no such session to put it in"));
  }

  private static Session readSession(ResultSet row) throws SQLException {
    var platform = row.getString(8);
    return new Session(
        row.getLong(13),
        CallerCheck.readApp(row),
        row.getLong(6),
        row.getString(7),
        platform == null ? null : Platform.of(platform),
        row.getString(9),
        row.getLong(10),
        row.getLong(11),
        CallerCheck.nullableLong(row, 12));
  }

  // Then the row can lie here as it lay there, times and all.
  private boolean hasRoom(Session session, NewToken wanted, Standing standing) {
    return standing.holder().isEmpty()
        && standing.ofDevice().isEmpty()
        && standing.ofUser().size() < rules.registration().limits().tokensPerUser()
        && standing.ofUser().stream()
            .filter(held -> held.token().channel() == wanted.value().channel())
            .noneMatch(held -> isSamePlace(held, session));
  }

  private static boolean isSamePlace(Held held, Session session) {
    return held.token().sessionId() == session.id()
        || session.deviceId() != null && session.deviceId().equals(held.deviceId());
  }

  private boolean register(Session session, NewToken wanted, Standing standing, Instant then)
      throws SQLException {
    return switch (rules.registration().decideLate(session, wanted, standing, then, then)) {
      case Late.Outdated(var reason) -> throw new Refused(Refused.OUTDATED, reason);
      case Late.Done(var steps) -> {
        for (var step : steps) {
          SqlTokenStore.carryOut(tx, session, step, ACTOR, now);
        }
        yield !steps.isEmpty();
      }
    };
  }
}

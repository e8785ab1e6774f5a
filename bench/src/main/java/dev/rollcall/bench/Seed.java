package dev.rollcall.bench;

import dev.rollcall.account.Hash;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.sqlite.SqliteDatabase;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenEvent;
import dev.rollcall.token.TokenValue;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/// Fills a database with an app, its users, their sessions and push tokens of two days ago, in big
/// transactions.
final class Seed {
  private static final int BATCH = 50_000;
  private static final Duration AGE = Duration.ofDays(2);

  private final Path file;
  private final String app;
  private final Corpus corpus;
  private final PushService service;
  private final int tokens;
  private final long then = Instant.now().minus(AGE).toEpochMilli();

  Seed(Options options) {
    this.file = Path.of(options.text("file"));
    this.app = options.text("app");
    this.corpus = Corpus.of(options);
    this.service = PushService.of(options);
    this.tokens = options.number("tokens", 0);
  }

  /// Writes one row, or a few that belong together.
  @FunctionalInterface
  private interface Rows {
    void write(Tx tx, int index) throws SQLException;
  }

  void run() {
    try (var database = SqliteDatabase.open(file, (writes, took) -> {})) {
      fill(database, 1, this::app);
      fill(database, corpus.users(), this::user);
      fill(database, corpus.sessions(), this::session);
      // In the order of the primary key, as the table would lie on a disk that has room.
      fill(database, corpus.users(), this::tokensOfUser);
    }
    System.out.printf(
        "%s: %,d users, %,d sessions, %,d tokens%n",
        file, corpus.users(), corpus.sessions(), tokens);
  }

  private static void fill(SqliteDatabase database, int count, Rows rows) {
    for (int from = 0; from < count; from += BATCH) {
      int first = from;
      int last = Math.min(count, first + BATCH);
      database.write(
          "seeding",
          tx -> {
            for (int i = first; i < last; i++) {
              rows.write(tx, i);
            }
            return last;
          });
    }
  }

  private void app(Tx tx, int index) throws SQLException {
    tx.update(
        """
        INSERT INTO app (no, id, region, token_policy, created_at) VALUES (1, ?, 'us', 'exclusive', ?)
        """,
        app,
        then);
    tx.update(
        "INSERT INTO app_key (hash, app, scope, created_at) VALUES (?, 1, 'fullAccess', ?)",
        Corpus.API_KEY.hash(),
        then);
  }

  private void user(Tx tx, int user) throws SQLException {
    tx.update(
        """
        INSERT INTO app_user (id, app, uid, name, role, tags, created_at, updated_at)
        VALUES (?, 1, ?, ?, 'default', '[]', ?, ?)
        """,
        Corpus.userId(user),
        corpus.uid(user),
        "User " + user,
        then,
        then);
  }

  private void session(Tx tx, int session) throws SQLException {
    tx.update(
        """
        INSERT INTO session
          (id, user_id, hash, platform, resource, device_id, sdk, created_at, last_seen)
        VALUES (?, ?, ?, 'android', ?, ?, 'android@4.0.10', ?, ?)
        """,
        corpus.sessionId(session),
        Corpus.userId(corpus.userOf(session)),
        Hash.of(corpus.authToken(session)),
        "ANDROID-4_0_10-" + session,
        "device-" + session,
        then,
        then);
  }

  private void tokensOfUser(Tx tx, int user) throws SQLException {
    int line = 1;
    for (int session = user; session < tokens; session += corpus.users()) {
      var value = service.token(session);
      token(tx, session, value);
      event(tx, session, value, line++);
    }
  }

  private void token(Tx tx, int session, TokenValue value) throws SQLException {
    tx.update(
        """
        INSERT INTO push_token
          (user_id, session_id, channel, app, owner, hash, value, push_platform, provider_id,
           created_at, registered_at, known_alive_at, subscription)
        VALUES (?, ?, ?, 1, 0, ?, ?, ?, 'default', ?, ?, ?, ?)
        """,
        Corpus.userId(corpus.userOf(session)),
        corpus.sessionId(session),
        value.channel().wireName(),
        value.hash(),
        value.text(),
        service.platform().wireName(),
        then,
        then,
        then,
        service.subscription().map(Subscription::text).orElse(null));
  }

  private void event(Tx tx, int session, TokenValue value, int line) throws SQLException {
    tx.update(
        """
        INSERT INTO token_event
          (user_id, seq, at, kind, channel, token, session_id, actor, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'new')
        """,
        Corpus.userId(corpus.userOf(session)),
        line,
        then,
        TokenEvent.Kind.REGISTERED.wireName(),
        value.channel().wireName(),
        value.masked(),
        corpus.sessionId(session),
        corpus.handle(session));
  }
}

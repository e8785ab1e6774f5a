package dev.rollcall.bench;

import dev.rollcall.account.Hash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.Pragma;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// The seeded tables through JDBC alone, with the server's pragmas but SQLite's own checkpoints.
///
/// The statements are written out again here, so that what the server does is held against
/// something other than itself.
final class BareTable implements AutoCloseable {
  private static final int CACHE_KIB = 32_000;

  private final Corpus corpus;
  private final Connection connection;
  private final PreparedStatement session;
  private final PreparedStatement holder;
  private final PreparedStatement ofUser;
  private final PreparedStatement upsert;
  private final PreparedStatement event;

  BareTable(Path file, Corpus corpus, int checkpoint) throws SQLException {
    this.corpus = corpus;
    this.connection = config(checkpoint).createConnection("jdbc:sqlite:" + file.toAbsolutePath());
    connection.setAutoCommit(false);
    session =
        connection.prepareStatement(
            """
            SELECT s.hash, s.device_id, u.uid, a.no, a.token_policy
              FROM session s JOIN app_user u ON u.id = s.user_id JOIN app a ON a.no = u.app
             WHERE s.id = ?
            """);
    holder =
        connection.prepareStatement(
            """
            SELECT user_id, session_id, value, registered_at FROM push_token
             WHERE app = 1 AND channel = 'fcm' AND hash = ? AND owner = 0
            """);
    ofUser =
        connection.prepareStatement(
            """
            SELECT t.session_id, t.channel, t.value, t.registered_at, s.device_id
              FROM push_token t JOIN session s ON s.id = t.session_id WHERE t.user_id = ?
            """);
    upsert =
        connection.prepareStatement(
            """
            INSERT INTO push_token
              (user_id, session_id, channel, app, owner, hash, value, push_platform, provider_id,
               created_at, registered_at, known_alive_at)
            VALUES (?, ?, 'fcm', 1, 0, ?, ?, 'fcm_android', 'default', ?5, ?6, ?6)
            ON CONFLICT (user_id, session_id, channel) DO UPDATE SET
              hash = excluded.hash, value = excluded.value, created_at = excluded.created_at,
              registered_at = excluded.registered_at
            """);
    event =
        connection.prepareStatement(
            """
            INSERT INTO token_event
              (user_id, seq, at, kind, channel, token, session_id, actor, reason)
            SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, 'fcm', ?, ?, ?, ?
              FROM token_event WHERE user_id = ?
            """);
  }

  private static SQLiteConfig config(int checkpoint) {
    var config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setPragma(Pragma.WAL_AUTOCHECKPOINT, String.valueOf(checkpoint));
    config.setCacheSize(-CACHE_KIB);
    return config;
  }

  /// The upsert alone.
  void upsert(int index, int generation) throws SQLException {
    long now = System.currentTimeMillis();
    var token = corpus.token(index, generation);
    run(
        upsert,
        Corpus.userId(corpus.userOf(index)),
        corpus.sessionId(index),
        Hash.of(token),
        token,
        now,
        now);
  }

  /// All that one registration of a new token does.
  void register(int index, int generation) throws SQLException {
    authenticate(index);
    long userId = Corpus.userId(corpus.userOf(index));
    boolean held = count(ofUser, userId, corpus.sessionId(index)) > 0;
    if (count(holder, Hash.of(corpus.token(index, generation)), 0) > 0) {
      throw new IllegalStateException("a new token that somebody holds");
    }
    if (held) {
      note(index, generation - 1, "replaced", "its session registered another");
    }
    upsert(index, generation);
    note(index, generation, "registered", "new");
  }

  private void authenticate(int index) throws SQLException {
    session.setLong(1, corpus.sessionId(index));
    try (var rows = session.executeQuery()) {
      if (!rows.next() || !Hash.same(rows.getBytes(1), Hash.of(corpus.authToken(index)))) {
        throw new IllegalStateException("session " + index + " is not in the file");
      }
    }
  }

  /// How many rows there are of this session, or of any when `sessionId` is 0; reads all of each.
  private static int count(PreparedStatement query, Object argument, long sessionId)
      throws SQLException {
    query.setObject(1, argument);
    int count = 0;
    try (var rows = query.executeQuery()) {
      while (rows.next()) {
        rows.getString(3);
        if (sessionId == 0 || rows.getLong(1) == sessionId) {
          count++;
        }
      }
    }
    return count;
  }

  private void note(int index, int generation, String kind, String reason) throws SQLException {
    long userId = Corpus.userId(corpus.userOf(index));
    run(
        event,
        userId,
        System.currentTimeMillis(),
        kind,
        corpus.token(index, generation).substring(0, 8) + "…",
        corpus.sessionId(index),
        corpus.handle(index),
        reason,
        userId);
  }

  private static void run(PreparedStatement statement, Object... arguments) throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    statement.executeUpdate();
  }

  /// Makes all since the last commit durable.
  void commit() throws SQLException {
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

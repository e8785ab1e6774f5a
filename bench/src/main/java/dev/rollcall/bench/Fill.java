package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rollcall.account.Hash;
import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.Storage;
import dev.rollcall.storage.postgres.PostgresUrl;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.IntFunction;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/// Fills a PostgreSQL database with one push token of two days ago for every session of the corpus:
/// in Rollcall's tables, which it makes, or in Parse Server's, which are there.
final class Fill {
  private static final Duration AGE = Duration.ofDays(2);
  private static final String NULL = "\\N";

  private final Options options;
  private final Corpus corpus;
  private final PushService service;
  private final Instant then = Instant.now().minus(AGE);

  Fill(Options options) {
    this.options = options;
    this.corpus = Corpus.of(options);
    this.service = PushService.of(options);
  }

  void run() throws SQLException, IOException {
    var url = Sql.url(options);
    switch (options.text("server")) {
      case "rollcall" -> rollcall(url);
      case "parse" -> parse(url);
      default -> throw new Options.Mistake("--server is rollcall or parse");
    }
  }

  private void rollcall(PostgresUrl url) throws SQLException, IOException {
    var address = new DatabaseAddress.Postgres(url, 2);
    Storage.open(address, (writes, took) -> {}).close();
    try (var connection = Sql.connect(url)) {
      // What refers to what is known to be there, and not looked up again.
      Sql.run(connection, "SET session_replication_role = replica");
      var app = options.text("app");
      copy(
          connection,
          "app (no, id, region, token_policy, created_at)",
          1,
          i -> row(1, app, "us", "exclusive", millis()));
      copy(
          connection,
          "app_key (app, created_at, hash, scope)",
          1,
          i -> row(1, millis(), bytes(Corpus.API_KEY.hash()), "fullAccess"));
      copy(
          connection,
          "app_user (id, app, uid, name, role, tags, created_at, updated_at)",
          corpus.users(),
          this::user);
      copy(
          connection,
          "session (id, user_id, hash, platform, resource, device_id, sdk, created_at, last_seen)",
          corpus.sessions(),
          this::session);
      copy(
          connection,
          "push_token (user_id, session_id, channel, app, owner, hash, value, push_platform,"
              + " provider_id, timezone, created_at, registered_at, known_alive_at, subscription)",
          corpus.users(),
          this::tokensOfUser);
      copy(
          connection,
          "token_event (user_id, seq, at, kind, channel, token, session_id, actor, reason)",
          corpus.users(),
          this::eventsOfUser);
      Sql.run(connection, "VACUUM ANALYZE");
    }
  }

  private String user(int user) {
    return row(
        Corpus.userId(user),
        1,
        corpus.uid(user),
        "User " + user,
        "default",
        "[]",
        millis(),
        millis());
  }

  private String session(int session) {
    return row(
        corpus.sessionId(session),
        Corpus.userId(corpus.userOf(session)),
        bytes(Hash.of(corpus.authToken(session))),
        "android",
        "ANDROID-4_0_10-" + session,
        "device-" + session,
        "android@4.0.10",
        millis(),
        millis());
  }

  private String tokensOfUser(int user) {
    var rows = new StringBuilder();
    for (int session = user; session < corpus.sessions(); session += corpus.users()) {
      var value = service.token(session);
      rows.append(
          row(
              Corpus.userId(user),
              corpus.sessionId(session),
              value.channel().wireName(),
              1,
              0,
              bytes(value.hash()),
              value.text(),
              service.platform().wireName(),
              "default",
              NULL,
              millis(),
              millis(),
              millis(),
              service.subscription().map(Subscription::text).orElse(NULL)));
    }
    return rows.toString();
  }

  private String eventsOfUser(int user) {
    var rows = new StringBuilder();
    int line = 1;
    for (int session = user; session < corpus.sessions(); session += corpus.users()) {
      var value = service.token(session);
      rows.append(
          row(
              Corpus.userId(user),
              line++,
              millis(),
              TokenEvent.Kind.REGISTERED.wireName(),
              value.channel().wireName(),
              value.masked(),
              corpus.sessionId(session),
              corpus.handle(session),
              "new"));
    }
    return rows.toString();
  }

  private void parse(PostgresUrl url) throws SQLException, IOException {
    try (var connection = Sql.connect(url)) {
      copy(
          connection,
          "\"_Installation\" (\"objectId\", \"createdAt\", \"updatedAt\", \"installationId\","
              + " \"deviceToken\", \"deviceType\", \"pushType\", \"userId\")",
          corpus.sessions(),
          this::installation);
      // It makes none of these by itself. Made last, they are as dense as can be.
      for (var column : new String[] {"deviceToken", "installationId", "userId"}) {
        Sql.run(connection, "CREATE INDEX ON \"_Installation\" (\"" + column + "\")");
      }
      Sql.run(connection, "VACUUM ANALYZE");
    }
  }

  private String installation(int session) {
    return row(
        corpus.objectId(session),
        then,
        then,
        corpus.installationId(session),
        corpus.token(session, 0),
        "android",
        "gcm",
        corpus.uid(corpus.userOf(session)));
  }

  private static void copy(Connection connection, String into, int count, IntFunction<String> rows)
      throws SQLException, IOException {
    var to = connection.unwrap(PGConnection.class);
    try (OutputStream out = new PGCopyOutputStream(to, "COPY " + into + " FROM STDIN", 1 << 18)) {
      for (int i = 0; i < count; i++) {
        out.write(rows.apply(i).getBytes(UTF_8));
      }
    }
  }

  /// A line of COPY's text format. No value here has a character that needs to be escaped.
  private static String row(Object... values) {
    var line = new StringBuilder();
    for (var value : values) {
      line.append(line.isEmpty() ? "" : "\t").append(value);
    }
    return line.append('\n').toString();
  }

  private static String bytes(byte[] value) {
    return "\\\\x" + HexFormat.of().formatHex(value);
  }

  private long millis() {
    return then.toEpochMilli();
  }
}

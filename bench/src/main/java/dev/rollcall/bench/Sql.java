package dev.rollcall.bench;

import dev.rollcall.storage.postgres.PostgresUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/// Runs a statement on a PostgreSQL database, and prints what it answers with tabs between.
final class Sql {
  private final Options options;

  Sql(Options options) {
    this.options = options;
  }

  static PostgresUrl url(Options options) {
    return PostgresUrl.read(options.text("url"))
        .orElseThrow(() -> new Options.Mistake("--url is " + PostgresUrl.FORM));
  }

  static Connection connect(PostgresUrl url) throws SQLException {
    var jdbc = "jdbc:postgresql://" + url.hosts() + "/" + url.name();
    return DriverManager.getConnection(jdbc, url.user(), url.password());
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void run() throws SQLException {
    try (var connection = connect(url(options));
        var statement = connection.createStatement()) {
      if (statement.execute(options.text("run"))) {
        try (var rows = statement.getResultSet()) {
          while (rows.next()) {
            var line = new StringBuilder();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
              line.append(i == 1 ? "" : "\t").append(rows.getString(i));
            }
            System.out.println(line);
          }
        }
      }
    }
  }
}

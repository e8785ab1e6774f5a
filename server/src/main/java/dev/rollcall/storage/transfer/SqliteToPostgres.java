package dev.rollcall.storage.transfer;

import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TransferRows;
import dev.rollcall.transfer.Progress;
import dev.rollcall.transfer.TransferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Copies all rows of a SQLite database into an empty PostgreSQL database, and compares the two at
/// the end. Nobody may change the SQLite database in the meantime.
///
/// Rows are copied in the order of their keys, one page in each transaction. So all rows up to the
/// greatest key in the target have been copied, and an interrupted move continues after that key. A
/// row in the target identifies the source; see {@link TransferRows}.
public final class SqliteToPostgres {
  private static final int PAGE = 5_000;
  static final String NOTE = "migrate";

  /// A table, with the columns of its primary key.
  private record Table(String name, List<String> key) {
    String columns() {
      return String.join(", ", key);
    }

    String descendingKey() {
      return key.stream().map(column -> column + " DESC").collect(Collectors.joining(", "));
    }

    String placeholders() {
      return String.join(", ", Collections.nCopies(key.size(), "?"));
    }
  }

  // The order guarantees that no row refers to a row that is copied later.
  private static final List<Table> TABLES =
      List.of(
          new Table("app", List.of("no")),
          new Table("app_key", List.of("app", "hash")),
          new Table("app_user", List.of("id")),
          new Table("session", List.of("id")),
          new Table("push_token", List.of("user_id", "session_id", "channel")),
          new Table("device_use", List.of("app", "owner", "device")),
          new Table("token_event", List.of("user_id", "seq")),
          new Table("provider", List.of("no")),
          new Table("provider_access_token", List.of("provider", "name")),
          new Table("notification", List.of("no")),
          new Table("delivery", List.of("notification", "n")),
          new Table("suspicion", List.of("user_id", "session_id", "channel")),
          new Table("apns_environment", List.of("app", "hash")),
          new Table("host_pause", List.of("provider", "host")),
          new Table("preference", List.of("user_id")),
          new Table("mute", List.of("user_id", "topic", "peer", "id")),
          new Table("webhook", List.of("no")),
          new Table("webhook_event", List.of("webhook", "id")));

  /// The number of rows, and the sum of their hashes, which does not depend on their order.
  private record Sum(long rows, long hashes) {
    Sum plus(Map<String, @Nullable Object> row) {
      return new Sum(rows + 1, hashes + hash(row));
    }
  }

  private final Database from;
  private final String source;
  private final Database to;
  private final Progress progress;

  /// `source` identifies the SQLite database, so that an interrupted move can continue.
  public SqliteToPostgres(Database from, String source, Database to, Progress progress) {
    this.from = from;
    this.source = source;
    this.to = to;
    this.progress = progress;
  }

  public void run() {
    begin();
    for (var table : TABLES) {
      copy(table);
    }
    continueNumbers();
    for (var table : TABLES) {
      compare(table);
    }
    to.write("finishing the migration", TransferRows::drop);
    progress.print("migrate: done; all rows were copied and compared");
  }

  /// Reserves the target for this source. Refuses a target that has other data.
  private void begin() {
    to.write(
        "beginning the migration",
        tx -> {
          var here = new TransferRows.Row(/* source= */ NOTE, /* note= */ source);
          TransferRows.create(tx);
          var noted = TransferRows.all(tx);
          if (noted.equals(List.of(here))) {
            return true;
          }
          if (!noted.isEmpty() || !isEmpty(tx)) {
            throw new TransferException(
                "The target holds other data; name an empty database"
                    + (noted.isEmpty()
                        ? ""
                        : ", or finish the import or migration that has begun there"));
          }
          TransferRows.put(tx, here);
          return true;
        });
  }

  private static boolean isEmpty(Tx tx) throws SQLException {
    for (var table : TABLES) {
      if (tx.one("SELECT 1 FROM " + table.name() + " LIMIT 1", row -> true).isPresent()) {
        return false;
      }
    }
    return true;
  }

  private void copy(Table table) {
    var types = types(table);
    long copied =
        to.readLong(
            "counting rows",
            Database.WHOLE_TABLE,
            tx -> tx.count("SELECT count(*) FROM " + table.name()));
    for (var page = after(greatest(table), table); !page.isEmpty(); ) {
      var rows = page;
      to.write("copying rows", tx -> insert(tx, table, types, rows));
      copied += rows.size();
      progress.at("migrate: %s, %,d rows", table.name(), copied);
      page = after(Optional.of(key(table, rows.getLast())), table);
    }
    progress.print("migrate: %s, all of %,d rows", table.name(), copied);
  }

  /// The columns of the target and their types.
  private Map<String, String> types(Table table) {
    return to.read(
        "reading the columns of a table",
        tx ->
            tx
                .list(
                    """
                    SELECT column_name, data_type FROM information_schema.columns
                     WHERE table_schema = current_schema() AND table_name = ?
                    """,
                    row -> Map.entry(row.getString(1), row.getString(2)),
                    table.name())
                .stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new)));
  }

  private Optional<List<Object>> greatest(Table table) {
    return to.read(
        "looking how far a table has come",
        tx ->
            tx.one(
                "SELECT %s FROM %s ORDER BY %s LIMIT 1"
                    .formatted(table.columns(), table.name(), table.descendingKey()),
                row -> key(table, read(row))));
  }

  private static List<Object> key(Table table, Map<String, @Nullable Object> row) {
    return table.key().stream().<Object>map(row::get).toList();
  }

  private List<Map<String, @Nullable Object>> after(Optional<List<Object>> key, Table table) {
    return from.read("reading rows", tx -> page(tx, key, table));
  }

  private static List<Map<String, @Nullable Object>> page(
      Tx tx, Optional<List<Object>> key, Table table) throws SQLException {
    var behind =
        key.isEmpty() ? "" : " WHERE (%s) > (%s)".formatted(table.columns(), table.placeholders());
    return tx.list(
        "SELECT * FROM %s%s ORDER BY %s LIMIT %d"
            .formatted(table.name(), behind, table.columns(), PAGE),
        SqliteToPostgres::read,
        key.orElse(List.of()).toArray());
  }

  private static Map<String, @Nullable Object> read(ResultSet row) throws SQLException {
    var columns = row.getMetaData();
    var values = new TreeMap<String, @Nullable Object>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      var value = row.getObject(i);
      // SQLite's driver returns small numbers as Integer.
      values.put(
          columns.getColumnName(i), value instanceof Integer small ? small.longValue() : value);
    }
    return values;
  }

  private static int insert(
      Tx tx, Table table, Map<String, String> types, List<Map<String, @Nullable Object>> rows)
      throws SQLException {
    var columns = types.entrySet().stream();
    var places = columns.map(it -> "?::" + it.getValue() + "[]").collect(Collectors.joining(", "));
    return tx.update(
        "INSERT INTO %s (%s) SELECT * FROM unnest(%s)"
            .formatted(table.name(), String.join(", ", types.keySet()), places),
        types.entrySet().stream().map(it -> column(it.getKey(), it.getValue(), rows)).toArray());
  }

  private static Object column(String name, String type, List<Map<String, @Nullable Object>> rows) {
    Stream<@Nullable Object> values = rows.stream().map(row -> row.get(name));
    return switch (type) {
      case "bigint" -> values.toArray(Long[]::new);
      case "text" -> values.toArray(String[]::new);
      case "bytea" -> values.toArray(byte[][]::new);
      default -> throw new IllegalStateException(name + " has a type that is not copied: " + type);
    };
  }

  // The rows were copied with their numbers, so the sequences of the target have to be advanced.
  // They also skip the numbers of deleted rows, which must not be assigned again.
  private void continueNumbers() {
    var given =
        from
            .read(
                "reading which numbers were given out",
                tx ->
                    tx.list(
                        "SELECT name, seq FROM sqlite_sequence",
                        row -> Map.entry(row.getString(1), row.getLong(2))))
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    to.write(
        "continuing the numbers",
        tx -> {
          for (var column :
              List.of("app.no", "app_user.id", "provider.no", "notification.no", "webhook.no")) {
            var parts = column.split("\\.");
            tx.one(
                "SELECT setval(pg_get_serial_sequence('%1$s', '%2$s'), (SELECT greatest(coalesce(max(%2$s), 0), %3$d) + 1 FROM %1$s), false)"
                    .formatted(parts[0], parts[1], given.getOrDefault(parts[0], 0L)),
                row -> true);
          }
          return true;
        });
  }

  private void compare(Table table) {
    var there = sum(from, table);
    var here = sum(to, table);
    if (!there.equals(here)) {
      throw new TransferException(
          "The table %s differs: %,d rows in the source, %,d in the target%s. Was the source in use since the migration began? Empty the target and begin again"
              .formatted(
                  table.name(),
                  there.rows(),
                  here.rows(),
                  there.rows() == here.rows() ? " with different content" : ""));
    }
    progress.print("migrate: %s, %,d rows are the same", table.name(), here.rows());
  }

  private Sum sum(Database database, Table table) {
    var sum = new Sum(0, 0);
    Optional<List<Object>> last = Optional.empty();
    do {
      var behind = last;
      var page = database.read("comparing rows", tx -> page(tx, behind, table));
      for (var row : page) {
        sum = sum.plus(row);
      }
      last = page.isEmpty() ? Optional.empty() : Optional.of(key(table, page.getLast()));
      progress.at("migrate: %s, %,d rows compared", table.name(), sum.rows());
    } while (last.isPresent());
    return sum;
  }

  private static long hash(Map<String, @Nullable Object> row) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      row.forEach((column, value) -> add(digest, column, value));
      return ByteBuffer.wrap(digest.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  // Each value is preceded by its length, so that different rows never have the same bytes.
  private static void add(MessageDigest digest, String column, @Nullable Object value) {
    var bytes =
        value instanceof byte[] raw ? raw : String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    var head = column + (value == null ? " null " : " " + bytes.length + " ");
    digest.update(head.getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }
}

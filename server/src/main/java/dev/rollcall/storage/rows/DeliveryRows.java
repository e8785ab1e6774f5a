package dev.rollcall.storage.rows;

import dev.rollcall.delivery.Fanout.Choice;
import dev.rollcall.delivery.Fanout.ProviderRef;
import dev.rollcall.delivery.State;
import dev.rollcall.delivery.Transition;
import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// New rows of deliveries. One for which there is no provider ends as it begins.
public final class DeliveryRows {
  private static final String COLUMNS =
      """
      (notification, n, user_id, session_id, channel, provider, urgent, due_at, attempts, state,
       reason, changed_at)
      """;

  public record Row(long notification, long index, Choice choice, long urgent, long at) {
    long provider() {
      return choice.provider().map(ProviderRef::number).orElse(0L);
    }

    @Nullable Long dueAt() {
      return choice.provider().isPresent() ? at : null;
    }

    String state() {
      return (choice.provider().isPresent() ? State.PENDING : Transition.NO_PROVIDER.state())
          .word();
    }

    @Nullable String reason() {
      return choice.provider().isPresent() ? null : Transition.NO_PROVIDER.reason();
    }
  }

  private DeliveryRows() {}

  public static void insert(Tx tx, List<Row> rows) throws SQLException {
    write(tx, rows);
    var ended = rows.stream().filter(row -> row.choice().provider().isEmpty()).toList();
    if (!ended.isEmpty() && WebhookEventRows.any(tx)) {
      tell(tx, ended);
    }
  }

  private static void tell(Tx tx, List<Row> ended) throws SQLException {
    WebhookEventRows.note(
        tx,
        ended.stream()
            .map(it -> new WebhookEventRows.End(it.notification(), it.index(), it.choice().token()))
            .toList());
  }

  private static void write(Tx tx, List<Row> rows) throws SQLException {
    if (tx.isPostgres()) {
      insertAll(tx, rows);
      return;
    }
    for (var row : rows) {
      tx.update(
          "INSERT INTO delivery " + COLUMNS + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
          row.notification(),
          row.index(),
          row.choice().token().userId(),
          row.choice().token().sessionId(),
          row.choice().token().channel().word(),
          row.provider(),
          row.urgent(),
          row.dueAt(),
          row.state(),
          row.reason(),
          row.at());
    }
  }

  private static void insertAll(Tx tx, List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    tx.update(
        "INSERT INTO delivery "
            + COLUMNS
            + """
            SELECT r.notification, r.n, r.user_id, r.session_id, r.channel, r.provider, r.urgent,
                   r.due_at, 0, r.state, r.reason, r.at
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[],
                ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::bigint[])
                AS r (notification, n, user_id, session_id, channel, provider, urgent, due_at,
                  state, reason, at)
            """,
        numbers(rows, Row::notification),
        numbers(rows, Row::index),
        numbers(rows, row -> row.choice().token().userId()),
        numbers(rows, row -> row.choice().token().sessionId()),
        words(rows, row -> row.choice().token().channel().word()),
        numbers(rows, Row::provider),
        numbers(rows, Row::urgent),
        rows.stream().map(Row::dueAt).toArray(Long[]::new),
        words(rows, Row::state),
        words(rows, Row::reason),
        numbers(rows, Row::at));
  }

  private static Object numbers(List<Row> rows, ToLongFunction<Row> number) {
    return rows.stream().mapToLong(number).toArray();
  }

  private static Object words(List<Row> rows, Function<Row, @Nullable String> word) {
    return rows.stream().map(word).toArray(String[]::new);
  }
}

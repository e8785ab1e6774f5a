package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.Ending;
import dev.rollcall.delivery.verdict.News;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.postgres.PostgresDatabase;
import dev.rollcall.storage.postgres.RequestBatcher;
import dev.rollcall.storage.rows.DeliveryEnds;
import dev.rollcall.storage.rows.WebhookEventRows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The queue in PostgreSQL. Deliveries that end at the same time share a transaction; all else is as
/// in {@link SqlDeliveryQueue}.
public final class PostgresDeliveryQueue extends SqlDeliveryQueue {
  private static final int WORKERS = 2;

  private record Ended(Delivery delivery, Ending ending, Instant now) {
    @Nullable Long dueAt() {
      return switch (ending) {
        case Ending.Again(var at, var reason) -> at.toEpochMilli();
        case Ending.Deferred(var at) -> at.toEpochMilli();
        case Ending.Accepted accepted -> null;
        case Ending.Failed failed -> null;
      };
    }

    String state() {
      return switch (ending) {
        case Ending.Accepted accepted -> "accepted";
        case Ending.Failed(var state, var reason) -> state.word();
        case Ending.Again again -> "pending";
        case Ending.Deferred deferred -> "pending";
      };
    }

    @Nullable String reason() {
      return switch (ending) {
        case Ending.Failed(var state, var reason) -> reason;
        case Ending.Again(var at, var reason) -> reason;
        case Ending.Accepted accepted -> null;
        case Ending.Deferred deferred -> null;
      };
    }

    @Nullable String receipt() {
      return ending instanceof Ending.Accepted(var receipt) ? receipt : null;
    }

    long untried() {
      return ending instanceof Ending.Deferred ? 1 : 0;
    }
  }

  /// A row that was written, and whether there may be a webhook to be told of it.
  private record Updated(long notification, long n, boolean told) {}

  private final PostgresDatabase db;
  private final RequestBatcher<Ended, Boolean> endings;

  public PostgresDeliveryQueue(PostgresDatabase db) {
    super(db);
    this.db = db;
    this.endings = db.gather("courier", WORKERS, this::endAll);
  }

  @Override
  public void finish(Delivery delivery, Ending ending, List<News> news, long version, Instant now) {
    if (news.isEmpty()) {
      endings.ask(new Ended(delivery, ending, now));
    } else {
      super.finish(delivery, ending, news, version, now);
    }
  }

  private List<Supplier<Boolean>> endAll(List<Ended> all) {
    db.write("noting the ends of deliveries", all.size(), tx -> end(tx, all));
    return all.stream().<Supplier<Boolean>>map(it -> () -> true).toList();
  }

  private static int end(Tx tx, List<Ended> all) throws SQLException {
    // In an order that all transactions have in common. Of two ends of one delivery, which somebody
    // was too slow to bring to one, the better counts.
    var rows = new ArrayList<>(all);
    rows.sort(
        Comparator.comparingLong((Ended it) -> it.delivery().notice().no())
            .thenComparingLong(it -> it.delivery().n())
            .thenComparing(it -> !(it.ending() instanceof Ending.Accepted)));
    dropDoubles(rows);
    var ended =
        tx.updateReturning(
            """
            UPDATE delivery d
               SET due_at = e.due_at, state = e.state, receipt = e.receipt,
                   reason = CASE e.untried WHEN 1 THEN d.reason ELSE e.reason END,
                   changed_at = CASE e.untried WHEN 1 THEN d.changed_at ELSE e.at END,
                   attempts = d.attempts - e.untried
              FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[],
                ?::bigint[], ?::bigint[], ?::bigint[])
                AS e (notification, n, due_at, state, reason, receipt, at, untried, attempts)
             WHERE d.notification = e.notification AND d.n = e.n
               AND CASE e.state WHEN 'accepted' THEN d.state <> 'accepted'
                   ELSE d.state = 'pending' AND d.attempts = e.attempts END
            RETURNING d.notification, d.n, e.state <> 'pending' AND %s
            """
                .formatted(WebhookEventRows.ANY),
            row -> new Updated(row.getLong(1), row.getLong(2), row.getBoolean(3)),
            rows.stream().mapToLong(it -> it.delivery().notice().no()).toArray(),
            rows.stream().mapToLong(it -> it.delivery().n()).toArray(),
            rows.stream().map(Ended::dueAt).toArray(Long[]::new),
            texts(rows, Ended::state),
            texts(rows, Ended::reason),
            texts(rows, Ended::receipt),
            rows.stream().mapToLong(it -> it.now().toEpochMilli()).toArray(),
            rows.stream().mapToLong(Ended::untried).toArray(),
            rows.stream().mapToLong(it -> it.delivery().attempt() + 1L).toArray());
    tell(tx, rows, Set.copyOf(ended));
    return ended.size();
  }

  private static void tell(Tx tx, List<Ended> rows, Set<Updated> updated) throws SQLException {
    var ends = new ArrayList<WebhookEventRows.End>();
    for (var row : rows) {
      var delivery = row.delivery();
      if (updated.contains(new Updated(delivery.notice().no(), delivery.n(), true))) {
        ends.add(DeliveryEnds.ended(delivery));
      }
    }
    WebhookEventRows.note(tx, ends);
  }

  private static void dropDoubles(List<Ended> rows) {
    for (int i = rows.size() - 1; i > 0; i--) {
      if (rows.get(i).delivery().id().equals(rows.get(i - 1).delivery().id())) {
        rows.remove(i);
      }
    }
  }

  private static Object texts(List<Ended> rows, Function<Ended, @Nullable String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }
}

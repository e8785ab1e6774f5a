package dev.rollcall.storage.rows;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.Delivery.Destination;
import dev.rollcall.delivery.Transition;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Writes the results of attempts, and queues webhook events for the deliveries that have ended.
///
/// The number of attempts is the fencing token of the lease. A worker whose lease has expired
/// changes nothing after another worker has claimed the delivery. Only "accepted" always counts,
/// because the message has been sent.
public final class DeliveryTransitions {
  /// A condition that finds an open delivery by its notification, its index and its attempts. It
  /// finds nothing after the delivery was claimed again.
  public static final String OPEN =
      " WHERE notification = ? AND n = ? AND state = 'pending' AND attempts = ?";

  private static final String END =
      """
      UPDATE delivery
         SET due_at = e.due, state = e.next, receipt = e.its_receipt,
             reason = CASE e.untried WHEN 1 THEN reason ELSE e.why END,
             changed_at = CASE e.untried WHEN 1 THEN changed_at ELSE e.at END,
             attempts = attempts - e.untried
        FROM %s
       WHERE notification = e.no AND n = e.nth
         AND CASE e.next WHEN 'accepted' THEN state <> 'accepted'
             ELSE state = 'pending' AND attempts = e.lease END
      RETURNING notification, n, state <> 'pending' AND
      """
          + WebhookEventRows.ANY;

  private static final String ONE =
      END.formatted(
          """
          (SELECT ? AS no, ? AS nth, ? AS due, ? AS next, ? AS why, ? AS its_receipt, ? AS at,
                  ? AS untried, ? AS lease) AS e\
          """);

  private static final String ALL =
      END.formatted(
          """
          unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[],
                 ?::bigint[], ?::bigint[], ?::bigint[])
            AS e (no, nth, due, next, why, its_receipt, at, untried, lease)\
          """);

  /// An attempt that ended at `now`, and its result.
  public record Ended(Delivery delivery, Transition transition, Instant now) {
    long no() {
      return delivery.notification().number();
    }

    @Nullable Long dueAt() {
      return transition.dueAt().map(Instant::toEpochMilli).orElse(null);
    }

    @Nullable String reason() {
      return switch (transition) {
        case Transition.Failed(var state, var reason) -> reason;
        case Transition.Retry(var at, var reason) -> reason;
        case Transition.Accepted accepted -> null;
        case Transition.Deferred deferred -> null;
      };
    }

    @Nullable String receipt() {
      return transition instanceof Transition.Accepted(var receipt) ? receipt : null;
    }

    long untried() {
      return transition.wasTried() ? 0 : 1;
    }

    long lease() {
      return delivery.attempt() + 1L;
    }
  }

  /// A delivery that was updated. `webhooks` is true if it has ended and a webhook may want to be
  /// notified.
  private record Updated(long notification, long index, boolean webhooks) {}

  private DeliveryTransitions() {}

  public static void end(Tx tx, Delivery delivery, Transition transition, Instant now)
      throws SQLException {
    end(tx, List.of(new Ended(delivery, transition, now)));
  }

  public static void end(Tx tx, List<Ended> all) throws SQLException {
    var rows = inOrder(all);
    var updated =
        Set.copyOf(tx.dialect().takesArrays() ? updateAll(tx, rows) : updateEach(tx, rows));
    var ends = new ArrayList<WebhookEventRows.End>();
    for (var row : rows) {
      if (updated.contains(new Updated(row.no(), row.delivery().index(), true))) {
        ends.add(ended(row.delivery()));
      }
    }
    if (!ends.isEmpty()) {
      WebhookEventRows.note(tx, ends);
    }
  }

  /// Sorts the results in the lock order of deliveries. Of two results of one delivery, an accepted
  /// one counts, and otherwise the first.
  private static List<Ended> inOrder(List<Ended> all) {
    var rows = new ArrayList<>(all);
    rows.sort(
        Comparator.comparingLong(Ended::no)
            .thenComparingLong(it -> it.delivery().index())
            .thenComparing(it -> !(it.transition() instanceof Transition.Accepted)));
    for (int i = rows.size() - 1; i > 0; i--) {
      if (rows.get(i).delivery().id().equals(rows.get(i - 1).delivery().id())) {
        rows.remove(i);
      }
    }
    return rows;
  }

  private static List<Updated> updateEach(Tx tx, List<Ended> rows) throws SQLException {
    var updated = new ArrayList<Updated>();
    for (var row : rows) {
      updated.addAll(
          tx.updateReturning(
              ONE,
              DeliveryTransitions::updated,
              row.no(),
              row.delivery().index(),
              row.dueAt(),
              row.transition().state().wireName(),
              row.reason(),
              row.receipt(),
              row.now().toEpochMilli(),
              row.untried(),
              row.lease()));
    }
    return updated;
  }

  private static List<Updated> updateAll(Tx tx, List<Ended> rows) throws SQLException {
    return tx.updateReturning(
        ALL,
        DeliveryTransitions::updated,
        numbers(rows, Ended::no),
        numbers(rows, it -> it.delivery().index()),
        rows.stream().map(Ended::dueAt).toArray(Long[]::new),
        texts(rows, it -> it.transition().state().wireName()),
        texts(rows, Ended::reason),
        texts(rows, Ended::receipt),
        numbers(rows, it -> it.now().toEpochMilli()),
        numbers(rows, Ended::untried),
        numbers(rows, Ended::lease));
  }

  private static Object numbers(List<Ended> rows, ToLongFunction<Ended> number) {
    return rows.stream().mapToLong(number).toArray();
  }

  private static Object texts(List<Ended> rows, Function<Ended, @Nullable String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }

  private static Updated updated(ResultSet row) throws SQLException {
    return new Updated(row.getLong(1), row.getLong(2), row.getBoolean(3));
  }

  private static WebhookEventRows.End ended(Delivery delivery) {
    return new WebhookEventRows.End(
        delivery.notification().number(),
        delivery.index(),
        delivery.destination().map(Destination::token).orElse(null));
  }
}

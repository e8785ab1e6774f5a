package dev.rollcall.storage.rows;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.Delivery.Reached;
import dev.rollcall.delivery.Ending;
import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// How an attempt at a delivery ended, and who is told of it.
public final class DeliveryEnds {
  /// Whoever has lost the lease, and others have taken the delivery on since, has no say any more.
  public static final String OPEN =
      " WHERE notification = ? AND n = ? AND state = 'pending' AND attempts = ?";

  /// Whether there is anybody to tell of an end.
  private static final String TOLD = " RETURNING " + WebhookEventRows.ANY;

  private DeliveryEnds() {}

  public static void end(Tx tx, Delivery delivery, Ending ending, Instant now) throws SQLException {
    long no = delivery.notice().no();
    long at = now.toEpochMilli();
    long attempts = delivery.attempt() + 1L;
    switch (ending) {
      // However it was called meanwhile, it has gone out.
      case Ending.Accepted(var receipt) ->
          tell(
              tx,
              delivery,
              tx.updateReturning(
                  """
                  UPDATE delivery
                     SET due_at = NULL, state = 'accepted', reason = NULL, receipt = ?,
                         changed_at = ?
                   WHERE notification = ? AND n = ? AND state <> 'accepted'
                  """
                      + TOLD,
                  row -> row.getBoolean(1),
                  receipt,
                  at,
                  no,
                  delivery.n()));
      case Ending.Failed(var state, var reason) ->
          tell(
              tx,
              delivery,
              tx.updateReturning(
                  "UPDATE delivery SET due_at = NULL, state = ?, reason = ?, changed_at = ?"
                      + OPEN
                      + TOLD,
                  row -> row.getBoolean(1),
                  state.word(),
                  reason,
                  at,
                  no,
                  delivery.n(),
                  attempts));
      case Ending.Again(var due, var reason) ->
          tx.update(
              "UPDATE delivery SET due_at = ?, reason = ?, changed_at = ?" + OPEN,
              due.toEpochMilli(),
              reason,
              at,
              no,
              delivery.n(),
              attempts);
      // It was not tried, so it does not count.
      case Ending.Deferred(var due) ->
          tx.update(
              "UPDATE delivery SET due_at = ?, attempts = attempts - 1" + OPEN,
              due.toEpochMilli(),
              no,
              delivery.n(),
              attempts);
    }
  }

  /// `webhooks` is empty when nothing has ended.
  private static void tell(Tx tx, Delivery delivery, List<Boolean> webhooks) throws SQLException {
    if (webhooks.contains(true)) {
      WebhookEventRows.note(tx, List.of(ended(delivery)));
    }
  }

  public static WebhookEventRows.End ended(Delivery delivery) {
    return new WebhookEventRows.End(
        delivery.notice().no(), delivery.n(), delivery.reached().map(Reached::token).orElse(null));
  }
}

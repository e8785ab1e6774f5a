package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.Delivery.Destination;
import dev.rollcall.delivery.Delivery.Notification;
import dev.rollcall.delivery.DeliveryQueue.Claim;
import dev.rollcall.delivery.Fanout;
import dev.rollcall.delivery.Fanout.ProviderRef;
import dev.rollcall.delivery.State;
import dev.rollcall.delivery.Transition;
import dev.rollcall.delivery.Urgency;
import dev.rollcall.message.MessageJson;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.DeliveryTransitions;
import dev.rollcall.storage.rows.ProviderRows;
import dev.rollcall.storage.rows.SuspicionRows;
import dev.rollcall.storage.rows.TokenRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Claims due deliveries for a node.
///
/// A claim moves `due_at` to the end of its lease. If the node dies, the delivery is due again when
/// the lease expires.
final class DeliveryClaims {
  private static final int ROUNDS = 20;
  private static final String CANCELLED = Outcome.OURS + ": cancelled";

  private static final String DUE =
      """
      WITH due AS MATERIALIZED (
        SELECT notification AS no, n AS at FROM delivery
         WHERE provider = ? AND urgent = ? AND due_at <= ? ORDER BY due_at LIMIT ?%s)
      UPDATE delivery SET due_at = ?, attempts = attempts + 1, changed_at = ?
        FROM due WHERE notification = due.no AND n = due.at
      RETURNING notification, n, attempts
      """;

  private static final String DESTINATIONS =
      "SELECT d.n, e.environment, "
          + SuspicionRows.SUSPECTED_AND_DEAD
          + ", "
          + TokenRows.COLUMNS
          + """
            FROM delivery d
            JOIN push_token t ON t.user_id = d.user_id AND t.session_id = d.session_id
             AND t.channel = d.channel
            JOIN session s ON s.id = t.session_id
            LEFT JOIN apns_environment e ON e.app = t.app AND e.hash = t.hash
          """
          + SuspicionRows.JOIN
          + """
           WHERE d.notification = ? AND (s.expires_at IS NULL OR s.expires_at > ?) AND
          """;

  record Claimed(long notification, long index, int attempts) {}

  private DeliveryClaims() {}

  static Claim claim(Tx tx, long provider, int most, Instant until, Instant now)
      throws SQLException {
    var found = ProviderPace.read(tx, provider);
    if (found.isEmpty() || found.get().allows(most, now) == 0) {
      return new Claim(List.of(), false);
    }
    var pace = found.get();
    int allowed = pace.allows(most, now);
    var all = new ArrayList<Delivery>();
    // Cancelled deliveries end here, and others may move to another provider. If nothing is left of
    // a batch, the next one is claimed.
    for (int rounds = 0; rounds < ROUNDS && all.isEmpty(); rounds++) {
      var claimed = due(tx, provider, pace.urgencies(now), allowed, until, now);
      if (claimed.isEmpty()) {
        break;
      }
      all.addAll(deliveries(tx, provider, claimed, now));
    }
    pace.write(tx, provider, all.size(), now);
    return new Claim(all, pace.needsProbe(now));
  }

  static List<Claimed> due(
      Tx tx, long provider, List<Urgency> urgencies, int most, Instant until, Instant now)
      throws SQLException {
    var claimed = new ArrayList<Claimed>();
    for (var urgency : urgencies) {
      if (claimed.size() < most) {
        claimed.addAll(due(tx, provider, urgency, most - claimed.size(), until, now));
      }
    }
    return claimed;
  }

  private static List<Claimed> due(
      Tx tx, long provider, Urgency urgency, int most, Instant until, Instant now)
      throws SQLException {
    return tx.updateReturning(
        DUE.formatted(tx.dialect().skipLocked()),
        row -> new Claimed(row.getLong(1), row.getLong(2), row.getInt(3)),
        provider,
        urgency.number(),
        now.toEpochMilli(),
        most,
        until.toEpochMilli(),
        now.toEpochMilli());
  }

  /// Returns the claimed deliveries that the worker has to handle. A delivery of a cancelled
  /// notification ends here. A delivery whose token now needs another provider moves to that
  /// provider, or fails if there is none.
  static List<Delivery> deliveries(Tx tx, long provider, List<Claimed> claimed, Instant now)
      throws SQLException {
    var byNotification = new HashMap<Long, List<Claimed>>();
    for (var one : claimed) {
      byNotification.computeIfAbsent(one.notification(), no -> new ArrayList<>()).add(one);
    }
    var providers = new HashMap<Long, List<ProviderRef>>();
    var all = new ArrayList<Delivery>();
    for (var entry : byNotification.entrySet()) {
      var notification = notification(tx, entry.getKey());
      if (!providers.containsKey(notification.app())) {
        providers.put(notification.app(), ProviderRows.refs(tx, notification.app()));
      }
      var destinations = destinations(tx, entry.getKey(), entry.getValue(), now);
      for (var one : entry.getValue()) {
        var to = Optional.ofNullable(destinations.get(one.index()));
        var delivery = new Delivery(notification, one.index(), provider, one.attempts() - 1, to);
        if (notification.cancelled()) {
          DeliveryTransitions.end(
              tx, delivery, new Transition.Failed(State.CANCELLED, CANCELLED), now);
        } else if (to.isEmpty()) {
          all.add(delivery);
        } else {
          var sender =
              Fanout.providerFor(
                  to.get().token(), providers.getOrDefault(notification.app(), List.of()));
          if (sender.isPresent() && sender.get().number() == provider) {
            all.add(delivery);
          } else {
            moveToProvider(tx, delivery, sender, now);
          }
        }
      }
    }
    return all;
  }

  private static void moveToProvider(
      Tx tx, Delivery delivery, Optional<ProviderRef> other, Instant now) throws SQLException {
    tx.update(
        "UPDATE delivery SET provider = ?" + DeliveryTransitions.OPEN,
        other.map(ProviderRef::number).orElse(0L),
        delivery.notification().number(),
        delivery.index(),
        delivery.attempt() + 1L);
    DeliveryTransitions.end(
        tx,
        delivery,
        other.isPresent() ? new Transition.Deferred(now) : Transition.Failed.NO_PROVIDER,
        now);
  }

  private static Notification notification(Tx tx, long no) throws SQLException {
    return tx.one(
            "SELECT no, id, app, message, created_at, cancelled_at FROM notification WHERE no = ?",
            row ->
                new Notification(
                    row.getLong(1),
                    row.getString(2),
                    row.getLong(3),
                    MessageJson.read(row.getString(4)),
                    Instant.ofEpochMilli(row.getLong(5)),
                    Tx.nullableLong(row, 6) != null),
            no)
        .orElseThrow();
  }

  private static Map<Long, Destination> destinations(
      Tx tx, long notification, List<Claimed> claimed, Instant now) throws SQLException {
    var all = new HashMap<Long, Destination>();
    tx.list(
            DESTINATIONS + tx.dialect().oneOf("d.n"),
            row -> Map.entry(row.getLong(1), destination(row)),
            notification,
            now.toEpochMilli(),
            tx.dialect().numbers(claimed.stream().map(Claimed::index).toList()))
        .forEach(it -> all.put(it.getKey(), it.getValue()));
    return all;
  }

  private static Destination destination(ResultSet row) throws SQLException {
    var environment = row.getString(2);
    return new Destination(
        TokenRows.read(row, 5),
        environment == null ? null : ApnsEnvironment.of(environment).orElseThrow(),
        Tx.nullableLong(row, 3) != null,
        row.getLong(4) == 1);
  }
}

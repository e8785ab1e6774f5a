package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Transition;
import dev.rollcall.delivery.Urgency;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.DeliveryTransitions;
import dev.rollcall.storage.rows.SuspicionRows;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Deletes ended notifications and old records, and reroutes or fails the deliveries of deleted
/// providers.
final class DeliverySweep {
  private static final int AT_ONCE = 2_000;

  /// A pause is deleted this long after its end. If no delivery has probed the service by then,
  /// nothing is sent to it any more.
  private static final Duration UNPROBED = Duration.ofHours(1);

  private DeliverySweep() {}

  static int deleteEnded(Database db, Instant before, int most) {
    var ended =
        db.readLong(
            "looking for notifications that have ended",
            Database.WHOLE_TABLE,
            tx ->
                tx.list(
                    """
                    SELECT no FROM notification o
                     WHERE created_at < ? AND search_at IS NULL AND NOT EXISTS (
                       SELECT 1 FROM delivery d WHERE d.notification = o.no AND d.due_at IS NOT NULL)
                     ORDER BY created_at LIMIT ?
                    """,
                    row -> row.getLong(1),
                    before.toEpochMilli(),
                    most));
    for (var no : ended) {
      db.writeInParts("removing deliveries that have ended", AT_ONCE, tx -> removeSome(tx, no));
    }
    return ended.size();
  }

  private static int removeSome(Tx tx, long notification) throws SQLException {
    int gone =
        tx.update(
            """
            DELETE FROM delivery WHERE notification = ? AND n IN (
              SELECT n FROM delivery WHERE notification = ? ORDER BY n LIMIT ?)
            """,
            notification,
            notification,
            AT_ONCE);
    if (gone < AT_ONCE) {
      tx.update(
          """
          DELETE FROM notification
           WHERE no = ? AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notification = no)
          """,
          notification);
    }
    return gone;
  }

  static void sweep(Database db, Instant before, Instant now) {
    for (var provider :
        db.read("looking for providers that are gone", DeliverySweep::missingProviders)) {
      db.writeInParts("ending deliveries", AT_ONCE, tx -> endSome(tx, provider, now));
    }
    db.write("removing old delivery records", tx -> sweep(tx, before, now));
  }

  /// The providers that have open deliveries but no longer exist. The query steps through the index
  /// from one provider to the next, so it does not read every delivery.
  private static List<Long> missingProviders(Tx tx) throws SQLException {
    return tx.list(
        """
        WITH RECURSIVE p (no) AS (
          SELECT min(provider) FROM delivery WHERE due_at IS NOT NULL
           UNION ALL
          SELECT (SELECT min(d.provider) FROM delivery d
                   WHERE d.provider > p.no AND d.due_at IS NOT NULL)
            FROM p WHERE p.no IS NOT NULL)
        SELECT p.no FROM p
         WHERE p.no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM provider o WHERE o.no = p.no)
        """,
        row -> row.getLong(1));
  }

  /// Moves due deliveries to another provider if one reaches their tokens, and fails the rest. A
  /// delivery that a node has claimed is handled by a later sweep, after its lease.
  private static int endSome(Tx tx, long provider, Instant now) throws SQLException {
    var waiting = DeliveryClaims.due(tx, provider, Urgency.mostUrgentFirst(), AT_ONCE, now, now);
    for (var delivery : DeliveryClaims.deliveries(tx, provider, waiting, now)) {
      DeliveryTransitions.end(tx, delivery, Transition.Failed.NO_PROVIDER, now);
    }
    return waiting.size();
  }

  private static int sweep(Tx tx, Instant before, Instant now) throws SQLException {
    return SuspicionRows.sweep(tx, before)
        + tx.update(
            """
            DELETE FROM apns_environment
             WHERE learned_at < ? AND NOT EXISTS (
               SELECT 1 FROM push_token t
                WHERE t.app = apns_environment.app AND t.channel IN ('apns', 'apns-voip')
                  AND t.hash = apns_environment.hash)
            """,
            before.toEpochMilli())
        + tx.update("DELETE FROM host_pause WHERE until < ?", now.minus(UNPROBED).toEpochMilli());
  }
}

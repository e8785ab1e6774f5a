package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.Ending;
import dev.rollcall.delivery.verdict.News;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.postgres.PostgresDatabase;
import dev.rollcall.storage.postgres.RequestBatcher;
import dev.rollcall.storage.rows.DeliveryEnds;
import dev.rollcall.storage.rows.DeliveryEnds.Ended;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/// The queue in PostgreSQL. Deliveries that end at the same time share a transaction; all else is as
/// in {@link SqlDeliveryQueue}.
public final class PostgresDeliveryQueue extends SqlDeliveryQueue {
  private static final int WORKERS = 2;

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
    DeliveryEnds.end(tx, all);
    return all.size();
  }
}

package dev.rollcall.storage.rows;

import dev.rollcall.delivery.Fanout.Choice;
import dev.rollcall.delivery.Fanout.ProviderRef;
import dev.rollcall.delivery.State;
import dev.rollcall.delivery.Transition;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Inserts deliveries. A delivery without a provider has already failed when it is inserted.
public final class DeliveryRows {
  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("delivery")
          .number("notification", Row::notification)
          .number("n", Row::index)
          .number("user_id", row -> row.choice().token().userId())
          .number("session_id", row -> row.choice().token().sessionId())
          .text("channel", row -> row.choice().token().channel().wireName())
          .number("provider", Row::provider)
          .number("urgent", Row::urgent)
          .nullableNumber("due_at", Row::dueAt)
          .number("attempts", row -> 0)
          .text("state", Row::state)
          .text("reason", Row::reason)
          .number("changed_at", Row::at)
          .build();

  public record Row(long notification, long index, Choice choice, long urgent, long at) {
    long provider() {
      return choice.provider().map(ProviderRef::number).orElse(0L);
    }

    @Nullable Long dueAt() {
      return choice.provider().isPresent() ? at : null;
    }

    String state() {
      return (choice.provider().isPresent() ? State.PENDING : Transition.Failed.NO_PROVIDER.state())
          .wireName();
    }

    @Nullable String reason() {
      return choice.provider().isPresent() ? null : Transition.Failed.NO_PROVIDER.reason();
    }
  }

  private DeliveryRows() {}

  public static void insert(Tx tx, List<Row> rows) throws SQLException {
    tx.dialect().insertAll(tx, WRITER, rows, "");
    var ended = rows.stream().filter(row -> row.choice().provider().isEmpty()).toList();
    if (!ended.isEmpty() && WebhookRows.anyEnabled(tx)) {
      addWebhookEvents(tx, ended);
    }
  }

  private static void addWebhookEvents(Tx tx, List<Row> ended) throws SQLException {
    WebhookEventRows.note(
        tx,
        ended.stream()
            .map(it -> new WebhookEventRows.End(it.notification(), it.index(), it.choice().token()))
            .toList());
  }
}

package dev.rollcall.storage.rows;

import dev.rollcall.delivery.Fanout;
import dev.rollcall.delivery.Fanout.ProviderRef;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TokenEventRows.Event;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenEvent.Kind;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Adds a note to the history if a registered token names a provider that is not set. Runs a query
/// only if a registration names a provider.
final class UnsetProviderNote {
  static final String NOTE = "; names a provider that is not set";

  private UnsetProviderNote() {}

  static List<Event> added(Tx tx, List<Event> events) throws SQLException {
    var users = events.stream().filter(UnsetProviderNote::names).map(it -> it.token().userId());
    var ids = users.distinct().toList();
    if (ids.isEmpty()) {
      return events;
    }
    var providers = providers(tx, ids);
    return events.stream()
        .map(event -> names(event) && isUnset(event.token(), providers) ? noted(event) : event)
        .toList();
  }

  private static boolean names(Event event) {
    return event.cause().kind() == Kind.REGISTERED
        && !event.token().providerId().equals(NewToken.DEFAULT_PROVIDER);
  }

  private static boolean isUnset(PushToken token, Map<Long, List<ProviderRef>> providers) {
    return Fanout.namesUnsetProvider(
        token.channel(), token.providerId(), providers.getOrDefault(token.userId(), List.of()));
  }

  private static Event noted(Event event) {
    return new Event(event.token(), event.cause().with(event.cause().reason() + NOTE));
  }

  /// For each of these users, the providers of the user's app.
  private static Map<Long, List<ProviderRef>> providers(Tx tx, List<Long> userIds)
      throws SQLException {
    var apps = new HashMap<Long, Long>();
    tx.list(
            "SELECT id, app FROM app_user WHERE " + tx.dialect().oneOf("id"),
            row -> Map.entry(row.getLong(1), row.getLong(2)),
            tx.dialect().numbers(userIds))
        .forEach(it -> apps.put(it.getKey(), it.getValue()));
    var ofApps = new HashMap<Long, List<ProviderRef>>();
    for (var app : List.copyOf(apps.values())) {
      if (!ofApps.containsKey(app)) {
        ofApps.put(app, ProviderRows.refs(tx, app));
      }
    }
    var ofUsers = new HashMap<Long, List<ProviderRef>>();
    apps.forEach((user, app) -> ofUsers.put(user, ofApps.getOrDefault(app, List.of())));
    return ofUsers;
  }
}

package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Fanout;
import dev.rollcall.provider.ProviderId;
import dev.rollcall.provider.ProviderStore;
import dev.rollcall.provider.ProviderStore.UnsetId;
import dev.rollcall.provider.ProviderStore.UnsetIds;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.ProviderRows;
import dev.rollcall.token.Channel;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Finds the provider ids that tokens of an app name although no provider has them.
///
/// Each step through the index `push_token_provider` finds the next id, and skips all tokens that
/// name the id before. At most `MOST_COUNTED` tokens are counted for each id. Clients choose the
/// ids, so the number of steps is bounded too.
final class UnsetProviderIds {
  private static final int MOST_IDS = 200;
  private static final int MOST_APPS = 100;

  private static final String NEXT =
      """
      SELECT provider_id FROM push_token
       WHERE app = ? AND channel = ? AND provider_id > ? AND provider_id <> 'default'
       ORDER BY provider_id LIMIT 1
      """;

  private static final String COUNT =
      """
      SELECT count(*) FROM (
        SELECT 1 FROM push_token
         WHERE app = ? AND provider_id <> 'default' AND channel = ? AND provider_id = ?
         LIMIT ?) counted
      """;

  /// Only an app with several providers of one type can have unset ids; see `Fanout`.
  private static final String APPS =
      "SELECT DISTINCT app FROM provider GROUP BY app, type HAVING count(*) > 1 LIMIT ?";

  private record Key(ProviderType type, String normalId) {
    static Key of(UnsetId unset) {
      return new Key(unset.type(), ProviderId.normal(unset.id()));
    }
  }

  private UnsetProviderIds() {}

  static UnsetIds ofApp(Tx tx, long app) throws SQLException {
    var providers = ProviderRows.refs(tx, app);
    var unset = new LinkedHashMap<Key, UnsetId>();
    int left = MOST_IDS;
    for (var channel : Channel.values()) {
      for (var id = next(tx, app, channel, ""); id.isPresent(); ) {
        if (left-- == 0) {
          return mostFirst(unset, true);
        }
        if (Fanout.providerFor(channel, id.get(), providers).isEmpty()) {
          var tokens = tokens(tx, app, channel, id.get());
          var found = new UnsetId(ProviderType.of(channel), id.get(), tokens);
          unset.merge(Key.of(found), found, UnsetProviderIds::both);
        }
        id = next(tx, app, channel, id.get());
      }
    }
    return mostFirst(unset, false);
  }

  private static UnsetIds mostFirst(Map<Key, UnsetId> unset, boolean more) {
    var ids =
        unset.values().stream()
            .sorted(Comparator.comparingLong(UnsetId::tokens).reversed())
            .toList();
    return new UnsetIds(ids, more);
  }

  /// Adds up two spellings of the same id, which may differ in case.
  private static UnsetId both(UnsetId a, UnsetId b) {
    return new UnsetId(
        a.type(), a.id(), Math.min(ProviderStore.MOST_COUNTED, a.tokens() + b.tokens()));
  }

  private static Optional<String> next(Tx tx, long app, Channel channel, String last)
      throws SQLException {
    return tx.one(NEXT, row -> row.getString(1), app, channel.wireName(), last);
  }

  private static long tokens(Tx tx, long app, Channel channel, String id) throws SQLException {
    return tx.count(COUNT, app, channel.wireName(), id, ProviderStore.MOST_COUNTED);
  }

  /// The number of tokens to which nothing is sent because they name an unset id. Counts the apps
  /// with several providers of one type.
  static long tokens(Tx tx) throws SQLException {
    long tokens = 0;
    for (var app : tx.list(APPS, row -> row.getLong(1), MOST_APPS)) {
      tokens += ofApp(tx, app).ids().stream().mapToLong(UnsetId::tokens).sum();
    }
    return tokens;
  }
}

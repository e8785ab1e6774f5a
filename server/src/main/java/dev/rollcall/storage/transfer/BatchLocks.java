package dev.rollcall.storage.transfer;

import dev.rollcall.storage.engine.ConflictException;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.StoredTokens;
import dev.rollcall.transfer.ForeignToken;
import dev.rollcall.transfer.Line;
import dev.rollcall.transfer.TransferStore.Entry;
import dev.rollcall.transfer.TransferStore.Read;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The locks of a batch: the users of its records, and the users who hold its tokens.
///
/// Lock order: all users are locked in one statement. If a record concerns a user who is not
/// locked, the transaction is retried. Users whom the batch creates are locked by their creation.
/// If two imports create the same users in different orders, PostgreSQL aborts one of them. That
/// one is retried, and then finds the users.
final class BatchLocks {
  private final boolean locks;
  private final Set<Long> users = new HashSet<>();

  private BatchLocks(boolean locks) {
    this.locks = locks;
  }

  static BatchLocks take(Tx tx, List<Entry> batch) throws SQLException {
    var it = new BatchLocks(!tx.dialect().forUpdate("u").isEmpty());
    if (it.locks) {
      it.find(tx, batch);
      UserLocks.users(tx, it.users);
    }
    return it;
  }

  private void find(Tx tx, List<Entry> batch) throws SQLException {
    var uids = new HashMap<String, Set<String>>();
    for (var entry : batch) {
      if (entry.read() instanceof Read.Valid(var arrival)) {
        switch (arrival) {
          case ForeignToken foreign -> {
            add(uids, foreign.app(), foreign.uid());
            users.addAll(TokenRows.holders(tx, foreign.app(), foreign.value(), null));
          }
          case Line.Token token -> {
            add(uids, token.app(), token.uid());
            users.addAll(TokenRows.holders(tx, token.app(), token.tokenValue(), token.deviceKey()));
          }
          case Line.User user -> add(uids, user.app(), user.uid());
          case Line.Session session -> add(uids, session.app(), session.uid());
          case Line.Event event -> add(uids, event.app(), event.uid());
          case Line.Device device -> add(uids, device.app(), device.uid());
          case Line.App app -> {}
          case Line.Key key -> {}
        }
      }
    }
    for (var app : uids.entrySet()) {
      users.addAll(UserRows.ids(tx, app.getKey(), app.getValue()));
    }
  }

  private static void add(Map<String, Set<String>> uids, String app, String uid) {
    uids.computeIfAbsent(app, it -> new HashSet<>()).add(uid);
  }

  /// Adds a user whom the batch has created, and who is therefore locked.
  void created(long user) {
    users.add(user);
  }

  void require(long user) throws ConflictException {
    if (locks && !users.contains(user)) {
      throw new ConflictException("a record concerns user %d, who is not locked".formatted(user));
    }
  }

  void require(StoredTokens stored) throws ConflictException {
    for (var token : stored.ofDevice()) {
      require(token.userId());
    }
    var holder = stored.holder().map(PushToken::userId);
    if (holder.isPresent()) {
      require(holder.get());
    }
  }
}

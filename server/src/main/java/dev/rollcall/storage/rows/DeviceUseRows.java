package dev.rollcall.storage.rows;

import dev.rollcall.account.Session;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.token.DeviceName;
import dev.rollcall.token.DeviceUse;
import dev.rollcall.token.DeviceUse.Trace;
import dev.rollcall.transfer.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rows of the use of device keys and device ids under which several sessions registered.
public final class DeviceUseRows {
  /// The columns of `device_use d` that {@link #exported} reads.
  public static final String EXPORTED = "d.owner, d.device, d.shared_until, d.changed_at, d.traces";

  /// The limit of rows for one user, so that nobody can fill the table.
  private static final int KEPT = 100;

  private record Row(long app, DeviceName name, long userId, DeviceUse use, long changedAt) {}

  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("device_use")
          .number("app", Row::app)
          .number("owner", row -> row.name().owner())
          .text("device", row -> row.name().hash())
          .number("user_id", Row::userId)
          .text("traces", row -> text(row.use().traces()))
          .number("shared_until", row -> row.use().sharedUntil())
          .number("changed_at", Row::changedAt)
          .build();

  private static final String PUT =
      WRITER.insert() + WRITER.orReplace("app, owner, device", Set.of());

  // The use that is shared for longer wins, because a shared name costs no phone its token.
  private static final String PUT_EXPORTED =
      PUT + " WHERE excluded.shared_until > device_use.shared_until";

  private static final String SOME =
      """
      DELETE FROM device_use WHERE (app, owner, device) IN (
        SELECT app, owner, device FROM device_use WHERE %s)
      """;

  private DeviceUseRows() {}

  public static DeviceUse of(Tx tx, long app, DeviceName name) throws SQLException {
    return tx.one(
            """
            SELECT traces, shared_until FROM device_use
             WHERE app = ? AND owner = ? AND device = ?
            """,
            row -> new DeviceUse(traces(row.getString(1)), row.getLong(2)),
            app,
            name.owner(),
            name.hash())
        .orElse(DeviceUse.NONE);
  }

  /// Stores the use after a registration of this session.
  public static void put(Tx tx, Session session, DeviceName name, DeviceUse use, Instant now)
      throws SQLException {
    tx.update(
        PUT,
        WRITER.values(
            new Row(session.app().number(), name, session.userId(), use, now.toEpochMilli())));
    // A row that another transaction has locked is skipped. The next registration deletes it.
    var oldest = "user_id = ? ORDER BY changed_at DESC LIMIT 100 OFFSET " + KEPT;
    tx.update(SOME.formatted(oldest + tx.dialect().skipLocked()), session.userId());
  }

  public static Line.Device exported(ResultSet row, int first, String appId, String uid)
      throws SQLException {
    var traces =
        traces(row.getString(first + 4)).stream()
            .map(trace -> new Line.Device.Trace(trace.at(), trace.token()))
            .toList();
    return new Line.Device(
        appId,
        uid,
        row.getString(first + 1),
        Line.Device.validIn(row.getLong(first)),
        row.getLong(first + 2),
        row.getLong(first + 3),
        traces.isEmpty() ? null : traces);
  }

  /// Returns false if the name has a row that is shared for at least as long.
  public static boolean putExported(Tx tx, long app, long userId, Line.Device line)
      throws SQLException {
    var traces =
        Stream.ofNullable(line.traces())
            .flatMap(List::stream)
            .map(trace -> new Trace(trace.at(), userId, trace.token()))
            .toList();
    var row =
        new Row(
            app,
            new DeviceName(line.owner(userId), line.hash()),
            userId,
            new DeviceUse(traces, line.sharedUntil()),
            line.changedAt());
    return tx.update(PUT_EXPORTED, WRITER.values(row)) == 1;
  }

  public static int deleteUnchangedSince(Tx tx, Instant before, int most) throws SQLException {
    return tx.update(SOME.formatted("changed_at <= ? LIMIT ?"), before.toEpochMilli(), most);
  }

  public static void deleteOfUser(Tx tx, long userId) throws SQLException {
    tx.update("DELETE FROM device_use WHERE user_id = ?", userId);
  }

  private static String text(List<Trace> traces) {
    return traces.stream()
        .map(trace -> trace.at() + " " + trace.userId() + " " + trace.token())
        .collect(Collectors.joining("\n"));
  }

  private static List<Trace> traces(String text) {
    return text.lines().map(line -> trace(line.split(" ", -1))).toList();
  }

  private static Trace trace(String[] parts) {
    return new Trace(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
  }
}

package dev.rollcall.storage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Platform;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.account.User;
import dev.rollcall.problem.Code;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.PushResultRows;
import dev.rollcall.storage.rows.PushResultRows.Shown;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.token.TokenValue;
import dev.rollcall.transfer.Import;
import dev.rollcall.transfer.ImportFile.Format;
import dev.rollcall.transfer.ImportFile.Reading;
import dev.rollcall.transfer.Line;
import dev.rollcall.transfer.TransferException;
import dev.rollcall.transfer.TransferStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an export holds, and what an import makes of it, on every engine.
abstract class TransferContract extends StoreContract {
  private static final List<String> TABLES =
      List.of("app", "app_key", "app_user", "session", "device_use", "push_token", "token_event");

  @TempDir Path folder;

  private Transfers transfers() {
    return new Transfers(folder, clock);
  }

  private List<String> exported(Optional<String> appId) {
    return transfers().exported(database, appId);
  }

  private Import.Result imported(List<String> lines) throws IOException {
    return imported(new SqlTransferStore(database), lines, Optional.empty(), 100);
  }

  private Import.Result imported(
      TransferStore store, List<String> lines, Optional<String> appId, int perUser)
      throws IOException {
    var reading = new Reading(Format.ROLLCALL, appId, Optional.empty());
    return transfers().imported(store, lines, reading, perUser);
  }

  private List<String> rejected() throws IOException {
    return transfers().rejected();
  }

  private static NewToken rich(String raw) {
    return new NewToken(
        TokenValue.read(Channel.FCM, "token", raw),
        PushPlatform.FCM_FLUTTER_IOS,
        null,
        "second-provider",
        "Europe/Berlin",
        Installation.of("bobs-phone", 7L));
  }

  private static NewToken browser(String endpoint) {
    var point = "B" + "A".repeat(86);
    return NewToken.of(
        TokenValue.read(Channel.WEB_PUSH, "endpoint", endpoint),
        new Subscription(point, "A".repeat(22), point));
  }

  /// An export with these rows after its first line.
  private static List<String> file(String... rows) {
    var lines = new ArrayList<String>();
    lines.add("{\"kind\":\"rollcall\",\"version\":1,\"exportedAt\":0}");
    lines.addAll(List.of(rows));
    return lines;
  }

  /// A roll in which every column of every table is used.
  private void fill() {
    var shop = Tenant.create(appStore, "shop", TokenPolicy.SHARED);
    var profile =
        new User.Profile(
            "Bob \"the\" Bö\n", "a", "l", "admin", "busy", "{\"n\":1.50}", List.of("x", "y z"));
    accounts.createUser(app.backEnd(), "bob", profile, false);
    database.write(
        "noting",
        tx -> {
          long id = UserRows.known(tx, app.id(), "bob").orElseThrow().id();
          UserRows.note(tx, id, new UserRows.Spelling(" Bob", "line 2 of users.csv"));
          return true;
        });
    var bob =
        login(app, "bob", new ClientInfo(Platform.IOS, "IOS-4_2", "phone-of-bob", "ios@4.2.0"));
    register(bob, apns("AB12"), voip("CD"), fcm("bobs-fcm"));
    clock.advance(Duration.ofDays(2));
    register(bob, apns("ab12"));
    register(bob, rich("bobs-newer-fcm"));
    var alice = login("alice");
    register(alice, fcm("a-phone"), browser("https://push.example/a"));
    register(login("alice"), fcm("a-phone"));
    login("carol");
    accounts.deleteUser(app.backEnd(), "carol", false);
    sendTo(alice);
    registerTwoPhones("dave");
    var shared = fcm("shared-phone");
    register(login(shop, "alice", ClientInfo.NONE), shared);
    register(login(shop, "bob", ClientInfo.NONE), shared);
    accounts(Optional.of(Duration.ofDays(1)), 100).login(app.client(), "alice", ClientInfo.NONE);
  }

  /// Two phones with one device id. The registration that repeats the first token shows that there
  /// are two phones, so the user holds both tokens.
  private List<Caller.Device> registerTwoPhones(String uid) {
    var one = loginOn("an-id-of-two-phones", uid);
    var other = loginOn("an-id-of-two-phones", uid);
    registerInTurn(List.of(one, other, one), fcm(uid + "-1"), fcm(uid + "-2"), fcm(uid + "-1"));
    return List.of(one, other);
  }

  /// Each device registers the token at its place, a minute after the one before it.
  private void registerInTurn(List<Caller.Device> devices, NewToken... wanted) {
    for (int i = 0; i < wanted.length; i++) {
      clock.advance(Duration.ofMinutes(1));
      register(devices.get(i), wanted[i]);
    }
  }

  private void sendTo(Caller.Device device) {
    var token = tokens.ofUser(device).getFirst();
    var at = clock.instant();
    var results =
        List.of(
            new Shown(token, at, Optional.empty(), Duration.ofDays(270)),
            new Shown(token, at, Optional.of("400 INVALID_ARGUMENT"), Duration.ofDays(270)));
    database.write(
        "recording pushes",
        tx -> {
          PushResultRows.record(tx, results);
          return true;
        });
  }

  private List<String> rows() {
    return database.read(
        "dumping",
        tx -> {
          var rows = new ArrayList<String>();
          for (var table : TABLES) {
            rows.addAll(tx.list("SELECT * FROM " + table, row -> table + " " + text(row)));
          }
          return rows.stream().sorted().toList();
        });
  }

  private static String text(ResultSet row) throws SQLException {
    var columns = row.getMetaData();
    var text = new StringBuilder();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      // It may be earlier than the last sign of life, and an import sets it anew.
      if (columns.getColumnName(i).equals("known_alive_at")) {
        continue;
      }
      var value = row.getObject(i);
      text.append(columns.getColumnName(i))
          .append('=')
          .append(value instanceof byte[] bytes ? Line.hash(bytes) : String.valueOf(value))
          .append(' ');
    }
    return text.toString();
  }

  private List<String> columnsNeverSet() {
    return database.read(
        "looking at columns",
        tx -> {
          var unset = new ArrayList<String>();
          for (var table : TABLES) {
            for (var column : columns(tx, table)) {
              if (tx.one("SELECT count(" + column + ") FROM " + table, row -> row.getLong(1))
                  .equals(Optional.of(0L))) {
                unset.add(table + "." + column);
              }
            }
          }
          return unset;
        });
  }

  private static List<String> columns(Tx tx, String table) throws SQLException {
    return tx.one(
            "SELECT * FROM " + table + " LIMIT 1",
            row -> {
              var names = new ArrayList<String>();
              for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                names.add(row.getMetaData().getColumnName(i));
              }
              return names;
            })
        .orElseThrow();
  }

  @Test
  void aTokenThatReplacesAnotherKeepsWhatPushesShowed() throws IOException {
    try (var one = newEngine("pushes-exported");
        var other = newEngine("pushes-imported")) {
      use(one);
      var alice = login("alice");
      register(alice, fcm("old"));
      var before = exported(Optional.empty());
      clock.advance(Duration.ofDays(1));
      register(alice, fcm("new"));
      sendTo(alice);
      var shown = tokens.ofUser(alice).getFirst().pushes();
      assertEquals(clock.millis(), shown.acceptedAt());
      var after = exported(Optional.empty());

      useEmpty(other);
      imported(before);
      imported(after);
      var there = tokens.ofUser(alice).getFirst();
      assertEquals("new", there.value().text());
      assertEquals(shown, there.pushes());
    }
  }

  @Test
  void anExportImportedIntoAnEmptyDatabaseIsTheSameRollRowByRow() throws IOException {
    try (var one = newEngine("exported");
        var other = newEngine("imported")) {
      use(one);
      fill();
      assertEquals(List.of(), columnsNeverSet(), "nothing shows that an export holds these");
      var rows = rows();
      var lines = exported(Optional.empty());

      useEmpty(other);
      assertEquals(new Import.Result(lines.size() - 2, 0, 0), imported(lines));
      assertEquals(rows, rows());
      assertEquals(lines, exported(Optional.empty()));
    }
  }

  @Test
  void whoWasLoggedInStaysLoggedIn() throws IOException {
    var alice = login("alice");
    register(alice, fcm("phone"));
    var lines = exported(Optional.empty());
    try (var other = newEngine("logged-in")) {
      useEmpty(other);
      imported(lines);
      assertListed(listed(alice), "phone");
      register(alice, fcm("newer-phone"));
      assertListed(rolled("alice"), "newer-phone");
    }
  }

  @Test
  void theTokenOfAnExpiredSessionIsImportedBesideANewerOneOfTheSameDevice() throws IOException {
    var phone = new ClientInfo(Platform.IOS, null, "phone-of-alice", null);
    accounts.createUser(app.backEnd(), "alice", profile("alice"), false);
    var staying = app.device(accounts.login(app.client(), "alice", phone).token());
    clock.advance(Duration.ofMinutes(1));
    var expiring = accounts(Optional.of(Duration.ofDays(1)), 100);
    register(app.device(expiring.login(app.client(), "alice", phone).token()), fcm("older"));
    clock.advance(Duration.ofDays(2));
    register(staying, fcm("newer"));
    var lines = exported(Optional.empty());
    try (var other = newEngine("expired")) {
      useEmpty(other);
      assertEquals(new Import.Result(lines.size() - 2, 0, 0), imported(lines));
      assertEquals(lines, exported(Optional.empty()));
    }
  }

  @Test
  void phonesThatShareADeviceIdKeepTheirTokens() throws IOException {
    var phones = registerTwoPhones("alice");
    var lines = exported(Optional.empty());
    try (var other = newEngine("two-phones")) {
      useEmpty(other);
      assertEquals(new Import.Result(lines.size() - 2, 0, 0), imported(lines));
      assertEquals(lines, exported(Optional.empty()));
      assertEquals(new Import.Result(0, lines.size() - 2, 0), imported(lines));
      assertEquals(lines, exported(Optional.empty()));
      register(phones.getFirst(), fcm("newer"));
      assertListed(rolled("alice"), "alice-2", "newer");
    }
  }

  @Test
  void aDeviceKeyThatUsersShareIsStillSharedAfterAnImport() throws IOException {
    var key = Installation.of("a-key-of-two-phones", null);
    var alice = login("alice");
    var bob = login("bob");
    registerInTurn(
        List.of(alice, bob, alice), token("a-1", key), token("b-1", key), token("a-1", key));
    var lines = exported(Optional.empty());
    try (var other = newEngine("shared-key")) {
      useEmpty(other);
      assertEquals(new Import.Result(lines.size() - 2, 0, 0), imported(lines));
      assertEquals(lines, exported(Optional.empty()));
      register(alice, token("a-2", key));
      assertListed(rolled("alice"), "a-2");
      assertListed(rolled("bob"), "b-1");
    }
  }

  @Test
  void aNameThatIsFoundToBeSharedIsSharedAfterALaterImport() throws IOException {
    var one = loginOn("an-id-of-two-phones", "alice");
    var two = loginOn("an-id-of-two-phones", "alice");
    registerInTurn(List.of(one, two), fcm("phone-1"), fcm("phone-2"));
    var before = exported(Optional.empty());
    registerInTurn(List.of(one), fcm("phone-1"));
    var after = exported(Optional.empty());
    try (var other = newEngine("found-later")) {
      useEmpty(other);
      imported(before);
      assertListed(rolled("alice"), "phone-2");
      assertEquals(0, imported(after).rejected());
      assertListed(rolled("alice"), "phone-1", "phone-2");
      assertEquals(after, exported(Optional.empty()));
      assertEquals(0, imported(before).imported());
      assertEquals(after, exported(Optional.empty()));
    }
  }

  @Test
  void anExportWithoutTheUseOfDeviceNamesIsImported() throws IOException {
    registerTwoPhones("alice");
    var lines =
        exported(Optional.empty()).stream()
            .filter(it -> !it.contains("\"kind\":\"device\""))
            .map(it -> it.replace("\"device\":1,", ""))
            .toList();
    try (var other = newEngine("older-format")) {
      useEmpty(other);
      imported(lines);
      assertListed(rolled("alice"), "alice-1");
      assertTrue(rejected().stream().allMatch(it -> it.contains("OUTDATED")), rejected()::toString);
    }
  }

  @Test
  void aUseOfADeviceNameThatCannotBeStoredIsRejected() throws IOException {
    login("alice");
    var device =
        "{\"kind\":\"device\",\"app\":\"demo\",\"uid\":\"alice\",\"hash\":\""
            + "a".repeat(64)
            + "\",\"validIn\":\"user\",\"sharedUntil\":1,\"changedAt\":1%s}";
    var result =
        imported(
            file(
                device.formatted("").replace("\"user\"", "\"phone\""),
                device.formatted("").replace("aaaa", "A"),
                device.formatted("").replace("alice", "nobody"),
                device.formatted(",\"traces\":[{\"at\":1,\"token\":\"fcm 1\"}]"),
                device.formatted(",\"traces\":[null]"),
                "{\"kind\":\"end\",\"lines\":{\"device\":1}}"));
    assertEquals(new Import.Result(0, 0, 5), result);
    var why =
        List.of(
            "validIn must be one of [app, user]",
            "hash must match",
            "its user does not exist",
            "token must match",
            "traces is missing");
    for (int i = 0; i < why.size(); i++) {
      assertTrue(rejected().get(i).contains(why.get(i)), rejected().get(i));
    }
  }

  @Test
  void noLogoutTokenEndsASessionThatWasExportedWithoutAnAuthToken() throws IOException {
    login("alice");
    assertEquals(new Import.Result(1, 0, 1), imported(file(session("0000000000000001", ""))));
    var handle = AuthToken.handle("alice", 1);
    assertProblem(
        Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND,
        () -> accounts.logout(app.id(), publicLogoutToken(handle)));
    assertEquals(2, accounts.sessions(app.backEnd(), "alice", ALL).total());
  }

  @Test
  void aSessionWhoseHashHasAnotherLengthIsRejected() throws IOException {
    login("alice");
    for (var hash : List.of("a", "ab", "a".repeat(62), "a".repeat(63), "a".repeat(66))) {
      imported(file(session("0000000000000001", hash)));
      assertTrue(rejected().getFirst().contains("hash must match"), rejected().toString());
    }
    assertEquals(1, accounts.sessions(app.backEnd(), "alice", ALL).total());
  }

  private static String session(String id, String hash) {
    return """
    {"kind":"session","app":"demo","uid":"alice","id":"%s","hash":"%s","createdAt":1,"lastSeen":1}\
    """
        .formatted(id, hash);
  }

  @Test
  void anAppIsExportedAloneWithNothingOfOthers() throws IOException {
    fill();
    var lines = exported(Optional.of("shop"));
    assertTrue(lines.stream().allMatch(it -> !it.contains("\"app\":\"demo\"")), lines.toString());
    assertEquals(
        exported(Optional.empty()).stream().filter(it -> it.contains("\"app\":\"shop\"")).toList(),
        lines.subList(1, lines.size() - 1));
    assertThrows(TransferException.class, () -> exported(Optional.of("ship")));
  }

  @Test
  void anAppIsImportedAloneOutOfAnExportOfAll() throws IOException {
    fill();
    var lines = exported(Optional.empty());
    var shop = exported(Optional.of("shop"));
    try (var other = newEngine("one-app")) {
      useEmpty(other);
      imported(new SqlTransferStore(database), lines, Optional.of("shop"), 100);
      assertEquals(shop, exported(Optional.empty()));
    }
  }

  @Test
  void importingAgainFindsAllOfItThere() throws IOException {
    fill();
    var lines = exported(Optional.empty());
    var rows = rows();
    assertEquals(new Import.Result(0, lines.size() - 2, 0), imported(lines));
    assertEquals(rows, rows());
  }

  @Test
  void whatHappenedSinceTheExportStays() throws IOException {
    var alice = login("alice");
    var bob = login("bob");
    register(alice, fcm("phone"), apns("ab"));
    var lines = exported(Optional.empty());
    clock.advance(Duration.ofMinutes(1));
    register(bob, fcm("phone"));
    register(alice, apns("cd"));

    var result = imported(lines);
    assertEquals(2, result.rejected());
    assertListed(rolled("alice"), "cd");
    assertListed(rolled("bob"), "phone");
    assertEquals(
        List.of(
            "another session registered this token at the same time or later",
            "the device registered another token at the same time or later"),
        rejected().stream().map(TransferContract::reason).sorted().toList());
  }

  @Test
  void aPhoneThatHasANewerTokenKeepsThat() throws IOException {
    var key = Installation.of("a-phone", null);
    var before = token("old", key);
    register(login("alice"), before);
    var lines = exported(Optional.empty());
    clock.advance(Duration.ofMinutes(1));
    register(login("bob"), token("new", key));

    assertEquals(1, imported(lines).rejected());
    assertListed(rolled("alice"));
    assertListed(rolled("bob"), "new");
  }

  private static NewToken token(String raw, Installation installation) {
    return new NewToken(
        TokenValue.read(Channel.FCM, "token", raw),
        null,
        null,
        NewToken.DEFAULT_PROVIDER,
        null,
        installation);
  }

  @Test
  void aUserWhoHasAHistoryKeepsThat() throws IOException {
    var alice = login("alice");
    for (int i = 0; i < 5; i++) {
      clock.advance(Duration.ofMinutes(1));
      register(alice, fcm("phone-" + i));
    }
    var brief = exported(Optional.empty());
    for (int i = 0; i < 300; i++) {
      clock.advance(Duration.ofMinutes(1));
      register(alice, fcm("phone-" + i));
    }
    var lines = exported(Optional.empty());
    try (var other = newEngine("used")) {
      use(other);
      register(login("alice"), fcm("own"));
      var own = history("alice");
      imported(brief);
      assertEquals(own, history("alice").subList(0, own.size()));
      imported(lines);
      assertEquals(own, history("alice").subList(0, own.size()));
    }
  }

  private static String reason(String reject) {
    return reject.replaceFirst(".*\"code\":\"OUTDATED\",\"reason\":\"([^\"]*)\".*", "$1");
  }

  @Test
  void aNewerRegistrationMovesTheTokenAndSaysSo() throws IOException {
    var alice = login("alice");
    clock.advance(Duration.ofMinutes(1));
    register(alice, fcm("phone"));
    var lines = exported(Optional.empty());
    clock.advance(Duration.ofMinutes(-2));
    tokens.delete(new RequestedSession.Own(alice), TokenScope.USER);
    var bob = login("bob");
    register(bob, fcm("phone"));
    clock.advance(Duration.ofMinutes(2));

    imported(lines);
    assertListed(rolled("bob"));
    assertListed(rolled("alice"), "phone");
    assertEquals("moved by another-user: another user registered it", lastLine("bob"));
  }

  @Test
  void noUserIsLeftWithMoreTokensThanAllowed() throws IOException {
    for (int i = 0; i < 5; i++) {
      clock.advance(Duration.ofMinutes(1));
      register(login("alice"), fcm("phone-" + (i * 2 % 5)));
    }
    var lines = exported(Optional.empty());
    try (var other = newEngine("few")) {
      useEmpty(other);
      imported(new SqlTransferStore(database), lines, Optional.empty(), 3);
      assertListed(rolled("alice"), "phone-1", "phone-3", "phone-4");
      imported(new SqlTransferStore(database), lines, Optional.empty(), 3);
      assertListed(rolled("alice"), "phone-1", "phone-3", "phone-4");
    }
  }

  @Test
  void anImportThatWasStoppedGoesOnBehindItsLastBatch() throws IOException {
    for (int i = 0; i < 400; i++) {
      register(login("user-" + i), fcm("phone-" + i));
    }
    var lines = new ArrayList<>(exported(Optional.empty()));
    lines.add(3, "{\"kind\":\"nonsense\"}");
    lines.add(lines.size() - 1, "nonsense");
    try (var other = newEngine("stopped")) {
      useEmpty(other);
      var store = new StoppingStore(new SqlTransferStore(database), 2);
      assertThrows(Stopped.class, () -> imported(store, lines, Optional.empty(), 100));
      accounts.deleteUser(app.backEnd(), "user-0", true);

      var result = imported(lines);
      assertEquals(new Import.Result(lines.size() - 4, 0, 2), result);
      assertEquals(2, rejected().size());
      assertTrue(rejected().getFirst().startsWith("{\"line\":4,"), rejected().toString());
      var user0 = lines.stream().filter(it -> it.contains("\"user-0\"")).toList();
      assertEquals(4, user0.size());
      assertEquals(
          lines.stream().filter(it -> it.contains("user-") && !user0.contains(it)).toList(),
          exported(Optional.empty()).stream().filter(it -> it.contains("user-")).toList());

      // The note is gone: the same file starts over, and brings the deleted user back.
      assertEquals(new Import.Result(4, lines.size() - 8, 2), imported(lines));
    }
  }

  /// Says that the import was stopped.
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Commits some batches; after the last of them, its importer hears nothing more.
  private record StoppingStore(TransferStore store, AtomicInteger left) implements TransferStore {
    StoppingStore(TransferStore store, int batches) {
      this(store, new AtomicInteger(batches));
    }

    @Override
    public boolean hasApp(String appId) {
      return store.hasApp(appId);
    }

    @Override
    public void read(Optional<String> appId, Consumer<Line.Row> to) {
      store.read(appId, to);
    }

    @Override
    public Optional<String> begin(String source) {
      return store.begin(source);
    }

    @Override
    public BatchResult take(
        String source,
        List<Entry> batch,
        Rules rules,
        Function<BatchResult, String> note,
        Instant now) {
      var taken = store.take(source, batch, rules, note, now);
      if (left.decrementAndGet() == 0) {
        throw new Stopped();
      }
      return taken;
    }

    @Override
    public Optional<String> noted(String source) {
      return store.noted(source);
    }

    @Override
    public Optional<String> migrationSource() {
      return store.migrationSource();
    }

    @Override
    public void finish(String source) {
      store.finish(source);
    }
  }

  @Test
  void whatCannotBeTakenIsRejectedWithItsLineAndReason() throws IOException {
    login("alice");
    var user = "\"app\":\"demo\",\"uid\":\"alice\"";
    var session = ",\"session\":\"0000000000000001\",\"channel\":\"fcm\",\"value\":\"a-token\"";
    var rest = ",\"provider\":\"default\",\"createdAt\":1,\"registeredAt\":1}";
    var result =
        imported(
            file(
                "{\"kind\":",
                "{\"kind\":\"key\"}",
                "{\"kind\":\"app\",\"app\":\"demo\",\"region\":\"us\",\"policy\":\"shared\",\"createdAt\":1}",
                "{\"kind\":\"app\",\"app\":\"demo\",\"region\":\"us\",\"policy\":\"Shared\",\"createdAt\":1}",
                "{\"kind\":\"app\",\"app\":\"demo\",\"region\":\"us\",\"policy\":\"shared\",\"createdAt\":\"1\"}",
                "{\"kind\":\"app\",\"app\":\"demo\",\"region\":\"us\",\"policy\":\"shared\"}",
                "{\"kind\":\"app\",\"colour\":\"red\",\"app\":\"demo\",\"region\":\"us\",\"policy\":\"shared\",\"createdAt\":1}",
                "{\"kind\":\"token\"," + user + session + ",\"pushPlatform\":\"fcm_ios\"" + rest,
                "{\"kind\":\"token\","
                    + user
                    + session
                    + ",\"pushPlatform\":\"apns_ios_device\""
                    + rest,
                "{\"kind\":\"token\","
                    + user
                    + session.replace("\"a-token\"", "\"null\"")
                    + ",\"pushPlatform\":\"fcm_ios\""
                    + rest,
                "{\"kind\":\"end\",\"lines\":{}}"));
    assertEquals(0, result.imported());
    assertEquals(
        List.of(
            "2 MALFORMED it is not a JSON object",
            "3 MALFORMED createdAt is missing or of another type",
            "4 TAKEN the app exists with region us and policy exclusive, which are kept",
            "5 MALFORMED policy must be one of [exclusive, shared]",
            "6 MALFORMED createdAt is missing or of another type",
            "7 MALFORMED createdAt is missing or of another type",
            "8 MALFORMED it has no field 'colour'",
            "9 OWNER_MISSING its session does not exist",
            "10 MALFORMED pushPlatform belongs to another channel",
            "11 TOKEN_NULL value is the word for a missing value; wait for the real token",
            "12 MALFORMED lines are missing or were rejected: the export has {}, but {app=1,"
                + " token=1} were read"),
        rejected().stream()
            .map(
                it ->
                    it.replaceFirst(
                        "\\{\"line\":(\\d+),\"code\":\"(\\w+)\",\"reason\":\"([^\"]*).*",
                        "$1 $2 $3"))
            .map(it -> it.replace("not a line of an export: ", ""))
            .toList());
  }

  @Test
  void aFileThatIsCutOffOrNoExportIsNotTakenForWhole() throws IOException {
    fill();
    var lines = exported(Optional.empty());
    assertEquals(1, imported(lines.subList(0, lines.size() - 1)).rejected());
    assertTrue(rejected().getFirst().contains("the file is cut off"), rejected().toString());
    assertThrows(TransferException.class, () -> imported(lines.subList(1, lines.size())));
    assertThrows(TransferException.class, () -> imported(List.of()));
    var newer = new ArrayList<>(lines);
    newer.set(0, lines.getFirst().replace("\"version\":1", "\"version\":2"));
    assertTrue(
        assertThrows(TransferException.class, () -> imported(newer))
            .getMessage()
            .contains("version 2"));
  }

  @Test
  void anEndpointThatCannotBeSentIsRejectedWithItsLineAndReason() throws IOException {
    login("alice");
    var token =
        "{\"kind\":\"token\",\"app\":\"demo\",\"uid\":\"alice\",\"session\":\"0000000000000001\","
            + "\"channel\":\"web-push\",\"value\":\"%s\",\"pushPlatform\":\"web_push\","
            + "\"provider\":\"default\",\"createdAt\":1,\"registeredAt\":1,\"subscription\":\"B"
            + "A".repeat(86)
            + " "
            + "A".repeat(22)
            + "\"}";
    var result =
        imported(
            file(
                token.formatted("https://push.example/a|b"),
                token.formatted("https://push.example/☃"),
                token.formatted("https://push.example./x"),
                "{\"kind\":\"end\",\"lines\":{}}"));
    assertEquals(0, result.imported());
    var rejected = String.join("\n", rejected());
    for (var why :
        List.of(
            "value is not accepted: the endpoint holds U+007C as character 23",
            "value is not accepted: the endpoint holds U+2603 as character 22",
            "value is not accepted: the endpoint's host must not end with a dot")) {
      assertTrue(rejected.contains(why), rejected);
    }
  }

  @Test
  void aLineThatCouldFillTheMemoryIsRejected() throws IOException {
    var result = imported(file("x".repeat(3_000_000), "{\"kind\":\"end\",\"lines\":{}}"));
    assertEquals(new Import.Result(0, 0, 1), result);
    assertTrue(rejected().getFirst().contains("longer than a million bytes"));
  }

  @Test
  void theFileOfRejectsIsForItsOwnerOnly() throws IOException {
    imported(file("nonsense"));
    var mode = Files.getPosixFilePermissions(folder.resolve("rejects"));
    assertEquals("rw-------", PosixFilePermissions.toString(mode));
  }
}
